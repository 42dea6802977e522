import CKernels

/// What happens between the products of a recurrent layer.
public enum RecurrentCell: UInt32, Sendable, CaseIterable {
  /// Four gates: input, forget, candidate, output.
  case lstm = 0
  /// Three gates: update, reset, candidate; the reset is applied after the product.
  case gru = 1
  /// The same three gates; the reset is applied to the state, before the candidate's product.
  case gruResetBefore = 2

  /// Gates of a unit.
  public var gates: Int { self == .lstm ? 4 : 3 }

  /// Biases of a gate: one for each product where the reset stands between them.
  public var biases: Int { self == .gru ? 2 : 1 }
}

/// What makes the gates of a recurrent layer of their sums; the candidate is always a tanh.
public enum RecurrentGate: UInt32, Sendable, CaseIterable {
  /// 1 ÷ (1 + exp(−x)).
  case sigmoid = 0
  /// ``Pointwise/hardSigmoid``.
  case hardSigmoid = 1
  /// ``Pointwise/hardSigmoidKeras2``.
  case hardSigmoidKeras2 = 2
}

/// The positions of a batch of sequences in the order in which a recurrent layer takes them: step by
/// step, and within a step the rows of the batch that count, ascending. In a pack a position is
/// there where any lane's counts.
public struct SequencePositions {
  /// Trials of the pack.
  public let lanes: Int
  /// Samples of the batch.
  public let rows: Int
  /// Positions of a sample.
  public let steps: Int
  private var positions: ss_positions

  /// Lists the positions in memory of the caller: steps + 1 words in `starts`, rows × steps in
  /// `batchRows` and, with a mask, rows × steps × lanes floats in `counts`.
  ///
  /// - Parameters:
  ///   - mask: [B,T], 0 where a position does not count; without one all do.
  ///   - isReversed: whether the last position of a sequence is taken first.
  public init(
    lanes: Int, rows: Int, steps: Int, isReversed: Bool, mask: Tensor?,
    starts: UnsafeMutablePointer<UInt32>, batchRows: UnsafeMutablePointer<UInt32>,
    counts: MutableTensor
  ) {
    self.init(
      listed: lanes, rows: rows, steps: steps, isReversed: isReversed, isMasked: mask != nil,
      starts: starts, batchRows: batchRows, counts: counts)
    ss_list_positions(&positions, mask)
  }

  /// The same, where they have been listed.
  public init(
    listed lanes: Int, rows: Int, steps: Int, isReversed: Bool, isMasked: Bool,
    starts: UnsafeMutablePointer<UInt32>, batchRows: UnsafeMutablePointer<UInt32>,
    counts: MutableTensor
  ) {
    self.lanes = lanes
    self.rows = rows
    self.steps = steps
    positions = ss_positions(
      lanes: lanes, rows: rows, steps: steps, reversed: isReversed, starts: starts,
      // A trial alone has no position that does not count.
      batch_rows: batchRows, counts: isMasked && lanes > 1 ? counts : nil)
  }

  /// How many there are.
  public var count: Int { Int(positions.starts[steps]) }

  /// to[N,W] = the positions' values of from[B,T,W]; −0 in lanes that do not count.
  public func take(width: Int, from: Tensor, to: MutableTensor) {
    withUnsafePointer(to: positions) { ss_take_positions($0, width, from, to) }
  }

  /// to[B,T,W] = from[N,W] at the positions, +0 elsewhere; or, where it `adds`, the sum with what
  /// stands there.
  public func put(width: Int, adds: Bool = false, from: Tensor, to: MutableTensor) {
    withUnsafePointer(to: positions) { ss_put_positions($0, width, adds, from, to) }
  }

  func withPositions(_ body: (UnsafePointer<ss_positions>) -> Void) {
    withUnsafePointer(to: positions, body)
  }
}

/// The tensors of a recurrent layer: u units of G gates, N positions, B rows, T steps.
public struct RecurrentTensors {
  var layer: ss_recurrent

