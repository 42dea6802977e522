// Recurrent layers, step by step, and embeddings.

#include "families.h"
#include "harness.h"

#include <string.h>

/// The tensors of a layer that a kernel writes, and how long they are.
typedef struct written {
  const char *name;
  float *values;
  size_t count;
} written;

static void check_recurrent(size_t lanes, size_t rows, size_t steps, size_t units, ss_cell cell,
                            enum values kind) {
  size_t gates = (cell == SS_LSTM ? 4 : 3) * units, sequence = rows * steps * units * lanes;
  bool masked = random_word() % 2, only_last = random_word() % 2;
  ss_gate gate = (ss_gate)random_number(SS_GATE_SIGMOID, SS_GATE_HARD_SIGMOID_KERAS2);
  begin_case("%zu lanes, %zu rows of %zu steps, %zu units, cell %d, gate %d, mask %d, last %d, values %d",
             lanes, rows, steps, units, (int)cell, (int)gate, masked, only_last, (int)kind);
  float *mask = float_room(rows * steps * lanes), *counts = float_room(rows * steps * lanes);
  for (size_t i = 0; i < rows * steps * lanes; i++) mask[i] = random_word() % 4 ? 1.0f : 0.0f;
  uint32_t *starts = room((steps + 1) * sizeof *starts), *list = room(rows * steps * sizeof *list);
  ss_positions positions = {
      .lanes = lanes, .rows = rows, .steps = steps, .reversed = random_word() % 2,
      .starts = starts, .batch_rows = list, .counts = masked && lanes > 1 ? counts : 0};
  ss_list_positions(&positions, masked ? mask : 0);
  size_t wide = rows * steps * gates * lanes, state = rows * units * lanes;
  float *sums = random_tensor(wide, kind), *given = random_tensor(sequence, kind);
  size_t given_count = only_last ? state : sequence;
  ss_recurrent layer = {
      .cell = cell, .gate = gate, .units = units, .recurrent_kernel = random_tensor(units * gates * lanes, kind),
      .bias = random_word() % 4 ? random_tensor(2 * gates * lanes, kind) : 0,
      .gates = float_room(wide), .hidden = float_room(sequence), .inner = float_room(sequence),
      .cells = cell == SS_LSTM ? float_room(sequence) : 0,
      .recurrent_gradient = cell == SS_LSTM ? 0 : float_room(wide), .state = float_room(state),
      .cell_state = cell == SS_LSTM ? float_room(state) : 0, .outputs = float_room(given_count),
      .only_last = only_last, .output_step = units, .output_row = only_last ? units : steps * units,
      .reverses_outputs = random_word() % 2, .zeroes_masked = random_word() % 2};
  // What is behind the last position is nobody's.
  size_t used = starts[steps] * lanes;
  written forward[] = {{"gates", layer.gates, used * gates}, {"hidden", layer.hidden, used * units},
                       {"inner", layer.inner, used * units}, {"state", layer.state, state},
                       {"outputs", layer.outputs, given_count}};
  float *kept = float_room(wide), *kept_inner = float_room(sequence);
  size_t space = gates * (units + SS_MAX_LANES + rows * lanes);
  float *workspace = float_room(space);
  ss_part parts[] = {{0, 2}, {1, 2}};
  for (size_t t = 0; t < table_count; t++) {
    const ss_kernels *table = begin_run(t, KERNEL_recurrent_forward);
    memcpy(layer.gates, sums, wide * sizeof *sums);
    for (int p = 0; p < 2; p++) table->recurrent_forward(&positions, &parts[p], &layer, workspace);
    for (int i = 0; i < 5; i++) judge_floats(forward[i].name, forward[i].values, forward[i].count);
  }
  memcpy(kept, layer.gates, wide * sizeof *kept);
  memcpy(kept_inner, layer.inner, sequence * sizeof *kept_inner);
  memcpy(layer.outputs, given, given_count * sizeof *given);
  float *other = cell == SS_GRU ? layer.recurrent_gradient : layer.gates;
  for (size_t t = 0; t < table_count; t++) {
    const ss_kernels *table = begin_run(t, KERNEL_recurrent_backward);
    memcpy(layer.gates, kept, wide * sizeof *kept);
    memcpy(layer.inner, kept_inner, sequence * sizeof *kept_inner);
    for (int p = 0; p < 2; p++) table->recurrent_backward(&positions, &parts[p], &layer, workspace);
    judge_floats("gates", layer.gates, used * gates);
    judge_floats("recurrent gradient", other, used * gates);
  }
}

static void check_embedding(size_t lanes, size_t rows, size_t width, size_t entries) {
  begin_case("%zu lanes, %zu rows of %zu, %zu entries", lanes, rows, width, entries);
  ss_rows_shape shape = {lanes, rows, width};
  float *numbers = float_room(rows * lanes), *vectors = float_room(rows * width * lanes);
  for (size_t i = 0; i < rows * lanes; i++) numbers[i] = (float)random_number(0, entries - 1);
  size_t count = entries * width * lanes;
  float *entry_values = random_tensor(count, WILD), *gradient = float_room(count);
  float *dvectors = random_tensor(rows * width * lanes, ORDINARY);
  for (size_t t = 0; t < table_count; t++) {
    begin_run(t, KERNEL_embed)->embed(&shape, numbers, entry_values, vectors);
    judge_floats("vectors", vectors, rows * width * lanes);
  }
  for (size_t t = 0; t < table_count; t++) {
    const ss_kernels *table = begin_run(t, KERNEL_embedding_gradient);
    blank(gradient, count * sizeof *gradient);
    table->embedding_gradient(&shape, entries, numbers, dvectors, gradient);
    judge_floats("gradient", gradient, count);
  }
}

void check_sequences(void) {
  random_begin(11);
  for (int i = 0; i < 225; i++) {
    check_recurrent(random_lanes(), random_number(1, 9), random_number(1, 5), random_number(1, 40),
                    (ss_cell)(i % 3), i % 5 ? ORDINARY : (enum values)(random_word() % VALUE_KINDS));
  }
  // More gates than a chunk of the right operand holds, and more rows than a tile.
  for (int i = 0; i < 6; i++) {
    check_recurrent(1, random_number(10, 20), 2, random_number(120, 140), (ss_cell)(i % 3), ORDINARY);
  }
  for (int i = 0; i < 60; i++) {
    check_embedding(random_lanes(), random_number(1, 12), random_number(1, 40), random_number(1, 9));
  }
}
