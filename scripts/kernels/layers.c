// The training of a stack as a trainer without kernels for stacks does it.

#pragma STDC FP_CONTRACT OFF

#include "layers.h"

#include <math.h>
#include <string.h>

static const ss_part whole = {0, 1};

static void forward_by_layers(const ss_kernels *table, const trained_stack *s, size_t rows) {
  const ss_stack *stack = &s->stack;
  const float *in = stack->batch_inputs;
  for (size_t l = 0; l < stack->layer_count; l++) {
    const ss_stack_layer *layer = stack->layers + l;
    const float *kernel = stack->weights + layer->kernel * LANES;
    const float *bias = layer->has_bias ? kernel + layer->inputs * layer->outputs * LANES : 0;
    ss_dense_shape shape = {LANES, rows, layer->inputs, layer->outputs};
    table->dense_forward(&shape, &whole, (ss_activation)layer->activation, in, kernel, bias,
                         layer->values, s->no_workspace);
    in = layer->values;
  }
}

static void backward_by_layers(const ss_kernels *table, trained_stack *s, size_t rows) {
  float *da = s->stack.gradients[0], *spare = s->stack.gradients[1];
  for (size_t l = s->stack.layer_count; l-- > 0;) {
    const ss_stack_layer *layer = s->layers + l;
    ss_dense_shape shape = {LANES, rows, layer->inputs, layer->outputs};
    ss_rows_shape outputs = {LANES, rows, layer->outputs};
    const float *in = l > 0 ? layer[-1].values : s->stack.batch_inputs;
    float *gradient = s->gradients + layer->kernel * LANES;
    table->activation_gradient((ss_activation)layer->activation, rows * layer->outputs * LANES,
                               layer->values, da);
    table->dense_kernel_gradient(&shape, &whole, in, da, gradient,
                                 s->no_workspace);
    if (layer->has_bias) {
      table->column_sum(&outputs, da, gradient + layer->inputs * layer->outputs * LANES);
    }
    if (l == 0) break;
    table->dense_input_gradient(&shape, &whole, da, s->stack.weights + layer->kernel * LANES,
                                spare, s->no_workspace);
    float *turned = da;
    da = spare, spare = turned;
  }
}

static void update(const ss_kernels *table, trained_stack *s, float rate) {
  const ss_stack_optimizer *o = &s->stack.optimizer;
  size_t count = s->parameters * LANES;
  float *g = s->gradients, *w = s->stack.weights;
  float *m = s->stack.first_slot, *v = s->stack.second_slot;
  ss_sgd_step sgd = {rate, o->decay};
  ss_adam_step adam = {rate, o->first_share, o->second_share, o->epsilon};
  ss_rmsprop_step rmsprop = {rate, o->decay, o->second_share, o->epsilon, 0};
  switch (o->rule) {
  case SS_RULE_SGD: table->sgd(count, &sgd, g, w); break;
  case SS_RULE_MOMENTUM: table->sgd_momentum(count, &sgd, g, w, m); break;
  case SS_RULE_NESTEROV: table->sgd_nesterov(count, &sgd, g, w, m); break;
  case SS_RULE_ADAM: table->adam(count, &adam, g, w, m, v); break;
  case SS_RULE_RMSPROP: table->rmsprop(count, &rmsprop, g, w, v); break;
  }
}

/// Losses of the samples in an order; with `rates` each batch is followed by a step.
static void pass_by_layers(const ss_kernels *table, trained_stack *s, const uint32_t *order,
                           const float *rates, double *means) {
  const ss_stack *stack = &s->stack;
  size_t inputs = s->layers[0].inputs, outputs = s->layers[stack->layer_count - 1].outputs;
  memset(means, 0, LANES * sizeof *means);
  for (size_t first = 0; first < stack->samples; first += stack->batch) {
    size_t rest = stack->samples - first, rows = rest < stack->batch ? rest : stack->batch;
    ss_rows_shape in = {LANES, rows, inputs}, out = {LANES, rows, outputs};
    table->gather(&in, stack->inputs, order, first, stack->batch_inputs);
    table->gather(&out, stack->targets, order, first, stack->batch_targets);
    forward_by_layers(table, s, rows);
    table->squared_error(&out, s->layers[stack->layer_count - 1].values, stack->batch_targets,
                         s->losses, stack->gradients[0],
                         (float)(2.0 / ((double)rows * (double)outputs)));
    table->accumulate(LANES, rows, s->losses, means);
    if (!rates) continue;
    backward_by_layers(table, s, rows);
    update(table, s, *rates++);
  }
  for (int l = 0; l < LANES; l++) means[l] /= (double)stack->samples;
}

size_t train_by_layers(const ss_kernels *table, trained_stack *s) {
  const ss_stack *stack = &s->stack;
  for (size_t epoch = 0; epoch < s->span.epochs; epoch++) {
    double *means = s->means + epoch * LANES;
    uint32_t *order = stack->shuffles ? stack->orders : 0;
    if (order) {
      table->shuffle(LANES, stack->samples, stack->seeds, (uint32_t)(s->span.first_epoch + epoch),
                     order);
    }
    pass_by_layers(table, s, order, s->span.rates + epoch * steps_of_epoch(stack), means);
    for (int l = 0; l < LANES; l++) {
      if (s->span.live >> l & 1 && !isfinite(means[l])) return epoch + 1;
    }
  }
  return s->span.epochs;
}

void evaluate_by_layers(const ss_kernels *table, trained_stack *s) {
  pass_by_layers(table, s, 0, 0, s->means);
}
