// Training of a whole stack in one call. What it must give is what the reference gives layer by
// layer, in packs of SS_MAX_LANES trials.

#pragma STDC FP_CONTRACT OFF

#include "families.h"
#include "harness.h"

#include <math.h>
#include <string.h>

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

static const ss_part whole = {0, 1};

static float random_share(void) { return (float)random_number(0, 1 << 20) * 0x1p-20f; }

static float *lane_room(size_t count) { return float_room(count * LANES); }

/// Layers of random widths; the first takes `inputs`.
static void choose_layers(trained_stack *s, size_t inputs, size_t widest) {
  s->stack.layers = s->layers;
  s->stack.layer_count = random_number(1, MAXIMUM_LAYERS);
  s->parameters = 0;
  for (size_t l = 0; l < s->stack.layer_count; l++) {
    size_t outputs = random_word() % 4 ? random_number(1, widest) : 1;
    s->layers[l] = (ss_stack_layer){
        .inputs = l > 0 ? s->layers[l - 1].outputs : inputs, .outputs = outputs,
        .activation = random_word() % 2 ? SS_LINEAR : (uint32_t)random_number(0, SS_SIGMOID),
        .has_bias = random_word() % 4 != 0, .kernel = s->parameters,
        .values = lane_room(outputs * s->stack.batch)};
    s->parameters += (s->layers[l].inputs + s->layers[l].has_bias) * outputs;
    describe(", %zu%s of activation %u", outputs, s->layers[l].has_bias ? " with bias" : "",
             s->layers[l].activation);
  }
}

static size_t steps_of_epoch(const ss_stack *stack) {
  return (stack->samples + stack->batch - 1) / stack->batch;
}

static void make_room(trained_stack *s, size_t inputs) {
  ss_stack *stack = &s->stack;
  size_t outputs = s->layers[stack->layer_count - 1].outputs, widest = 0;
  for (size_t l = 0; l < stack->layer_count; l++) {
    if (s->layers[l].outputs > widest) widest = s->layers[l].outputs;
  }
  bool few = stack->samples <= SS_STACK_FEW_SAMPLES;
  uint64_t *seeds = room(LANES * sizeof *seeds);
  random_seeds(seeds);
  stack->seeds = seeds;
  stack->inputs = random_tensor(stack->samples * inputs, ORDINARY);
  stack->targets = random_tensor(stack->samples * outputs, ORDINARY);
  stack->weights = lane_room(s->parameters);
  stack->first_slot = lane_room(s->parameters);
  stack->second_slot = lane_room(s->parameters);
  stack->batch_inputs = lane_room(inputs * stack->batch);
  stack->batch_targets = lane_room(outputs * stack->batch);
  stack->gradients[0] = lane_room(widest * stack->batch);
  stack->gradients[1] = lane_room(widest * stack->batch);
  stack->columns = float_room(few ? (inputs + outputs) * SS_STACK_FEW_SAMPLES : 0);
  stack->orders = room(stack->samples * LANES * sizeof(uint32_t) *
                       (few ? SS_STACK_DRAWN_EPOCHS : 1));
  s->weights = random_tensor(s->parameters * LANES, ORDINARY);
  s->first_slot = random_tensor(s->parameters * LANES, ORDINARY);
  s->second_slot = random_tensor(s->parameters * LANES, ORDINARY);
  for (size_t i = 0; i < s->parameters * LANES; i++) {
    s->second_slot[i] = fabsf(s->second_slot[i]);
  }
  s->gradients = lane_room(s->parameters);
  s->losses = lane_room(stack->batch);
  s->no_workspace = float_room(0);
  s->means = room(MAXIMUM_EPOCHS * LANES * sizeof *s->means);
}

/// Weights and slots as they are before the training; nothing else is known of the memory.
static void restart(trained_stack *s) {
  size_t bytes = s->parameters * LANES * sizeof(float);
  memcpy(s->stack.weights, s->weights, bytes);
  memcpy(s->stack.first_slot, s->first_slot, bytes);
  memcpy(s->stack.second_slot, s->second_slot, bytes);
  blank(s->means, MAXIMUM_EPOCHS * LANES * sizeof *s->means);
}

