// Activations, losses, sums and gathers.

#include "families.h"
#include "harness.h"

#include <string.h>

static enum values random_kind(void) { return (enum values)(random_word() % VALUE_KINDS); }

static ss_rows_shape random_shape(size_t most_rows, size_t most_width) {
  return (ss_rows_shape){random_lanes(), random_number(1, most_rows), random_number(1, most_width)};
}

static void begin_rows(const ss_rows_shape *shape) {
  begin_case("%zu lanes, %zu rows of %zu", shape->lanes, shape->rows, shape->width);
}

static void check_activation(size_t count) {
  for (int a = SS_LINEAR; a <= SS_SIGMOID; a++) {
    ss_activation activation = (ss_activation)a;
    begin_case("%zu values, activation %d", count, a);
    enum values kind = random_kind();
    float *x = random_tensor(count, kind), *y = random_tensor(count, kind);
    float *values = float_room(count);
    for (size_t t = 0; t < table_count; t++) {
      memcpy(values, x, count * sizeof *x);
      begin_run(t, KERNEL_activate)->activate(activation, count, values);
      judge_floats("values", values, count);
    }
    for (size_t t = 0; t < table_count; t++) {
      memcpy(values, x, count * sizeof *x);
      begin_run(t, KERNEL_activation_gradient)->activation_gradient(activation, count, y, values);
      judge_floats("gradient", values, count);
    }
  }
}

static void check_squared_error(void) {
  ss_rows_shape shape = random_shape(9, 75);
  size_t rows = shape.rows * shape.lanes, count = rows * shape.width;
  begin_rows(&shape);
  enum values kind = random_kind();
  float *predictions = random_tensor(count, kind), *targets = random_tensor(count, kind);
  float *losses = float_room(rows), *gradient = random_word() % 4 ? float_room(count) : 0;
  float scale = (float)random_number(1, 1000) * 0x1p-9f;
  describe(gradient ? ", with the gradient" : ", without the gradient");
  for (size_t t = 0; t < table_count; t++) {
    const ss_kernels *table = begin_run(t, KERNEL_squared_error);
    blank(losses, rows * sizeof *losses);
    if (gradient) blank(gradient, count * sizeof *gradient);
    table->squared_error(&shape, predictions, targets, losses, gradient, scale);
    judge_floats("losses", losses, rows);
    if (gradient) judge_floats("gradient", gradient, count);
  }
}

static void check_sums(void) {
  ss_rows_shape shape = random_shape(70, 40);
  size_t columns = shape.width * shape.lanes;
  begin_rows(&shape);
  float *x = random_tensor(shape.rows * columns, random_kind()), *sum = float_room(columns);
  double *sums = room(shape.lanes * sizeof *sums);
  for (size_t t = 0; t < table_count; t++) {
    blank(sum, columns * sizeof *sum);
    begin_run(t, KERNEL_column_sum)->column_sum(&shape, x, sum);
    judge_floats("sum", sum, columns);
  }
  for (size_t t = 0; t < table_count; t++) {
    const ss_kernels *table = begin_run(t, KERNEL_accumulate);
    for (size_t l = 0; l < shape.lanes; l++) sums[l] = (double)l / 3;
    table->accumulate(shape.lanes, shape.rows * shape.width, x, sums);
    judge_doubles("sums", sums, shape.lanes);
  }
}

static void check_gather(void) {
  ss_rows_shape shape = random_shape(30, 40);
  size_t lanes = shape.lanes, count = shape.rows * shape.width * lanes;
  size_t samples = shape.rows + random_number(0, 20);
  size_t first = random_number(0, samples - shape.rows);
  begin_rows(&shape);
  float *source = random_tensor(samples * shape.width, WILD), *rows = float_room(count);
  uint32_t *permutation = random_word() % 4 ? room(samples * lanes * sizeof *permutation) : 0;
  describe(", from row %zu of %zu, %s", first, samples, permutation ? "permuted" : "in order");
  for (size_t i = 0; permutation && i < samples * lanes; i++) {
    permutation[i] = (uint32_t)random_number(0, samples - 1);
  }
  for (size_t t = 0; t < table_count; t++) {
    blank(rows, count * sizeof *rows);
    begin_run(t, KERNEL_gather)->gather(&shape, source, permutation, first, rows);
    judge_floats("rows", rows, count);
  }
}

void check_elementwise(void) {
  random_begin(2);
  for (size_t count = 0; count <= 70; count++) check_activation(count);
  for (int i = 0; i < 20; i++) check_activation(random_number(71, 2000));
  for (int i = 0; i < 150; i++) {
    check_squared_error();
    check_sums();
    check_gather();
  }
}
