/// What the kernels that train a whole stack of dense layers work on
/// (docs/decisions/0005-small-networks-train-in-one-call.md).
///
/// These kernels always work on SS_MAX_LANES trials, the lane innermost. Memory is the caller's and
/// begins on a cache line.
#ifndef SS_STACK_H
#define SS_STACK_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

enum {
  /// Up to so many samples the orders of a lane and the samples themselves fit vector registers.
  SS_STACK_FEW_SAMPLES = 16,
  /// Epochs whose orders are drawn at once where the samples are few.
  SS_STACK_DRAWN_EPOCHS = 8,
};

/// How weights follow their gradients.
typedef enum ss_stack_rule {
  SS_RULE_SGD = 0,
  SS_RULE_MOMENTUM = 1,
  SS_RULE_NESTEROV = 2,
  SS_RULE_ADAM = 3,
  SS_RULE_RMSPROP = 4,
} ss_stack_rule;

/// The optimizer's constants, rounded to binary32.
typedef struct ss_stack_optimizer {
  ss_stack_rule rule;
  /// The rate of the current step, which the span has.
  float rate;
  /// The share of the past: of momentum, or RMSprop's ρ.
  float decay;
  /// 1 − β₁ of Adam.
  float first_share;
  /// 1 − β₂ of Adam, 1 − ρ of RMSprop.
  float second_share;
  float epsilon;
} ss_stack_optimizer;

/// A dense layer and where its tensors are.
typedef struct ss_stack_layer {
  size_t inputs, outputs;
  /// An ss_activation.
  uint32_t activation;
  /// Whether there is a bias, which then stands behind the kernel.
  uint32_t has_bias;
  /// The place of kernel[I,O] in the weights, in values of one lane.
  size_t kernel;
  /// Its output, written by a forward pass: outputs × batch × SS_MAX_LANES floats.
  float *values;
} ss_stack_layer;

/// A stack of dense layers, its data and its memory. All that a training changes is in the memory
/// that this points to.
typedef struct ss_stack {
  const ss_stack_layer *layers;
  size_t layer_count;
  /// Samples of the data and of a full batch; the last batch of an epoch may have fewer.
  size_t samples, batch;
  /// Whether every epoch has an order of its own.
  uint32_t shuffles;
  ss_stack_optimizer optimizer;
  /// inputs[samples, I] and targets[samples, O] of the data, which all lanes share.
  const float *inputs, *targets;
  /// The lanes' seeds.
  const uint64_t *seeds;
  /// Of all layers, one after the other, and the optimizer's slots for them: first the moment or
  /// the momentum, second the mean square. Slots that the rule does not have are not touched.
  float *weights, *first_slot, *second_slot;
  /// Room for as many values as there are weights.
  float *kept;
  /// Room for a batch: I × batch and O × batch, × SS_MAX_LANES floats.
  float *batch_inputs, *batch_targets;
  /// Room for two layers' gradients: widest layer × batch × SS_MAX_LANES floats each.
  float *_Nonnull gradients[2];
  /// Room for columns of the data, where the samples are few: (I + O) × SS_STACK_FEW_SAMPLES.
  float *columns;
  /// Room for orders: samples × SS_MAX_LANES words, where they are few of SS_STACK_DRAWN_EPOCHS
  /// epochs.
  uint32_t *orders;
} ss_stack;

/// Which epochs a call trains.
typedef struct ss_stack_span {
  /// From 0, counted over the whole training.
  size_t first_epoch;
  size_t epochs;
  /// The rate of each step of the span: the learning rate; Adam's α.
  const float *rates;
  /// The lanes whose loss still counts, lane 0 in the lowest bit.
  uint32_t live;
} ss_stack_span;

/// SHA-256 of SS_MAX_LANES messages of one length. Word w of lane l stands at w × SS_MAX_LANES + l.
typedef struct ss_digests {
  /// 8 words; after the end they are the digests.
  uint32_t *state;
  /// 16 words that are not yet in the state.
  uint32_t *block;
  /// Words taken in so far.
  uint64_t words;
} ss_digests;

#pragma clang assume_nonnull end

#endif
