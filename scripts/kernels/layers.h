// What a stack's training in one call must give: the training layer by layer, by the reference.
#ifndef VERIFY_KERNELS_LAYERS_H
#define VERIFY_KERNELS_LAYERS_H

#include "harness.h"

enum { LANES = SS_MAX_LANES, MAXIMUM_LAYERS = 4, MAXIMUM_EPOCHS = 10 };

/// A stack with memory, what its training begins with, and what only the layers' way needs.
typedef struct trained_stack {
  ss_stack stack;
  ss_stack_layer layers[MAXIMUM_LAYERS];
  ss_stack_span span;
  size_t parameters;
  float *weights, *first_slot, *second_slot;
  float *gradients, *losses;
  /// Products of packs need no workspace.
  float *no_workspace;
  double *means;
} trained_stack;

static inline size_t steps_of_epoch(const ss_stack *stack) {
  return (stack->samples + stack->batch - 1) / stack->batch;
}

/// As ss_kernels' train_stack, with means to `s->means`; the number of epochs trained.
size_t train_by_layers(const ss_kernels *table, trained_stack *s);
/// As ss_kernels' evaluate_stack.
void evaluate_by_layers(const ss_kernels *table, trained_stack *s);

#endif
