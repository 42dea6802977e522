// The three products of a dense layer: ragged shapes, chains of more than one chunk, left operands
// with zeros to skip, and outputs computed in parts.

#include "families.h"
#include "harness.h"

#include <math.h>
#include <stdio.h>

/// What stands in the operands of a product.
typedef struct product_values {
  const char *name;
  enum values left, right;
  /// Put somewhere into the right operand, unless 0.
  float intruder;
} product_values;

static const product_values plain = {"plain", ORDINARY, ORDINARY, 0};
static const product_values sparse = {"sparse", SPARSE, ORDINARY, 0};
static const product_values tiny = {"tiny", TINY, TINY, 0};
static const product_values infinite = {"sparse with an infinity", SPARSE, ORDINARY, INFINITY};
static const product_values undefined = {"sparse with a NaN", SPARSE, ORDINARY, NAN};
static const product_values wild = {"wild", WILD, WILD, 0};

static float *right_operand(const product_values *values, size_t count) {
  float *right = random_tensor(count, values->right);
  if (values->intruder != 0) right[random_number(0, count - 1)] = values->intruder;
  return right;
}

/// The header's size, exactly; products of more lanes need none.
static float *workspace(const ss_dense_shape *shape, size_t rows, size_t columns, size_t inner) {
  size_t longer = rows > columns ? rows : columns;
  size_t count = SS_CHUNK_FLOATS + 2 * longer * ((inner + 63) / 64) + SS_PANEL_COLUMNS * columns;
  return float_room(shape->lanes > 1 ? 0 : count);
}

static void begin_product(const ss_dense_shape *shape, const char *values, size_t parts) {
  begin_case("%zu lanes, %zu rows, %zu inputs, %zu outputs, %s, %zu parts", shape->lanes,
             shape->rows, shape->inputs, shape->outputs, values, parts);
}

static void check_forward(const ss_dense_shape *shape, const product_values *values, size_t parts) {
  size_t lanes = shape->lanes, count = shape->rows * shape->outputs * lanes;
  ss_activation activation = (ss_activation)random_number(SS_LINEAR, SS_SIGMOID);
  begin_product(shape, values->name, parts);
  float *x = random_tensor(shape->rows * shape->inputs * lanes, values->left);
  float *kernel = right_operand(values, shape->inputs * shape->outputs * lanes);
  float *bias = random_word() % 3 ? random_tensor(shape->outputs * lanes, values->right) : 0;
  float *y = float_room(count);
  float *space = workspace(shape, shape->rows, shape->outputs, shape->inputs);
  describe(", activation %d%s", (int)activation, bias ? ", bias" : "");
  for (size_t t = 0; t < table_count; t++) {
    const ss_kernels *table = begin_run(t, KERNEL_dense_forward);
    blank(y, count * sizeof *y);
    for (size_t p = 0; p < parts; p++) {
      ss_part part = {p, parts};
      table->dense_forward(shape, &part, activation, x, kernel, bias, y, space);
    }
    judge_floats("y", y, count);
  }
}

static void check_kernel_gradient(const ss_dense_shape *shape, const product_values *values,
                                  size_t parts) {
  size_t lanes = shape->lanes, count = shape->inputs * shape->outputs * lanes;
  begin_product(shape, values->name, parts);
  float *x = random_tensor(shape->rows * shape->inputs * lanes, values->left);
  float *dz = right_operand(values, shape->rows * shape->outputs * lanes);
  float *dkernel = float_room(count);
  float *space = workspace(shape, shape->inputs, shape->outputs, shape->rows);
  for (size_t t = 0; t < table_count; t++) {
    const ss_kernels *table = begin_run(t, KERNEL_dense_kernel_gradient);
    blank(dkernel, count * sizeof *dkernel);
    for (size_t p = 0; p < parts; p++) {
      ss_part part = {p, parts};
      table->dense_kernel_gradient(shape, &part, x, dz, dkernel, space);
    }
    judge_floats("dkernel", dkernel, count);
  }
}

static void check_input_gradient(const ss_dense_shape *shape, const product_values *values,
                                 size_t parts) {
  size_t lanes = shape->lanes, count = shape->rows * shape->inputs * lanes;
  begin_product(shape, values->name, parts);
  float *dz = random_tensor(shape->rows * shape->outputs * lanes, values->left);
  float *kernel = right_operand(values, shape->inputs * shape->outputs * lanes);
  float *dx = float_room(count);
  float *space = workspace(shape, shape->rows, shape->inputs, shape->outputs);
  for (size_t t = 0; t < table_count; t++) {
    const ss_kernels *table = begin_run(t, KERNEL_dense_input_gradient);
    blank(dx, count * sizeof *dx);
    for (size_t p = 0; p < parts; p++) {
      ss_part part = {p, parts};
      table->dense_input_gradient(shape, &part, dz, kernel, dx, space);
    }
    judge_floats("dx", dx, count);
  }
}

static void check_all_three(const ss_dense_shape *shape, const product_values *values,
                            size_t parts) {
  check_forward(shape, values, parts);
  check_kernel_gradient(shape, values, parts);
  check_input_gradient(shape, values, parts);
}

/// Every width up to a few vectors, with every number of rows up to more than the tallest tile.
static void check_small(void) {
  for (size_t rows = 1; rows <= 14; rows++) {
    for (size_t columns = 1; columns <= 19; columns++) {
      ss_dense_shape shape = {1, rows, random_number(1, 20), columns};
      check_forward(&shape, &plain, random_number(1, 3));
    }
  }
  for (int i = 0; i < 250; i++) {
    ss_dense_shape shape = {
        random_lanes(), random_number(1, 27), random_number(1, 27), random_number(1, 27)};
    const product_values *values[] = {&plain, &plain, &sparse, &tiny, &wild};
    check_all_three(&shape, values[random_word() % 5], random_number(1, 5));
  }
}

/// A trial alone: chains around multiples of 64 steps, and panels that are full and that are not.
static void check_wide(void) {
  // The widest panel has 8 vectors of 16; chunks have 64 steps of it up to 1024 of the narrowest.
  static const size_t shapes[][3] = {
      {9, 64, 128},  {65, 130, 150}, {33, 63, 257}, {5, 257, 129}, {3, 1030, 70},
      {4, 70, 1030}, {1030, 3, 36},  {2, 513, 67},  {17, 128, 64}, {1, 300, 300},
  };
  const product_values *values[] = {&plain, &sparse, &tiny, &infinite, &undefined, &wild};
  for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
    for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
      ss_dense_shape shape = {1, shapes[s][0], shapes[s][1], shapes[s][2]};
      check_all_three(&shape, values[v], 1 + v % 3);
    }
  }
}

void check_products(void) {
  random_begin(1);
  check_small();
  check_wide();
}
