// Batch and layer normalization.

#include "families.h"
#include "harness.h"

static void check_batch(const ss_rows_shape *shape, const ss_affine *affine, enum values kind) {
  size_t n = shape->width * shape->lanes, count = shape->rows * n;
  float *x = random_tensor(count, kind), *dy = random_tensor(count, kind);
  float *mask = 0;
  if (random_word() % 2) {
    mask = float_room(shape->rows * shape->lanes);
    for (size_t i = 0; i < shape->rows * shape->lanes; i++) mask[i] = random_word() % 3 ? 1.0f : 0.0f;
  }
  float *mean = float_room(n), *variance = float_room(n), *counts = float_room(shape->lanes);
  for (size_t t = 0; t < table_count; t++) {
    begin_run(t, KERNEL_batch_moments)->batch_moments(shape, mask, x, mean, variance, counts);
    judge_floats("mean", mean, n);
    judge_floats("variance", variance, n);
    judge_floats("counts", counts, shape->lanes);
  }
  float *reciprocal = float_room(n), *normal = float_room(count), *y = float_room(count);
  for (size_t t = 0; t < table_count; t++) {
    begin_run(t, KERNEL_batch_normalize)
        ->batch_normalize(shape, affine, x, mean, variance, reciprocal, normal, y);
    judge_floats("reciprocal", reciprocal, n);
    judge_floats("normal", normal, count);
    judge_floats("y", y, count);
  }
  float *dgamma = float_room(n), *dbeta = float_room(n), *dx = float_room(count);
  for (size_t t = 0; t < table_count; t++) {
    begin_run(t, KERNEL_batch_normalization_gradient)
        ->batch_normalization_gradient(shape, affine, mask, counts, reciprocal, normal, dy, dgamma,
                                       dbeta, dx);
    judge_floats("dgamma", dgamma, n);
    judge_floats("dbeta", dbeta, n);
    judge_floats("dx", dx, count);
  }
  float *start = random_tensor(n, kind), *moving = float_room(n);
  for (size_t t = 0; t < table_count; t++) {
    for (size_t e = 0; e < n; e++) moving[e] = start[e];
    begin_run(t, KERNEL_blend)->blend(n, 0.99f, 0.01f, mean, moving);
    judge_floats("moving", moving, n);
  }
}

static void check_layer(const ss_rows_shape *shape, const ss_affine *affine, enum values kind) {
  size_t n = shape->width * shape->lanes, rows = shape->rows * shape->lanes, count = shape->rows * n;
  float *x = random_tensor(count, kind), *given = random_tensor(count, kind);
  float *reciprocal = float_room(rows), *normal = float_room(count), *y = float_room(count);
  for (size_t t = 0; t < table_count; t++) {
    begin_run(t, KERNEL_layer_normalize)->layer_normalize(shape, affine, x, reciprocal, normal, y);
    judge_floats("reciprocal", reciprocal, rows);
    judge_floats("normal", normal, count);
    judge_floats("y", y, count);
  }
  float *dgamma = float_room(n), *dbeta = float_room(n), *dx = float_room(count);
  float *dy = float_room(count);
  for (size_t t = 0; t < table_count; t++) {
    for (size_t e = 0; e < count; e++) dy[e] = given[e];
    begin_run(t, KERNEL_layer_normalization_gradient)
        ->layer_normalization_gradient(shape, affine, reciprocal, normal, dy, dgamma, dbeta, dx);
    judge_floats("dgamma", dgamma, n);
    judge_floats("dbeta", dbeta, n);
    judge_floats("dx", dx, count);
  }
}

void check_normalizations(void) {
  random_begin(12);
  for (int i = 0; i < 160; i++) {
    ss_rows_shape shape = {random_lanes(), random_number(1, 12), random_number(1, 75)};
    enum values kind = i % 4 ? ORDINARY : (enum values)(random_word() % VALUE_KINDS);
    size_t n = shape.width * shape.lanes;
    begin_case("%zu lanes, %zu rows of %zu, values %d", shape.lanes, shape.rows, shape.width,
               (int)kind);
    ss_affine affine = {
        .gamma = random_word() % 4 ? random_tensor(n, kind) : 0,
        .beta = random_word() % 4 ? random_tensor(n, kind) : 0, .epsilon = 0.001f};
    check_batch(&shape, &affine, kind);
    check_layer(&shape, &affine, kind);
  }
}
