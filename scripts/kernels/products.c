// The three products of a dense layer: ragged shapes, chains of more than one chunk, operands with
// zeros to skip, and outputs computed in parts.

#include "families.h"
#include "harness.h"

#include <math.h>

/// What stands in an operand.
typedef struct operand_values {
  enum values kind;
  /// Put somewhere among them, unless 0.
  float intruder;
} operand_values;

/// What stands in the operands of a product, and its share in what is printed.
typedef struct product_values {
  const char *name;
  operand_values left, right;
} product_values;

static const product_values product_kinds[] = {
    {"plain", {ORDINARY, 0}, {ORDINARY, 0}},
    {"wild", {WILD, 0}, {WILD, 0}},
    {"tiny", {TINY, 0}, {TINY, 0}},
    {"tiny on the left", {TINY, 0}, {DENSELY_TINY, 0}},
    {"tiny on the right", {DENSELY_TINY, 0}, {TINY, 0}},
    {"sparse", {SPARSE, 0}, {SPARSE, 0}},
    {"sparse on the left", {SPARSE, 0}, {ORDINARY, 0}},
    {"sparse on the left, infinity on the right", {SPARSE, 0}, {ORDINARY, INFINITY}},
    {"sparse on the left, NaN on the right", {SPARSE, 0}, {ORDINARY, NAN}},
    {"sparse with a NaN on the left", {SPARSE, NAN}, {ORDINARY, 0}},
    {"sparse on the right", {ORDINARY, 0}, {SPARSE, 0}},
    {"infinity on the left, sparse on the right", {ORDINARY, INFINITY}, {SPARSE, 0}},
    {"NaN on the left, sparse on the right", {ORDINARY, NAN}, {SPARSE, 0}},
};
enum { PRODUCT_KINDS = sizeof product_kinds / sizeof *product_kinds };

static float *operand(operand_values values, size_t count) {
  float *tensor = random_tensor(count, values.kind);
  if (values.intruder != 0) tensor[random_number(0, count - 1)] = values.intruder;
  return tensor;
}

// The reference computes products whole, the others in parts: how these are cut is common to all.

/// The header's size, exactly; products of more lanes need none.
static float *workspace(const ss_dense_shape *shape, size_t rows, size_t inner) {
  size_t longer = rows > SS_PANEL_ROWS ? rows : SS_PANEL_ROWS;
  size_t count = SS_CHUNK_FLOATS + SS_PANEL_ROWS * SS_PANEL_COLUMNS
                 + 2 * longer * ((inner + 63) / 64);
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
  float *x = operand(values->left, shape->rows * shape->inputs * lanes);
  float *kernel = operand(values->right, shape->inputs * shape->outputs * lanes);
  float *bias = random_word() % 3 ? operand(values->right, shape->outputs * lanes) : 0;
  float *y = float_room(count);
  float *space = workspace(shape, shape->rows, shape->inputs);
  describe(", activation %d%s", (int)activation, bias ? " with bias" : "");
  for (size_t t = 0; t < table_count; t++) {
    const ss_kernels *table = begin_run(t, KERNEL_dense_forward);
    blank(y, count * sizeof *y);
    size_t own_parts = t == 0 ? 1 : parts;
    for (size_t p = 0; p < own_parts; p++) {
      ss_part part = {p, own_parts};
      table->dense_forward(shape, &part, activation, x, kernel, bias, y, space);
    }
    judge_floats("y", y, count);
  }
}

static void check_kernel_gradient(const ss_dense_shape *shape, const product_values *values,
                                  size_t parts) {
  size_t lanes = shape->lanes, count = shape->inputs * shape->outputs * lanes;
  begin_product(shape, values->name, parts);
  float *x = operand(values->left, shape->rows * shape->inputs * lanes);
  float *dz = operand(values->right, shape->rows * shape->outputs * lanes);
  float *dkernel = float_room(count);
  float *space = workspace(shape, shape->inputs, shape->rows);
  for (size_t t = 0; t < table_count; t++) {
    const ss_kernels *table = begin_run(t, KERNEL_dense_kernel_gradient);
    blank(dkernel, count * sizeof *dkernel);
    size_t own_parts = t == 0 ? 1 : parts;
    for (size_t p = 0; p < own_parts; p++) {
      ss_part part = {p, own_parts};
      table->dense_kernel_gradient(shape, &part, x, dz, dkernel, space);
    }
    judge_floats("dkernel", dkernel, count);
  }
}

static void check_input_gradient(const ss_dense_shape *shape, const product_values *values,
                                 size_t parts) {
  size_t lanes = shape->lanes, count = shape->rows * shape->inputs * lanes;
  begin_product(shape, values->name, parts);
  float *dz = operand(values->left, shape->rows * shape->outputs * lanes);
  float *kernel = operand(values->right, shape->inputs * shape->outputs * lanes);
  float *dx = float_room(count);
  float *space = workspace(shape, shape->rows, shape->outputs);
  for (size_t t = 0; t < table_count; t++) {
    const ss_kernels *table = begin_run(t, KERNEL_dense_input_gradient);
    blank(dx, count * sizeof *dx);
    size_t own_parts = t == 0 ? 1 : parts;
    for (size_t p = 0; p < own_parts; p++) {
      ss_part part = {p, own_parts};
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
      check_forward(&shape, product_kinds, random_number(1, 3));
    }
  }
  for (int i = 0; i < 700; i++) {
    ss_dense_shape shape = {
        random_lanes(), random_number(1, 27), random_number(1, 27), random_number(1, 27)};
    // Every other one is plain.
    const product_values *values = product_kinds + (i % 2 ? random_word() % PRODUCT_KINDS : 0);
    check_all_three(&shape, values, random_number(1, 5));
  }
}

