// Activations that no product applies itself, and softmax.

#include "families.h"
#include "harness.h"

#include <string.h>

static enum values random_kind(void) { return (enum values)(random_word() % VALUE_KINDS); }

static void check_functions(size_t count) {
  for (int f = SS_LEAKY_RELU; f <= SS_HARD_SIGMOID_KERAS2; f++) {
    ss_pointwise function = (ss_pointwise)f;
    float argument = (float)random_number(0, 1000) * 0x1p-9f;
    begin_case("%zu values, function %d", count, f);
    enum values kind = random_kind();
    float *z = random_tensor(count, kind), *dy = random_tensor(count, kind);
    float *values = float_room(count);
    for (size_t t = 0; t < table_count; t++) {
      const ss_kernels *table = begin_run(t, KERNEL_pointwise);
      blank(values, count * sizeof *values);
      table->pointwise(function, argument, count, z, values);
      judge_floats("values", values, count);
      memcpy(values, z, count * sizeof *z);
      table->pointwise(function, argument, count, values, values);
      judge_floats("values in place", values, count);
    }
    for (size_t t = 0; t < table_count; t++) {
      memcpy(values, dy, count * sizeof *dy);
      begin_run(t, KERNEL_pointwise_gradient)
          ->pointwise_gradient(function, argument, count, z, values);
      judge_floats("gradient", values, count);
    }
  }
}

static void check_softmax(void) {
  ss_rows_shape shape = {random_lanes(), random_number(1, 12), random_number(1, 75)};
  size_t count = shape.rows * shape.width * shape.lanes;
  begin_case("%zu lanes, %zu rows of %zu", shape.lanes, shape.rows, shape.width);
  enum values kind = random_kind();
  float *z = random_tensor(count, kind), *dy = random_tensor(count, kind);
  float *values = float_room(count);
  for (size_t t = 0; t < table_count; t++) {
    const ss_kernels *table = begin_run(t, KERNEL_softmax);
    blank(values, count * sizeof *values);
    table->softmax(&shape, z, values);
    judge_floats("values", values, count);
    memcpy(values, z, count * sizeof *z);
    table->softmax(&shape, values, values);
    judge_floats("values in place", values, count);
  }
  for (size_t t = 0; t < table_count; t++) {
    memcpy(values, dy, count * sizeof *dy);
    begin_run(t, KERNEL_softmax_gradient)->softmax_gradient(&shape, z, values);
    judge_floats("gradient", values, count);
  }
}

void check_pointwise(void) {
  random_begin(9);
  for (size_t count = 0; count <= 40; count++) check_functions(count);
  for (int i = 0; i < 20; i++) check_functions(random_number(41, 2000));
  for (int i = 0; i < 200; i++) check_softmax();
}
