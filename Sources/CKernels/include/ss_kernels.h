/// The numeric contract's operations (docs/numeric-contract.md), one table of them per instruction
/// set.
///
/// Every table gives the same bits (but for which NaN a NaN is); `reference` is the specification
/// in plain loops and the others must match it.
///
/// A *pack* is 1 to SS_MAX_LANES trials trained together. Its tensors have the lane innermost:
/// element e of lane l stands at e × lanes + l. The arithmetic of a lane is exactly that of its
/// trial alone, so lanes = 1 is nothing special. Shapes are written without the lane: B rows of a
/// batch, I inputs, O outputs; all tensors are row-major.
///
/// Memory is the caller's: nothing here allocates. Tensors that are written overlap no other
/// argument.
#ifndef SS_KERNELS_H
#define SS_KERNELS_H

#include "ss_recurrent.h"
#include "ss_stack.h"
#include "ss_trial_seeds.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

enum {
  /// Trials of a pack, at most.
  SS_MAX_LANES = 16,
  /// Floats of a matrix product's right operand that are copied at a time, to stay in the
  /// first-level cache: 32 KiB.
  SS_CHUNK_FLOATS = 8192,
  /// The largest panel of outputs that is computed at a time.
  SS_PANEL_ROWS = 256,
  SS_PANEL_COLUMNS = 128,
  /// Floats of a convolution's windows and of their outputs that are worked on at a time, to stay in
  /// the second-level cache: 256 KiB; but at least so many windows.
  SS_WINDOW_FLOATS = 65536,
  SS_LEAST_WINDOWS = 24,
  /// Running sums of the contract's row sum; no relation to the lanes of a pack.
  SS_ROW_SUM_WAYS = 32,
};

/// What follows a layer's affine part.
typedef enum ss_activation {
  SS_LINEAR = 0,
  SS_RELU = 1,
  SS_TANH = 2,
  SS_SIGMOID = 3,
} ss_activation;

/// Activations that no product applies itself; each value's result depends on that value alone.
typedef enum ss_pointwise {
  /// With the slope below 0 as argument.
  SS_LEAKY_RELU = 0,
  SS_SILU = 1,
  SS_SOFTPLUS = 2,
  SS_GELU_TANH = 3,
  SS_GELU = 4,
  /// With α as argument.
  SS_ELU = 5,
  SS_SELU = 6,
  /// Keras 3's clip(z + 3, 0, 6) ÷ 6.
  SS_HARD_SIGMOID = 7,
  /// Keras 2's clip(0.2 z + 0.5, 0, 1).
  SS_HARD_SIGMOID_KERAS2 = 8,
} ss_pointwise;

/// The sizes of a dense layer's products.
typedef struct ss_dense_shape {
  size_t lanes, rows, inputs, outputs;
} ss_dense_shape;

/// One of `count` nearly equal parts of a product's outputs, whole rows of them. The parts may be
/// computed by as many threads, each with a workspace of its own: they split outputs, never sums.
typedef struct ss_part {
  size_t number, count;
} ss_part;

/// The sizes of a convolution of two axes: x[B,H,W,C], kernel[KH,KW,C,F], y[B,OH,OW,F]. The window
/// of output (i, j) begins at row i × stride_height − padding_top of its input, and so across; what
/// it has beyond the edges is +0.
typedef struct ss_convolution_shape {
  size_t lanes, rows, height, width, channels;
  size_t kernel_height, kernel_width, stride_height, stride_width, padding_top, padding_left;
  size_t out_height, out_width, filters;
} ss_convolution_shape;

/// The sizes of a pooling of two axes: x[B,H,W,C], y[B,OH,OW,C]. Windows lie as a convolution's do,
/// but what is beyond the edges does not belong to them; every window has a value within.
typedef struct ss_pooling_shape {
  size_t lanes, rows, height, width, channels;
  size_t pool_height, pool_width, stride_height, stride_width, padding_top, padding_left;
  size_t out_height, out_width;
} ss_pooling_shape;