// --- The layers' way, by the reference.

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
  ss_sgd_step sgd = {o->rate, o->decay};
  ss_adam_step adam = {rate, o->first_share, o->second_share, o->epsilon};
  ss_rmsprop_step rmsprop = {o->rate, o->decay, o->second_share, o->epsilon};
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

static size_t train_by_layers(const ss_kernels *table, trained_stack *s) {
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

// --- Both ways.

static void judge_stack(const trained_stack *s, size_t epochs) {
  judge_words("epochs", &(uint32_t){(uint32_t)epochs}, 1);
  judge_doubles("means", s->means, epochs * LANES);
  judge_floats("weights", s->stack.weights, s->parameters * LANES);
  // Those that the rule does not have stay as they were.
  judge_floats("first_slot", s->stack.first_slot, s->parameters * LANES);
  judge_floats("second_slot", s->stack.second_slot, s->parameters * LANES);
}

static void check_training(trained_stack *s) {
  for (size_t t = 0; t < table_count; t++) {
    const ss_kernels *table = begin_run(t, KERNEL_train_stack);
    if (t > 0 && !table->train_stack) continue;
    restart(s);
    judge_stack(s, t == 0 ? train_by_layers(table, s)
                          : table->train_stack(&s->stack, &s->span, s->means));
  }
}

static void check_evaluation(trained_stack *s) {
  for (size_t t = 0; t < table_count; t++) {
    const ss_kernels *table = begin_run(t, KERNEL_evaluate_stack);
    if (t > 0 && !table->evaluate_stack) continue;
    restart(s);
    if (t == 0) pass_by_layers(table, s, 0, 0, s->means);
    else table->evaluate_stack(&s->stack, s->means);
    judge_stack(s, 1);
  }
}

/// Rates near 1 let some lanes diverge.
static void check_stack(size_t most_samples, size_t inputs, size_t widest) {
  trained_stack s = {0};
  size_t samples = random_number(1, most_samples);
  size_t batch = random_word() % 3 ? random_number(1, samples) : samples;
  s.stack.samples = samples, s.stack.batch = batch;
  s.stack.shuffles = random_word() % 4 != 0;
  s.stack.optimizer = (ss_stack_optimizer){
      .rule = (ss_stack_rule)random_number(0, SS_RULE_RMSPROP),
      .rate = random_word() % 4 ? 0.01f * random_share() : random_share(),
      .decay = random_share(), .first_share = random_share(), .second_share = random_share(),
      .epsilon = 1e-7f};
  s.span = (ss_stack_span){.first_epoch = random_number(0, 1000),
                           .epochs = random_number(1, MAXIMUM_EPOCHS),
                           .live = (uint32_t)random_word() & 0xffff};
  begin_case("%zu samples in batches of %zu, %s, rule %d, epochs %zu and %zu on, %zu inputs",
             samples, batch, s.stack.shuffles ? "shuffled" : "in order",
             (int)s.stack.optimizer.rule, s.span.first_epoch, s.span.epochs, inputs);
  choose_layers(&s, inputs, widest);
  make_room(&s, inputs);
  size_t steps = s.span.epochs * steps_of_epoch(&s.stack);
  float *rates = float_room(steps);
  for (size_t i = 0; i < steps; i++) rates[i] = 0.01f * random_share();
  s.span.rates = rates;
  check_training(&s);
  check_evaluation(&s);
}

void check_stacks(void) {
  random_begin(8);
  for (int i = 0; i < 120; i++) check_stack(SS_STACK_FEW_SAMPLES, 1, 12);
  for (int i = 0; i < 80; i++) check_stack(SS_STACK_FEW_SAMPLES, random_number(1, 9), 20);
  for (int i = 0; i < 40; i++) check_stack(40, random_number(1, 9), 20);
  // Rows of errors wider than the 32 ways of a row sum.
  for (int i = 0; i < 10; i++) check_stack(20, random_number(1, 40), 70);
}
