/// What the kernels of recurrent layers work on.
///
/// They take a batch of sequences step by step. Only positions that the mask leaves are worked on:
/// those of a step stand together, rows of the batch ascending, the steps one after the other. With
/// several lanes a position is there where any lane's counts. Letters: B rows of the batch, T steps,
/// N positions, u units, G gates.
#ifndef SS_RECURRENT_H
#define SS_RECURRENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// The cells, by their gates.
typedef enum ss_cell {
  /// Four: input, forget, candidate, output.
  SS_LSTM = 0,
  /// Three: update, reset, candidate; the reset is applied after the product.
  SS_GRU = 1,
  /// The same three; the reset is applied to the state, before the product of the candidate.
  SS_GRU_RESET_BEFORE = 2,
} ss_cell;

/// What makes the gates of their sums; the candidate is always a tanh.
typedef enum ss_gate {
  SS_GATE_SIGMOID = 0,
  /// Keras 3's hard sigmoid.
  SS_GATE_HARD_SIGMOID = 1,
  /// Keras 2's hard sigmoid.
  SS_GATE_HARD_SIGMOID_KERAS2 = 2,
} ss_gate;

/// The positions of a batch of sequences in the order of work.
typedef struct ss_positions {
  size_t lanes, rows, steps;
  /// Whether step 0 is the last of the sequence.
  bool reversed;
  /// starts[T + 1]: the first position of each step, and their number.
  uint32_t *starts;
  /// batch_rows[N]: which row of the batch each position belongs to.
  uint32_t *batch_rows;
  /// counts[N, lanes]: 0 where a lane's position does not count; null where all count.
  float *_Nullable counts;
} ss_positions;

/// The tensors of a recurrent layer. What is "kept" waits for the gradient.
typedef struct ss_recurrent {
  ss_cell cell;
  ss_gate gate;
  size_t units;
  /// recurrent_kernel[u, G·u].
  const float *recurrent_kernel;
  /// bias[G·u], or bias[2, G·u] of SS_GRU; null where there is none.
  const float *_Nullable bias;
  /// gates[N, G·u]: before, x · kernel; then the gates, kept; after the gradient, that by their sums.
  float *gates;
  /// hidden[N, u]: the outputs of the positions before, kept; −0 in lanes that do not count.
  float *hidden;
  /// cells[N, u]: the cells of the positions before, kept by an LSTM alone.
  float *_Nullable cells;
  /// inner[N, u]: an LSTM's tanh(cell); a GRU's recurrent part of the candidate, or, where the reset
  /// is applied before, what the candidate's product is taken of: reset × state; kept.
  float *inner;
  /// recurrent_gradient[N, G·u]: the gradient by h · recurrent_kernel of SS_GRU; those of the others
  /// are in gates, and SS_GRU_RESET_BEFORE uses it as workspace of the backward pass.
  float *_Nullable recurrent_gradient;
  /// state[B, u]: the outputs; in the backward pass the gradient by them.
  float *state;
  /// cell_state[B, u]: the cells, or the gradient by them, of an LSTM alone.
  float *_Nullable cell_state;
  /// outputs[B, T, u]: of all steps, or of the last alone; or the gradient by them.
  float *outputs;
  bool only_last;
  /// Floats from one row of `outputs` to the next step's and the next sample's, without lanes.
  size_t output_step, output_row;
  /// Whether `outputs` of step 0 stand at the end.
  bool reverses_outputs;
  /// Whether outputs are +0 where a position does not count, rather than what they were before.
  bool zeroes_masked;
} ss_recurrent;

/// Lists the positions that `mask`[B, T, lanes] leaves, or all where it is null.
void ss_list_positions(ss_positions *positions, const float *_Nullable mask);

/// to[N, width] = the positions' values of from[B, T, width]; −0 in lanes that do not count, so that
/// a chain whose other factor is +0 passes by them without a trace.
void ss_take_positions(const ss_positions *positions, size_t width, const float *from, float *to);

/// to[B, T, width] = from[N, width] at the positions, +0 elsewhere; where it `adds`, it is added to
/// what stands there, and nothing changes elsewhere.
void ss_put_positions(const ss_positions *positions, size_t width, bool adds, const float *from,
                      float *to);

#pragma clang assume_nonnull end

#endif