/// The sizes of a batch of sequences: x[B,T,C].
typedef struct ss_sequence_shape {
  size_t lanes, rows, steps, width;
} ss_sequence_shape;

/// The sizes of a batch of rows of equal width.
typedef struct ss_rows_shape {
  size_t lanes, rows, width;
} ss_rows_shape;

/// Constants of a step of gradient descent, rounded to binary32.
typedef struct ss_sgd_step {
  float rate, momentum;
} ss_sgd_step;

/// Constants of a step of Adam, rounded to binary32: α, 1 − β₁, 1 − β₂, ε.
typedef struct ss_adam_step {
  float rate, first_share, second_share, epsilon;
} ss_adam_step;

/// Constants of a step of RMSprop, rounded to binary32: learning rate, ρ, 1 − ρ, ε, μ. Those that a
/// rule does not have are 0.
typedef struct ss_rmsprop_step {
  float rate, decay, share, epsilon, momentum;
} ss_rmsprop_step;

/// Constants of a step of Nadam, rounded to binary32: the factors of the first moment, of the gradient
/// and of the second moment; 1 − β₁, 1 − β₂, ε.
typedef struct ss_nadam_step {
  float moment_rate, gradient_rate, correction, first_share, second_share, epsilon;
} ss_nadam_step;

/// A dropout: a value is kept, and multiplied by the factor, where its word of the layer's stream is
/// below the threshold, 0 up to 2³².
typedef struct ss_dropout {
  uint64_t threshold;
  float factor;
  uint32_t instance, step;
} ss_dropout;

/// What follows a normalization: × γ + β, either of which may be missing; and the number that is
/// added to variances.
typedef struct ss_affine {
  const float *_Nullable gamma, *_Nullable beta;
  float epsilon;
} ss_affine;

/// Words of a mask of `count` values. Value e's bit is number e mod 64 of word e ÷ 64.
#define SS_MASK_WORDS(count) (((count) + 63) / 64)

/// How the targets of a classification stand.
typedef enum ss_target_form {
  /// targets[B]: the class's number.
  SS_SPARSE_TARGETS = 0,
  /// targets[B,W]: a probability for each class.
  SS_CATEGORICAL_TARGETS = 1,
} ss_target_form;

/// The constants of a cross-entropy on logits: the factor of the gradient, and what a probability of
/// the target becomes: itself × share + offset. Class numbers are not smoothed.
typedef struct ss_entropy {
  float scale, share, offset;
} ss_entropy;

/// Losses that are a term for each value.
typedef enum ss_value_loss_kind {
  /// |prediction − target|.
  SS_ABSOLUTE_ERROR = 0,
  /// 100 × |prediction − target| ÷ |target|.
  SS_PERCENTAGE_ERROR = 1,
  /// Half the square of a difference up to δ (`first`), and a line beyond; `second` is δ² ÷ 2.
  SS_HUBER = 2,
  /// The cross-entropy of probabilities with the targets × `first` + `second`.
  SS_BINARY_ENTROPY = 3,
  /// The same of logits, of which the sigmoid is taken.
  SS_BINARY_ENTROPY_OF_LOGITS = 4,
  /// target × log(target ÷ prediction).
  SS_DIVERGENCE = 5,
  /// −target × log(prediction), of probabilities and the targets × `first` + `second`.
  SS_CLASS_ENTROPY = 6,
} ss_value_loss_kind;

/// One of these losses; that of a row is the row sum of its terms ÷ the divisor.
typedef struct ss_value_loss {
  ss_value_loss_kind kind;
  float first, second, divisor;
} ss_value_loss;

/// How predictions are sorted into the cells of confusion matrices.
typedef struct ss_tally {
  ss_target_form form;
  /// Whether all columns count in one matrix.
  bool is_merged;
  /// The columns that count: `columns` of them from `first` on.
  size_t first, columns;
  /// `count` thresholds, ascending. A value's place is the number of those that it is above. Without
  /// thresholds it is 1 for the largest of a row, all of them if they are several, else 0.
  size_t count;
  const float *thresholds;
} ss_tally;