/// A trial alone: chains around multiples of 64 steps, and panels that are full and that are not.
static void check_wide(void) {
  // The widest panel has 8 vectors of 16; chunks have 64 steps of it up to 1024 of the narrowest.
  static const size_t shapes[][3] = {
      {9, 64, 128},  {65, 130, 150}, {33, 63, 257}, {5, 257, 129},  {3, 1030, 70},  {4, 70, 1030},
      {1030, 3, 36}, {2, 513, 67},   {17, 128, 64}, {130, 33, 131}, {258, 65, 5},   {1, 300, 300},
  };
  for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
    for (size_t v = 0; v < PRODUCT_KINDS; v++) {
      ss_dense_shape shape = {1, shapes[s][0], shapes[s][1], shapes[s][2]};
      check_all_three(&shape, product_kinds + v, 1 + v % 3);
    }
  }
}

/// Few columns beside many rows: every width up to three vectors of 16, and one more.
static void check_narrow(void) {
  for (size_t columns = 1; columns <= 49; columns++) {
    ss_dense_shape shape = {1, random_number(16, 100), random_number(1, 70), columns};
    check_forward(&shape, product_kinds, 1);
    check_all_three(&shape, product_kinds + random_word() % PRODUCT_KINDS, random_number(1, 3));
  }
  // More rows, and more steps, than are worked on at a time.
  static const size_t shapes[][3] = {{70, 300, 10}, {40, 520, 37}, {600, 20, 10}, {40, 600, 13}};
  for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
    for (size_t v = 0; v < PRODUCT_KINDS; v++) {
      ss_dense_shape shape = {1, shapes[s][0], shapes[s][1], shapes[s][2]};
      check_all_three(&shape, product_kinds + v, 1 + v % 3);
    }
  }
}

/// Chains so short that the right operand stays in registers, from either side and with a rest of
/// rows and of columns, up to results that are too wide for it.
static void check_short(void) {
  for (size_t steps = 1; steps <= 14; steps++) {
    for (int i = 0; i < 6; i++) {
      size_t rows = random_number(1, 40), columns = random_number(30, 270);
      const product_values *values = product_kinds + random_word() % PRODUCT_KINDS;
      ss_dense_shape shape = {1, rows, steps, columns};
      check_forward(&shape, values, random_number(1, 3));
      shape = (ss_dense_shape){1, rows, columns, steps};
      check_input_gradient(&shape, values, random_number(1, 3));
    }
  }
}

/// A number of 24 bits next to a power of two.
static float near_power(int exponent) {
  float distance = (float)random_number(0, 8) - 4.0f;
  return ldexpf(1.0f + distance * 0x1p-23f, exponent);
}

/// Sums that a fused multiply-add of more than one rounding gets wrong: chains of two steps, the
/// second of which adds a product of half a unit in the last place of the first, or little more or
/// less; every third result is subnormal.
static void check_hard_sums(size_t lanes) {
  enum { OUTPUTS = 100 };
  ss_dense_shape shape = {lanes, 1, 2, OUTPUTS};
  ss_part whole = {0, 1};
  size_t count = OUTPUTS * lanes;
  begin_case("%zu lanes, hard sums", lanes);
  float *x = float_room(2 * lanes), *kernel = float_room(2 * count), *y = float_room(count);
  float *space = workspace(&shape, 1, 2);
  for (size_t l = 0; l < lanes; l++) x[l] = 1.0f, x[lanes + l] = near_power(-24);
  for (size_t i = 0; i < count; i++) {
    int exponent = i % 3 ? (int)random_number(0, 40) - 20 : -(int)random_number(127, 148);
    float first = ldexpf((float)random_number(1 << 23, (1 << 24) - 1), exponent - 23);
    // Both factors have all their bits, whatever the product has.
    float second = near_power((exponent < -126 ? -126 : exponent) + (int)random_number(0, 2));
    kernel[i] = random_word() % 2 ? first : -first;
    kernel[count + i] = random_word() % 2 ? second : -second;
  }
  for (size_t t = 0; t < table_count; t++) {
    const ss_kernels *table = begin_run(t, KERNEL_dense_forward);
    table->dense_forward(&shape, &whole, SS_LINEAR, x, kernel, 0, y, space);
    judge_floats("y", y, count);
  }
}

void check_products(void) {
  random_begin(1);
  for (int i = 0; i < 100; i++) check_hard_sums(random_lanes());
  check_small();
  check_wide();
  check_narrow();
  check_short();
}
