// What the families of comparisons share: random tensors, memory that tells where a kernel left it,
// and the judge. A family makes inputs, begins a case, and runs it on every table; the first run is
// the reference's and its results are what the others must give, to the bit.
#ifndef VERIFY_KERNELS_HARNESS_H
#define VERIFY_KERNELS_HARNESS_H

#include "ss_kernels.h"

#include <stdbool.h>

/// The kernels of a table, in its order. One that is missing here is an error of compilation.
#define EACH_KERNEL(X)                                                                          \
  X(dense_forward) X(dense_kernel_gradient) X(dense_input_gradient)                              \
  X(convolution_forward) X(convolution_kernel_gradient) X(convolution_input_gradient)           \
  X(max_pooling) X(max_pooling_gradient) X(average_steps) X(average_steps_gradient)             \
  X(column_sum)                                                                                 \
  X(activate) X(activation_gradient) X(squared_error) X(accumulate)                             \
  X(sgd) X(sgd_momentum) X(sgd_nesterov) X(adam) X(rmsprop)                                     \
  X(rmsprop_centered) X(rmsprop_momentum) X(rmsprop_centered_momentum) X(adagrad) X(nadam)      \
  X(decay_weights) X(clip_values) X(scale_lanes) X(sum_squares) X(sum_magnitudes) X(regularize) \
  X(gather) X(initialize_uniform) X(shuffle)                                                    \
  X(dropout) X(dropout_gradient) X(cross_entropy) X(accuracy)                                   \
  X(value_loss) X(threshold_hits) X(top_k_hits) X(tally_rows) X(regression_sums)               \
  X(pointwise) X(pointwise_gradient) X(softmax) X(softmax_gradient)                             \
  X(recurrent_forward) X(recurrent_backward) X(embed) X(embedding_gradient)                     \
  X(batch_moments) X(blend) X(batch_normalize) X(batch_normalization_gradient)                  \
  X(layer_normalize) X(layer_normalization_gradient)                                            \
  X(position_weights) X(weigh)                                                                  \
  X(train_stack) X(evaluate_stack)                                                              \
  X(digest_begin) X(digest_floats) X(digest_doubles) X(digest_end)

#define KERNEL_NUMBER(name) KERNEL_##name,
enum kernel { EACH_KERNEL(KERNEL_NUMBER) KERNEL_COUNT };

enum { MAXIMUM_TABLES = 8 };

/// The tables that this CPU can run; the reference is number 0.
extern size_t table_count;

// --- Random values: the same on every machine.

void random_begin(uint64_t seed);
uint64_t random_word(void);
/// least … most.
size_t random_number(size_t least, size_t most);
/// 1, 2, 3, 4, 5, 8, 12 or 16: those that fill vectors and those that do not.
size_t random_lanes(void);

enum values {
  /// Magnitudes that neither overflow nor lose everything when multiplied; a few zeros.
  ORDINARY,
  /// Mostly zeros of either sign.
  SPARSE,
  /// Mostly zeros, the others so small that their products are subnormal or underflow.
  TINY,
  /// All so small.
  DENSELY_TINY,
  /// Any bits: subnormals, infinities, NaNs.
  WILD,
  VALUE_KINDS,
};

/// A tensor of random values that ends where memory ends.
float *random_tensor(size_t count, enum values kind);
void random_seeds(uint64_t seeds[SS_MAX_LANES]);

// --- Memory that lasts until the next case. It ends at a page that cannot be touched; before it
// stand bytes that a judge looks at.

void *room(size_t bytes);
float *float_room(size_t count);
/// Fills memory with a pattern that is no kernel's result.
void blank(void *memory, size_t bytes);

// --- Cases.

/// Begins a case: frees all rooms, and keeps what to print of it when something differs.
void begin_case(const char *format, ...) __attribute__((format(printf, 1, 2)));
/// Adds to what is printed.
void describe(const char *format, ...) __attribute__((format(printf, 1, 2)));
/// Begins the run of a case by a table: 0, 1 … table_count − 1, in this order.
const ss_kernels *begin_run(size_t table, enum kernel kernel);

/// Keeps the reference's results, or compares a table's with them; all NaNs are one. In each run a
/// case judges the same outputs in the same order.
void judge_floats(const char *output, const float *values, size_t count);
void judge_doubles(const char *output, const double *values, size_t count);
void judge_words(const char *output, const uint32_t *words, size_t count);

/// Compares with what the contract states, in a run: every table must give it, the reference, too.
void expect_words(const char *what, const uint32_t *words, const uint32_t *stated, size_t count);
void expect_text(const char *what, const char *text, const char *stated);

/// Prints a line for each table. Whether all agreed and every kernel was compared.
bool report(void);

#endif