/// One implementation of all operations.
typedef struct ss_kernels {
  /// `reference`, `baseline`, `avx2`, `avx512` or `neon`.
  const char *name;

  /// y[B,O] = activation(x[B,I] · kernel[I,O] + bias[O]).
  /// The workspace of products of one lane: SS_CHUNK_FLOATS floats, a panel's, and 2 for each 64
  /// steps of a chain and each row of outputs, or each row of a panel where those are more. With
  /// more lanes they need none.
  void (*dense_forward)(const ss_dense_shape *shape, const ss_part *part,
                        ss_activation activation, const float *x, const float *kernel,
                        const float *_Nullable bias, float *y, float *workspace);
  /// dkernel[I,O] = xᵀ[I,B] · dz[B,O].
  void (*dense_kernel_gradient)(const ss_dense_shape *shape, const ss_part *part, const float *x,
                                const float *dz, float *dkernel, float *workspace);
  /// dx[B,I] = dz[B,O] · kernelᵀ[O,I].
  void (*dense_input_gradient)(const ss_dense_shape *shape, const ss_part *part, const float *dz,
                               const float *kernel, float *dx, float *workspace);
  /// y[B,OH,OW,F] = activation(convolution of x[B,H,W,C] with kernel[KH,KW,C,F] + bias[F]).
  /// The workspace of the three has `ss_convolution_workspace` floats.
  void (*convolution_forward)(const ss_convolution_shape *shape, const ss_part *part,
                              ss_activation activation, const float *x, const float *kernel,
                              const float *_Nullable bias, float *y, float *workspace);
  /// dkernel[KH,KW,C,F] from x[B,H,W,C] and dz[B,OH,OW,F]; and, where it is wanted, dbias[F], the
  /// column sum of dz.
  void (*convolution_kernel_gradient)(const ss_convolution_shape *shape, const ss_part *part,
                                      const float *x, const float *dz, float *dkernel,
                                      float *_Nullable dbias, float *workspace);
  /// dx[B,H,W,C] from dz[B,OH,OW,F] and kernel[KH,KW,C,F].
  void (*convolution_input_gradient)(const ss_convolution_shape *shape, const ss_part *part,
                                     const float *dz, const float *kernel, float *dx,
                                     float *workspace);
  /// y[B,OH,OW,C] = the largest value of each window of x[B,H,W,C], and where in its window it
  /// stands: places[B,OH,OW,C], row-major numbers.
  void (*max_pooling)(const ss_pooling_shape *shape, const float *x, float *y, uint32_t *places);
  /// dx[B,H,W,C] = the gradient of the pooling that left these places.
  void (*max_pooling_gradient)(const ss_pooling_shape *shape, const uint32_t *places,
                               const float *dy, float *dx);
  /// y[B,C] = the mean over T of x[B,T,C], over the steps whose mask[B,T] is not 0 where there is
  /// one; +0 where none is left.
  void (*average_steps)(const ss_sequence_shape *shape, const float *x,
                        const float *_Nullable mask, float *y);
  /// dx[B,T,C] = its gradient.
  void (*average_steps_gradient)(const ss_sequence_shape *shape, const float *_Nullable mask,
                                 const float *dy, float *dx);
  /// sum[W] = column sum of x[B,W].
  void (*column_sum)(const ss_rows_shape *shape, const float *x, float *sum);

  /// values = activation(values), `count` floats.
  void (*activate)(ss_activation activation, size_t count, float *values);
  /// gradient ×= activation's derivative where its result was y; `count` floats.
  void (*activation_gradient)(ss_activation activation, size_t count, const float *y,
                              float *gradient);

  /// losses[B] = mean squared error of each row of predictions[B,W] and targets[B,W]; and, where it
  /// is wanted, gradient[B,W] = (prediction − target) × scale.
  void (*squared_error)(const ss_rows_shape *shape, const float *predictions, const float *targets,
                        float *losses, float *_Nullable gradient, float scale);
  /// sums[lanes] += values[B], in binary64, rows ascending.
  void (*accumulate)(size_t lanes, size_t rows, const float *values, double *sums);

  /// One step of gradient descent on `count` floats.
  void (*sgd)(size_t count, const ss_sgd_step *step, const float *g, float *w);
  /// The same with momentum m.
  void (*sgd_momentum)(size_t count, const ss_sgd_step *step, const float *g, float *w, float *m);
  /// The same with Nesterov's momentum.
  void (*sgd_nesterov)(size_t count, const ss_sgd_step *step, const float *g, float *w, float *m);
  /// One step of Adam with moments m and v.
  void (*adam)(size_t count, const ss_adam_step *step, const float *g, float *w, float *m,
               float *v);
  /// One step of RMSprop with mean square v.
  void (*rmsprop)(size_t count, const ss_rmsprop_step *step, const float *g, float *w, float *v);
  /// The same with the mean of the gradient, of momentum m, or of both.
  void (*rmsprop_centered)(size_t count, const ss_rmsprop_step *step, const float *g, float *w,
                           float *v, float *mean);
  void (*rmsprop_momentum)(size_t count, const ss_rmsprop_step *step, const float *g, float *w,
                           float *v, float *m);
  void (*rmsprop_centered_momentum)(size_t count, const ss_rmsprop_step *step, const float *g,
                                    float *w, float *v, float *mean, float *m);
  /// One step of Adagrad with sum of squares v: rate and ε count.
  void (*adagrad)(size_t count, const ss_rmsprop_step *step, const float *g, float *w, float *v);
  /// One step of Nadam with moments m and v.
  void (*nadam)(size_t count, const ss_nadam_step *step, const float *g, float *w, float *m,
                float *v);

  /// w −= w × share × rate.
  void (*decay_weights)(size_t count, float share, float rate, float *w);
  /// Brings values into −limit … limit; a NaN stays.
  void (*clip_values)(size_t count, float limit, float *values);
  /// values[count] ×= the lanes' factors.
  void (*scale_lanes)(size_t lanes, size_t count, const float *factors, float *values);
  /// sums[lanes] = the row sums, in binary64, of values² and of |values|.
  void (*sum_squares)(size_t lanes, size_t count, const float *values, double *sums);
  void (*sum_magnitudes)(size_t lanes, size_t count, const float *values, double *sums);
  /// g += the gradient of a penalty l1 × |w| + l2 × w²; a term whose factor is 0 is left out.
  void (*regularize)(size_t count, float l1, float twice_l2, const float *w, float *g);

  /// rows[B,W] = rows first, first + 1 … of a permutation[…, lanes] of the source's rows, which all
  /// lanes share; without a permutation the source's own order.
  void (*gather)(const ss_rows_shape *shape, const float *source,
                 const uint32_t *_Nullable permutation, size_t first, float *rows);
  /// values[count] = (2 × uniform − 1) × limit of the lanes' init streams.
  void (*initialize_uniform)(size_t lanes, size_t count, const uint64_t *seeds, uint32_t instance,
                             float limit, float *values);
  /// permutation[count] = the lanes' orders of samples in an epoch. count < 2³².
  void (*shuffle)(size_t lanes, size_t count, const uint64_t *seeds, uint32_t epoch,
                  uint32_t *permutation);

  /// y[B,W] = dropout of x[B,W] with the lanes' masks, which are kept in `mask`: SS_MASK_WORDS of
  /// all values of all lanes. The bits beyond the last value are arbitrary.
  void (*dropout)(const ss_rows_shape *shape, const ss_dropout *draw, const uint64_t *seeds,
                  const float *x, float *y, uint64_t *mask);
  /// dx[B,W] = the gradient of the dropout that left this mask.
  void (*dropout_gradient)(const ss_rows_shape *shape, const ss_dropout *draw,
                           const uint64_t *mask, const float *dy, float *dx);

  /// losses[B] = cross-entropy of the targets with the softmax of each row of logits[B,W], and
  /// gradient[B,W] = (softmax − target) × scale.
  void (*cross_entropy)(const ss_rows_shape *shape, ss_target_form form, const float *logits,
                        const float *targets, float *losses, float *gradient,
                        const ss_entropy *constants);
  /// values[B] = 1 where the first largest prediction of a row is the target's class, else +0.
  void (*accuracy)(const ss_rows_shape *shape, ss_target_form form, const float *predictions,
                   const float *targets, float *values);

  /// weights[B,W] = how much each of W positions of a sample counts: its sample's weight × f32(B·W ÷
  /// positions whose mask[B,W] is not 0), and +0 where the mask is 0. Without weights all are 1,
  /// without a mask all positions count.
  void (*position_weights)(const ss_rows_shape *shape, const float *_Nullable mask,
                           const float *_Nullable sample_weights, float *weights);
  /// values[B,W] ×= weights[B]; +0 where a weight is 0, whatever stood there.
  void (*weigh)(const ss_rows_shape *shape, const float *weights, float *values);
  /// y[count] = function(z[count]); y may be z. The argument is the function's own, if it has one.
  void (*pointwise)(ss_pointwise function, float argument, size_t count, const float *z, float *y);
  /// Multiplies gradient[count] by the function's derivative; v is the function's result y for
  /// SS_LEAKY_RELU, SS_ELU, SS_SELU and the hard sigmoids, else its argument z.
  void (*pointwise_gradient)(ss_pointwise function, float argument, size_t count, const float *v,
                             float *gradient);
  /// y[B,W] = softmax of each row of z[B,W]; y may be z.
  void (*softmax)(const ss_rows_shape *shape, const float *z, float *y);
  /// Turns the gradient by the result y[B,W] of a softmax into that by its argument, in place.
  void (*softmax_gradient)(const ss_rows_shape *shape, const float *y, float *gradient);

  /// losses[B] = the loss of each row of predictions[B,W] and targets[B,W]; and, where it is wanted,
  /// gradient[B,W] = the derivatives of the terms × scale.
  void (*value_loss)(const ss_rows_shape *shape, const ss_value_loss *loss,
                     const float *predictions, const float *targets, float *losses,
                     float *_Nullable gradient, float scale);
  /// values[B] = the share of a row's values that are 1 above the threshold and 0 elsewhere, as
  /// their targets are.
  void (*threshold_hits)(const ss_rows_shape *shape, float threshold, const float *predictions,
                         const float *targets, float *values);
  /// values[B] = 1 where fewer than k predictions of a row are larger than that of the target's
  /// class, which is no NaN, else +0.
  void (*top_k_hits)(const ss_rows_shape *shape, ss_target_form form, size_t k,
                     const float *predictions, const float *targets, float *values);
  /// sums[columns, places, 2, lanes] += the values of each place whose target is 0, and those whose
  /// target is not; of rows whose mask[B] is not 0. Places are one more than the thresholds; columns
  /// 1 where they are merged.
  void (*tally_rows)(const ss_rows_shape *shape, const ss_tally *tally, const float *predictions,
                     const float *targets, const float *_Nullable mask, double *sums);
  /// sums[W, 3, lanes] += y − origin, its square, and the square of y − p, for targets y and
  /// predictions p; then sums[1, lanes] += 1: in binary64, for rows whose mask[B] is not 0.
  void (*regression_sums)(const ss_rows_shape *shape, const float *origin,
                          const float *predictions, const float *targets,
                          const float *_Nullable mask, double *sums);

  /// Takes the part's rows of a batch through all steps of a recurrent layer: its gates and outputs.
  /// The workspace of G·u × (u + SS_MAX_LANES) floats for a trial alone, and B × G·u × lanes.
  void (*recurrent_forward)(const ss_positions *positions, const ss_part *part,
                            const ss_recurrent *layer, float *workspace);
  /// The gradients by the sums of its gates, from those by its outputs.
  void (*recurrent_backward)(const ss_positions *positions, const ss_part *part,
                             const ss_recurrent *layer, float *workspace);
  /// vectors[B,W] = the rows of table[…,W] that numbers[B] name.
  void (*embed)(const ss_rows_shape *shape, const float *numbers, const float *table,
                float *vectors);
  /// gradient[entries,W] = the sums of the rows of dvectors[B,W] with their number, rows ascending.
  void (*embedding_gradient)(const ss_rows_shape *shape, size_t entries, const float *numbers,
                             const float *dvectors, float *gradient);

  /// mean[W] and variance[W] of the rows of x[B,W] whose mask[B] is not 0; counts[lanes] = how many
  /// they are, or 1.
  void (*batch_moments)(const ss_rows_shape *shape, const float *_Nullable mask, const float *x,
                        float *mean, float *variance, float *counts);
  /// moving[count] = keep × moving + share × values.
  void (*blend)(size_t count, float keep, float share, const float *values, float *moving);
  /// normal[B,W] = (x − mean[W]) × reciprocal[W], y[B,W] = normal × γ + β.
  void (*batch_normalize)(const ss_rows_shape *shape, const ss_affine *affine, const float *x,
                          const float *mean, const float *variance, float *reciprocal,
                          float *normal, float *y);
  /// dγ[W], dβ[W] and, where it is wanted, dx[B,W].
  void (*batch_normalization_gradient)(const ss_rows_shape *shape, const ss_affine *affine,
                                       const float *_Nullable mask, const float *counts,
                                       const float *reciprocal, const float *normal,
                                       const float *dy, float *dgamma, float *dbeta,
                                       float *_Nullable dx);
  /// The same by rows: reciprocal[B].
  void (*layer_normalize)(const ss_rows_shape *shape, const ss_affine *affine, const float *x,
                          float *reciprocal, float *normal, float *y);
  /// dγ[W], dβ[W] and, where it is wanted, dx[B,W]; overwrites dy.
  void (*layer_normalization_gradient)(const ss_rows_shape *shape, const ss_affine *affine,
                                       const float *reciprocal, const float *normal, float *dy,
                                       float *dgamma, float *dbeta, float *_Nullable dx);

  /// Trains a stack for the epochs of a span; means[epochs, SS_MAX_LANES] are the lanes' mean
  /// losses. Returns after the first epoch in which that of a live lane is not finite; the number
  /// of epochs trained. Null where layers are trained one by one.
  size_t (*_Nullable train_stack)(const ss_stack *stack, const ss_stack_span *span,
                                  double *means);
  /// means[SS_MAX_LANES] = the lanes' mean losses over the data in their own order.
  void (*_Nullable evaluate_stack)(const ss_stack *stack, double *means);

  /// The digests of a pack, for those who have `train_stack`.
  /// Makes them those of nothing yet.
  void (*_Nullable digest_begin)(ss_digests *digests);
  /// Takes in values[count, SS_MAX_LANES] as little-endian binary32, every NaN as 7fc00000.
  void (*_Nullable digest_floats)(ss_digests *digests, size_t count, const float *values);
  /// Takes in each of values[rows, SS_MAX_LANES] `columns` times as little-endian binary64, every
  /// NaN as 7ff8000000000000.
  void (*_Nullable digest_doubles)(ss_digests *digests, size_t rows, size_t columns,
                                   const double *values);
  /// Ends the messages: the state is their digests.
  void (*_Nullable digest_end)(ss_digests *digests);
} ss_kernels;

/// Floats of workspace that a part of a convolution's products needs, at most.
size_t ss_convolution_workspace(const ss_convolution_shape *shape);

/// The number of tables that this CPU can run.
size_t ss_available_kernels(void);

/// One of them: `reference` is at position 0, the fastest is the last.
const ss_kernels *ss_kernel_table(size_t position);

/// The CPU's brand as it names itself, or an empty text; `text` has room for SS_CPU_NAME_BYTES.
enum { SS_CPU_NAME_BYTES = 49 };
void ss_cpu_name(char *text);

/// Bytes of a core's second-level cache; 0 where the system does not say.
size_t ss_second_level_cache_bytes(void);
/// The names of the CPU's features that matter here, separated by spaces.
const char *ss_cpu_features(void);

#pragma clang assume_nonnull end

#endif
