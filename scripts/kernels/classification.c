// Softmax with cross-entropy, and accuracy.

#include "families.h"
#include "harness.h"

/// Valid targets of a form: class numbers, or numbers from 0 to 1, some of them 0.
static float *random_targets(const ss_rows_shape *shape, ss_target_form form) {
  size_t rows = shape->rows * shape->lanes;
  size_t count = form == SS_SPARSE_TARGETS ? rows : rows * shape->width;
  float *targets = float_room(count);
  for (size_t i = 0; i < count; i++) {
    if (form == SS_SPARSE_TARGETS) targets[i] = (float)random_number(0, shape->width - 1);
    else targets[i] = random_word() % 3 ? 0.0f : (float)random_number(0, 1 << 20) * 0x1p-20f;
  }
  return targets;
}

static void check_rows(const ss_rows_shape *shape, ss_target_form form, enum values kind) {
  size_t rows = shape->rows * shape->lanes, count = rows * shape->width;
  begin_case("%zu lanes, %zu rows of %zu, targets %d, values %d", shape->lanes, shape->rows,
             shape->width, (int)form, (int)kind);
  float *logits = random_tensor(count, kind), *targets = random_targets(shape, form);
  float *losses = float_room(rows), *gradient = float_room(count);
  ss_entropy constants = {.scale = 1.0f / (float)shape->rows, .share = 1.0f, .offset = 0.0f};
  if (random_word() % 2) constants.share = 0.875f, constants.offset = 0.03125f;
  for (size_t t = 0; t < table_count; t++) {
    const ss_kernels *table = begin_run(t, KERNEL_cross_entropy);
    blank(losses, rows * sizeof *losses);
    blank(gradient, count * sizeof *gradient);
    table->cross_entropy(shape, form, logits, targets, losses, gradient, &constants);
    judge_floats("losses", losses, rows);
    judge_floats("gradient", gradient, count);
  }
  for (size_t t = 0; t < table_count; t++) {
    const ss_kernels *table = begin_run(t, KERNEL_accuracy);
    blank(losses, rows * sizeof *losses);
    table->accuracy(shape, form, logits, targets, losses);
    judge_floats("values", losses, rows);
  }
}

void check_classification(void) {
  random_begin(5);
  for (int i = 0; i < 200; i++) {
    ss_rows_shape shape = {random_lanes(), random_number(1, 12), random_number(1, 75)};
    check_rows(&shape, (ss_target_form)(i % 2), (enum values)(random_word() % VALUE_KINDS));
  }
  // Rows of a trial alone, which fast kernels may take as lanes.
  for (size_t rows = 1; rows <= 34; rows++) {
    for (int i = 0; i < 4; i++) {
      ss_rows_shape shape = {1, rows, random_number(1, 70)};
      check_rows(&shape, (ss_target_form)(i % 2), (enum values)(random_word() % VALUE_KINDS));
    }
  }
  // Around the rows whose exponentials are taken with one call.
  for (size_t rows = 63; rows <= 130; rows += rows == 65 ? 63 : 1) {
    for (int i = 0; i < 6; i++) {
      ss_rows_shape shape = {random_lanes(), rows, random_number(1, 12)};
      check_rows(&shape, (ss_target_form)(i % 2), ORDINARY);
    }
  }
}