  /// Tensors of a layer.
  ///
  /// - Parameters:
  ///   - recurrentKernel: [u, G·u].
  ///   - gate: what makes the gates of their sums.
  ///   - bias: [G·u], or [2, G·u] where the cell has two ``RecurrentCell/biases``.
  ///   - gates: [N, G·u]: x · kernel; then the gates; after the gradient that by their sums.
  ///   - hidden: [N, u]: the outputs before each position, kept.
  ///   - cells: [N, u]: the cells before each position of an LSTM, kept.
  ///   - inner: [N, u]: kept for the gradient.
  ///   - recurrentGradient: [N, G·u] of a GRU: the gradient by hidden · recurrentKernel, or workspace
  ///     where the reset is applied before.
  ///   - state: [B, u].
  ///   - cellState: [B, u] of an LSTM.
  ///   - outputs: where they go, or where the gradient by them is.
  public init(
    cell: RecurrentCell, gate: RecurrentGate, units: Int, recurrentKernel: Tensor, bias: Tensor?,
    gates: MutableTensor,
    hidden: MutableTensor, cells: MutableTensor?, inner: MutableTensor,
    recurrentGradient: MutableTensor?, state: MutableTensor, cellState: MutableTensor?,
    outputs: RecurrentOutputs
  ) {
    layer = ss_recurrent(
      cell: ss_cell(cell.rawValue), gate: ss_gate(gate.rawValue), units: units,
      recurrent_kernel: recurrentKernel, bias: bias,
      gates: gates, hidden: hidden, cells: cells, inner: inner,
      recurrent_gradient: recurrentGradient, state: state, cell_state: cellState,
      outputs: outputs.values, only_last: outputs.onlyLast, output_step: outputs.step,
      output_row: outputs.row, reverses_outputs: outputs.isReversed,
      zeroes_masked: outputs.zeroesMasked)
  }
}

/// Where the outputs of a recurrent layer are.
public struct RecurrentOutputs {
  /// [B, T, u], or [B, u] where only the last of each sequence is wanted.
  public let values: MutableTensor
  /// Whether only the last of each sequence is wanted.
  public let onlyLast: Bool
  /// Floats of one lane from a step to the next.
  public let step: Int
  /// Floats of one lane from a sample to the next.
  public let row: Int
  /// Whether the outputs of the first step stand last.
  public let isReversed: Bool
  /// Whether they are +0 where a position does not count, else what they were before.
  public let zeroesMasked: Bool

  /// Outputs at a place.
  public init(
    values: MutableTensor, onlyLast: Bool, step: Int, row: Int, isReversed: Bool = false,
    zeroesMasked: Bool = false
  ) {
    self.values = values
    self.onlyLast = onlyLast
    self.step = step
    self.row = row
    self.isReversed = isReversed
    self.zeroesMasked = zeroesMasked
  }
}

/// Recurrent layers and embeddings; docs/numeric-contract.md defines each operation to the bit.
extension KernelSet {
  /// Takes a part's rows of the batch through all steps.
  ///
  /// - Parameter workspace: room for G·u × (u + ``maximumLanes``) floats for a trial alone, and
  ///   B × G·u × lanes.
  public func recurrentForward(
    _ positions: SequencePositions, part: ProductPart = .whole, _ tensors: RecurrentTensors,
    workspace: MutableTensor
  ) {
    var part = part.cPart
    var layer = tensors.layer
    positions.withPositions { table.pointee.recurrent_forward($0, &part, &layer, workspace) }
  }

  /// Turns the gradient by the outputs into that by the sums of the gates.
  public func recurrentBackward(
    _ positions: SequencePositions, part: ProductPart = .whole, _ tensors: RecurrentTensors,
    workspace: MutableTensor
  ) {
    var part = part.cPart
    var layer = tensors.layer
    positions.withPositions { table.pointee.recurrent_backward($0, &part, &layer, workspace) }
  }

  /// vectors[B,W] = the rows of table[…,W] that numbers[B] name.
  ///
  /// - Precondition: the numbers are those of rows.
  public func embed(_ shape: RowsShape, numbers: Tensor, table: Tensor, vectors: MutableTensor) {
    var shape = shape.cShape
    self.table.pointee.embed(&shape, numbers, table, vectors)
  }

  /// gradient[entries,W] = the sums of the rows of dvectors[B,W] by their number, rows ascending.
  public func embeddingGradient(
    _ shape: RowsShape, entries: Int, numbers: Tensor, dvectors: Tensor, gradient: MutableTensor
  ) {
    var shape = shape.cShape
    table.pointee.embedding_gradient(&shape, entries, numbers, dvectors, gradient)
  }
}
