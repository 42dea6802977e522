// Losses by value, and what metrics count.

#include "families.h"
#include "harness.h"

#include <string.h>

enum { MOST_SUMS = 64 };

static ss_rows_shape random_shape(size_t most_rows, size_t most_width) {
  return (ss_rows_shape){random_lanes(), random_number(1, most_rows), random_number(1, most_width)};
}

static void check_value_loss(ss_rows_shape shape, int kind) {
  size_t rows = shape.rows * shape.lanes, count = rows * shape.width;
  begin_case("%zu lanes, %zu rows of %zu, loss %d", shape.lanes, shape.rows, shape.width, kind);
  enum values values = (enum values)(random_word() % VALUE_KINDS);
  float *predictions = random_tensor(count, values), *targets = random_tensor(count, values);
  float *losses = float_room(rows), *gradient = random_word() % 4 ? float_room(count) : 0;
  ss_value_loss loss = {(ss_value_loss_kind)kind, 0.875f, 0.0625f, (float)shape.width};
  for (size_t t = 0; t < table_count; t++) {
    const ss_kernels *table = begin_run(t, KERNEL_value_loss);
    blank(losses, rows * sizeof *losses);
    if (gradient) blank(gradient, count * sizeof *gradient);
    table->value_loss(&shape, &loss, predictions, targets, losses, gradient, 0.125f);
    judge_floats("losses", losses, rows);
    if (gradient) judge_floats("gradient", gradient, count);
  }
}

static void check_hits(void) {
  ss_rows_shape shape = random_shape(9, 40);
  size_t rows = shape.rows * shape.lanes, count = rows * shape.width;
  begin_case("%zu lanes, %zu rows of %zu", shape.lanes, shape.rows, shape.width);
  enum values values = (enum values)(random_word() % VALUE_KINDS);
  float *predictions = random_tensor(count, values), *hits = float_room(rows);
  float *targets = float_room(count);
  for (size_t i = 0; i < count; i++) targets[i] = (float)(random_word() % 2);
  ss_target_form form = random_word() % 2 ? SS_SPARSE_TARGETS : SS_CATEGORICAL_TARGETS;
  if (form == SS_SPARSE_TARGETS) {
    for (size_t i = 0; i < rows; i++) targets[i] = (float)random_number(0, shape.width - 1);
  }
  size_t k = random_number(1, shape.width);
  for (size_t t = 0; t < table_count; t++) {
    begin_run(t, KERNEL_threshold_hits)->threshold_hits(&shape, 0.5f, predictions, targets, hits);
    judge_floats("values", hits, rows);
  }
  for (size_t t = 0; t < table_count; t++) {
    begin_run(t, KERNEL_top_k_hits)->top_k_hits(&shape, form, k, predictions, targets, hits);
    judge_floats("values", hits, rows);
  }
}

static void check_counts(void) {
  ss_rows_shape shape = random_shape(9, 6);
  size_t rows = shape.rows * shape.lanes, count = rows * shape.width;
  begin_case("%zu lanes, %zu rows of %zu", shape.lanes, shape.rows, shape.width);
  enum values values = (enum values)(random_word() % VALUE_KINDS);
  float *predictions = random_tensor(count, values), *targets = random_tensor(count, values);
  float *mask = random_word() % 2 ? random_tensor(rows, SPARSE) : 0;
  float *thresholds = float_room(3);
  for (int i = 0; i < 3; i++) thresholds[i] = (float)i * 0.25f;
  ss_tally tally = {SS_CATEGORICAL_TARGETS, random_word() % 2, 0, shape.width,
                    random_number(0, 3), thresholds};
  size_t places = tally.count ? tally.count + 1 : 2;
  size_t cells = (tally.is_merged ? 1 : shape.width) * places * 2 * shape.lanes;
  size_t squares = (3 * shape.width + 1) * shape.lanes;
  double *sums = room(MOST_SUMS * SS_MAX_LANES * sizeof *sums);
  for (size_t t = 0; t < table_count; t++) {
    const ss_kernels *table = begin_run(t, KERNEL_tally_rows);
    memset(sums, 0, cells * sizeof *sums);
    table->tally_rows(&shape, &tally, predictions, targets, mask, sums);
    judge_doubles("sums", sums, cells);
  }
  for (size_t t = 0; t < table_count; t++) {
    const ss_kernels *table = begin_run(t, KERNEL_regression_sums);
    memset(sums, 0, squares * sizeof *sums);
    table->regression_sums(&shape, targets, predictions, targets, mask, sums);
    judge_doubles("sums", sums, squares);
  }
}

void check_objectives(void) {
  random_begin(9);
  for (int kind = SS_ABSOLUTE_ERROR; kind <= SS_CLASS_ENTROPY; kind++) {
    for (int i = 0; i < 40; i++) check_value_loss(random_shape(12, 75), kind);
    // Rows of one value, and rows wider than a buffer.
    check_value_loss((ss_rows_shape){1, random_number(1, 3000), 1}, kind);
    check_value_loss((ss_rows_shape){random_lanes(), 2, random_number(1000, 1100)}, kind);
  }
  for (int i = 0; i < 100; i++) check_hits();
  for (int i = 0; i < 100; i++) check_counts();
}
