// The optimizers' steps.

#include "families.h"
#include "harness.h"

#include <string.h>

/// Weights and the optimizer's two tensors, which a step changes.
typedef struct weights {
  size_t count;
  float *w, *m, *v, *mean;
} weights;

static weights room_for_weights(size_t count) {
  return (weights){count, float_room(count), float_room(count), float_room(count),
                   float_room(count)};
}

static weights random_weights(size_t count, enum values kind) {
  weights own = {count, random_tensor(count, kind), random_tensor(count, kind),
                 random_tensor(count, kind), random_tensor(count, kind)};
  // A mean square is not negative, but in the wild, where its root is NaN.
  for (size_t i = 0; kind != WILD && i < count; i++) own.v[i] = own.v[i] < 0 ? -own.v[i] : own.v[i];
  return own;
}

static const ss_kernels *begin_step(size_t table, enum kernel kernel, weights own, weights from) {
  memcpy(own.w, from.w, own.count * sizeof *own.w);
  memcpy(own.m, from.m, own.count * sizeof *own.m);
  memcpy(own.v, from.v, own.count * sizeof *own.v);
  memcpy(own.mean, from.mean, own.count * sizeof *own.mean);
  return begin_run(table, kernel);
}

static void judge_step(weights own) {
  judge_floats("w", own.w, own.count);
  judge_floats("m", own.m, own.count);
  judge_floats("v", own.v, own.count);
  judge_floats("mean", own.mean, own.count);
}

static float random_share(void) { return (float)random_number(0, 1 << 20) * 0x1p-20f; }

static void check_steps(size_t count, enum values kind) {
  begin_case("%zu weights, values %d", count, (int)kind);
  float *g = random_tensor(count, kind);
  weights from = random_weights(count, kind), own = room_for_weights(count);
  ss_sgd_step sgd = {random_share(), random_share()};
  ss_adam_step adam = {random_share(), random_share(), random_share(), 1e-7f};
  ss_rmsprop_step rmsprop = {random_share(), random_share(), random_share(), 1e-7f, 0};
  for (size_t t = 0; t < table_count; t++) {
    begin_step(t, KERNEL_sgd, own, from)->sgd(count, &sgd, g, own.w);
    judge_step(own);
  }
  for (size_t t = 0; t < table_count; t++) {
    begin_step(t, KERNEL_sgd_momentum, own, from)->sgd_momentum(count, &sgd, g, own.w, own.m);
    judge_step(own);
  }
  for (size_t t = 0; t < table_count; t++) {
    begin_step(t, KERNEL_sgd_nesterov, own, from)->sgd_nesterov(count, &sgd, g, own.w, own.m);
    judge_step(own);
  }
  for (size_t t = 0; t < table_count; t++) {
    begin_step(t, KERNEL_adam, own, from)->adam(count, &adam, g, own.w, own.m, own.v);
    judge_step(own);
  }
  for (size_t t = 0; t < table_count; t++) {
    begin_step(t, KERNEL_rmsprop, own, from)->rmsprop(count, &rmsprop, g, own.w, own.v);
    judge_step(own);
  }
}

static void check_rarer_steps(size_t count, enum values kind) {
  begin_case("%zu weights, values %d", count, (int)kind);
  float *g = random_tensor(count, kind);
  weights from = random_weights(count, kind), own = room_for_weights(count);
  ss_rmsprop_step step = {random_share(), random_share(), random_share(), 1e-7f, random_share()};
  ss_nadam_step nadam = {random_share(), random_share(), 1 + random_share(), random_share(),
                         random_share(), 1e-7f};
  for (size_t t = 0; t < table_count; t++) {
    begin_step(t, KERNEL_rmsprop_centered, own, from)
        ->rmsprop_centered(count, &step, g, own.w, own.v, own.mean);
    judge_step(own);
  }
  for (size_t t = 0; t < table_count; t++) {
    begin_step(t, KERNEL_rmsprop_momentum, own, from)
        ->rmsprop_momentum(count, &step, g, own.w, own.v, own.m);
    judge_step(own);
  }
  for (size_t t = 0; t < table_count; t++) {
    begin_step(t, KERNEL_rmsprop_centered_momentum, own, from)
        ->rmsprop_centered_momentum(count, &step, g, own.w, own.v, own.mean, own.m);
    judge_step(own);
  }
  for (size_t t = 0; t < table_count; t++) {
    begin_step(t, KERNEL_adagrad, own, from)->adagrad(count, &step, g, own.w, own.v);
    judge_step(own);
  }
  for (size_t t = 0; t < table_count; t++) {
    begin_step(t, KERNEL_nadam, own, from)->nadam(count, &nadam, g, own.w, own.m, own.v);
    judge_step(own);
  }
}

static void check_before_steps(size_t count, enum values kind) {
  size_t lanes = random_lanes(), total = count * lanes;
  begin_case("%zu weights of %zu lanes, values %d", count, lanes, (int)kind);
  float *x = random_tensor(total, kind), *g = random_tensor(total, kind);
  float *factors = random_tensor(lanes, ORDINARY), *own = float_room(total);
  float share = random_share(), rate = random_share();
  double *sums = room(lanes * sizeof *sums);
  for (size_t t = 0; t < table_count; t++) {
    memcpy(own, x, total * sizeof *own);
    begin_run(t, KERNEL_decay_weights)->decay_weights(total, share, rate, own);
    judge_floats("w", own, total);
  }
  for (size_t t = 0; t < table_count; t++) {
    memcpy(own, x, total * sizeof *own);
    begin_run(t, KERNEL_clip_values)->clip_values(total, share, own);
    judge_floats("values", own, total);
  }
  for (size_t t = 0; t < table_count; t++) {
    memcpy(own, x, total * sizeof *own);
    begin_run(t, KERNEL_scale_lanes)->scale_lanes(lanes, count, factors, own);
    judge_floats("values", own, total);
  }
  for (size_t t = 0; t < table_count; t++) {
    blank(sums, lanes * sizeof *sums);
    begin_run(t, KERNEL_sum_squares)->sum_squares(lanes, count, x, sums);
    judge_doubles("sums", sums, lanes);
  }
  for (size_t t = 0; t < table_count; t++) {
    blank(sums, lanes * sizeof *sums);
    begin_run(t, KERNEL_sum_magnitudes)->sum_magnitudes(lanes, count, x, sums);
    judge_doubles("sums", sums, lanes);
  }
  for (size_t t = 0; t < table_count; t++) {
    memcpy(own, g, total * sizeof *own);
    begin_run(t, KERNEL_regularize)->regularize(total, count % 3 ? share : 0, rate, x, own);
    judge_floats("g", own, total);
  }
}

static void check_all(size_t count, enum values kind) {
  check_steps(count, kind);
  check_rarer_steps(count, kind);
  check_before_steps(count, kind);
}

void check_optimizers(void) {
  random_begin(3);
  for (size_t count = 0; count <= 70; count++) {
    check_all(count, (enum values)(count % VALUE_KINDS));
  }
  for (int i = 0; i < 16; i++) {
    check_all(random_number(71, 2000), (enum values)(i % VALUE_KINDS));
  }
}
