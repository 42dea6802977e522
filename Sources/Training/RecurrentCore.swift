import Kernels
import SweepModel

/// One direction of a recurrent layer: what LSTM, GRU and Bidirectional share.
///
/// Shapes: x[B, T, I], kernel[I, G·u], recurrent_kernel[u, G·u], outputs[B, T, u] or [B, u]. It works
/// on the positions that the mask leaves, step by step: one product for all positions' inputs, then
/// one product for each step. Everything is kept in that order, so that each gradient is one chain.
struct RecurrentCore: Sendable {
  let cell: RecurrentCell
  let gate: RecurrentGate
  let steps: Int
  let inputs: Int
  let units: Int
  let usesBias: Bool
  let returnsSequences: Bool
  /// Whether it takes the last position first.
  let goesBackwards: Bool

  /// Values of the gates of a position.
  var gateUnits: Int { cell.gates * units }

  /// The same in the other direction.
  var turned: RecurrentCore {
    RecurrentCore(
      cell: cell, gate: gate, steps: steps, inputs: inputs, units: units, usesBias: usesBias,
      returnsSequences: returnsSequences, goesBackwards: !goesBackwards)
  }

  /// Where its outputs stand, beside each other or between those of another direction.
  struct OutputPlace {
    var first = 0
    /// Values of a position, of all directions.
    var width: Int
    var isReversed = false
    var zeroesMasked = false
  }

  func memory(rows: Int, lanes: Int) -> LayerMemory {
    let sizes = RecurrentSizes(self, rows: rows, lanes: lanes)
    let bound = CheckedCount(Limits.arenaBytes)
    guard sizes.total < bound else { return LayerMemory(retained: sizes.total) }
    let positions = rows * steps
    let own =
      CheckedCount(gateUnits)
      * (CheckedCount(lanes == 1 ? units + KernelSet.maximumLanes : 0) + CheckedCount(rows * lanes))
    guard lanes == 1 else { return LayerMemory(retained: sizes.total, workspace: own) }
    let products = [
      KernelSet.workspaceCount(rows: positions, inner: inputs),
      KernelSet.workspaceCount(rows: inputs, inner: positions),
      KernelSet.workspaceCount(rows: units, inner: positions),
      KernelSet.workspaceCount(rows: positions, inner: gateUnits),
    ]
    return LayerMemory(
      retained: sizes.total, workspace: max(own, CheckedCount(products.max() ?? 0)))
  }

  /// Computes the outputs; `variables` are the kernel, the recurrent kernel and the bias.
  func forward(
    _ pass: LayerPass, retained: MutableTensor, variables: ArraySlice<MutableTensor>,
    outputs: MutableTensor, at place: OutputPlace
  ) {
    let memory = RecurrentMemory(self, pass, retained: retained)
    let positions = SequencePositions(
      lanes: pass.lanes, rows: pass.rows, steps: steps, isReversed: goesBackwards, mask: pass.mask,
      starts: memory.starts, batchRows: memory.batchRows, counts: memory.counts)
    positions.take(width: inputs, from: pass.tensors.input, to: memory.x)
    let count = positions.count
    let tensors = tensors(memory, variables, outputs, pass, place)
    pass.inParts { part, workspace in
      guard count > 0 else { return }
      pass.kernels.denseForward(
        shape(pass, count), part: part, .linear, x: memory.x,
        kernel: variables[variables.startIndex],
        bias: nil, y: memory.gates, workspace: workspace)
    }
    pass.inParts { part, workspace in
      pass.kernels.recurrentForward(positions, part: part, tensors, workspace: workspace)
    }
  }

  /// Computes the gradients of its variables and that by its input, which is added to what is there
  /// where it `adds`.
  func backward(
    _ pass: LayerPass, retained: MutableTensor, variables: ArraySlice<MutableTensor>,
    gradients: ArraySlice<MutableTensor>, outputGradient: MutableTensor, at place: OutputPlace,
    adds: Bool = false
  ) {
    let memory = RecurrentMemory(self, pass, retained: retained)
    let positions = SequencePositions(
      listed: pass.lanes, rows: pass.rows, steps: steps, isReversed: goesBackwards,
      isMasked: pass.mask != nil, starts: memory.starts, batchRows: memory.batchRows,
      counts: memory.counts)
    let tensors = tensors(memory, variables, outputGradient, pass, place)
    pass.inParts { part, workspace in
      pass.kernels.recurrentBackward(positions, part: part, tensors, workspace: workspace)
    }
    variableGradients(pass, memory, count: positions.count, gradients)
    guard let dx = pass.tensors.inputGradient else { return }
    let shape = shape(pass, positions.count)
    pass.inParts { part, workspace in
      guard shape.rows > 0 else { return }
      // The inputs are no longer needed: their gradient takes their place.
      pass.kernels.denseInputGradient(
        shape, part: part, dz: memory.gates, kernel: variables[variables.startIndex], dx: memory.x,
        workspace: workspace)
    }
    positions.put(width: inputs, adds: adds, from: memory.x, to: dx)
  }

  private func variableGradients(
    _ pass: LayerPass, _ memory: RecurrentMemory, count: Int, _ gradients: ArraySlice<MutableTensor>
  ) {
    let first = gradients.startIndex
    let (shape, width) = (shape(pass, count), gateUnits * pass.lanes)
    guard count > 0 else {
      gradients[first].update(repeating: 0, count: inputs * width)
      gradients[first + 1].update(repeating: 0, count: units * width)
      if usesBias { gradients[first + 2].update(repeating: 0, count: biasCount * pass.lanes) }
      return
    }
    let recurrent = cell == .gru ? memory.recurrentGradient ?? memory.gates : memory.gates
    pass.inParts { part, workspace in
      pass.kernels.denseKernelGradient(
        shape, part: part, x: memory.x, dz: memory.gates, dkernel: gradients[first],
        workspace: workspace)
    }
    var recurrentShape = shape
    recurrentShape.inputs = units
    pass.inParts { part, workspace in
      pass.kernels.denseKernelGradient(
        recurrentShape, part: part, x: memory.hidden, dz: recurrent, dkernel: gradients[first + 1],
        workspace: workspace)
    }
    if cell == .gruResetBefore, let space = memory.recurrentGradient {
      candidateGradient(pass, memory, shape: recurrentShape, space, gradients[first + 1])
    }
    guard usesBias else { return }
    let rows = RowsShape(lanes: pass.lanes, rows: count, width: gateUnits)
    pass.kernels.columnSum(rows, x: memory.gates, sum: gradients[first + 2])
    if cell.biases == 2 {
      pass.kernels.columnSum(rows, x: recurrent, sum: gradients[first + 2] + width)
    }
  }

  /// Puts the candidate's columns into the gradient of the recurrent kernel: what they are multiplied
  /// by is the state after the reset. `space` has room for their sums' gradient and for them.
  private func candidateGradient(
    _ pass: LayerPass, _ memory: RecurrentMemory, shape: DenseShape, _ space: MutableTensor,
    _ gradient: MutableTensor
  ) {
    let (unit, width) = (units * pass.lanes, gateUnits * pass.lanes)
    let columns = space + shape.rows * unit
    for position in 0..<shape.rows {
      let sums = memory.gates + position * width + 2 * unit
      (space + position * unit).update(from: sums, count: unit)
    }
    var shape = shape
    shape.outputs = units
    pass.inParts { part, workspace in
      pass.kernels.denseKernelGradient(
        shape, part: part, x: memory.inner, dz: space, dkernel: columns, workspace: workspace)
    }
    for row in 0..<units {
      (gradient + row * width + 2 * unit).update(from: columns + row * unit, count: unit)
    }
  }

  /// Values of the bias.
  private var biasCount: Int { cell.biases * gateUnits }

  private func shape(_ pass: LayerPass, _ count: Int) -> DenseShape {
    DenseShape(lanes: pass.lanes, rows: count, inputs: inputs, outputs: gateUnits)
  }

  private func tensors(
    _ memory: RecurrentMemory, _ variables: ArraySlice<MutableTensor>, _ outputs: MutableTensor,
    _ pass: LayerPass, _ place: OutputPlace
  ) -> RecurrentTensors {
    let first = variables.startIndex
    return RecurrentTensors(
      cell: cell, gate: gate, units: units, recurrentKernel: variables[first + 1],
      bias: usesBias ? Tensor(variables[first + 2]) : nil, gates: memory.gates,
      hidden: memory.hidden, cells: memory.cells, inner: memory.inner,
      recurrentGradient: memory.recurrentGradient, state: memory.state,
      cellState: memory.cellState,
      outputs: RecurrentOutputs(
        values: outputs + place.first * pass.lanes, onlyLast: !returnsSequences, step: place.width,
        row: returnsSequences ? steps * place.width : place.width, isReversed: place.isReversed,
        zeroesMasked: place.zeroesMasked && pass.mask != nil))
  }
}

/// The sizes of what one direction keeps, in floats of all lanes or other values of four bytes.
private struct RecurrentSizes {
  let x, gates, hidden, cells, inner, recurrentGradient, state, cellState, counts: CheckedCount
  let starts, batchRows: CheckedCount

  init(_ core: RecurrentCore, rows: Int, lanes: Int) {
    // Each begins on a cache line.
    func floats(_ count: CheckedCount) -> CheckedCount { count.rounded(upTo: 16) }
    let lanes = CheckedCount(lanes)
    let positions = CheckedCount(rows) * CheckedCount(core.steps)
    let unit = CheckedCount(core.units) * lanes
    let isLSTM = core.cell == .lstm
    x = floats(positions * CheckedCount(core.inputs) * lanes)
    gates = floats(positions * unit * CheckedCount(core.cell.gates))
    hidden = floats(positions * unit)
    cells = isLSTM ? hidden : 0
    inner = hidden
    recurrentGradient =
      switch core.cell {
      case .lstm: 0
      case .gru: gates
      // Room for the candidate's columns and their sums' gradient, too.
      case .gruResetBefore: max(gates, floats((positions + CheckedCount(core.units)) * unit))
      }
    state = floats(CheckedCount(rows) * unit)
    cellState = isLSTM ? state : 0
    counts = floats(positions * lanes)
    starts = floats(CheckedCount(core.steps) + 1)
    batchRows = floats(positions)
  }

  var total: CheckedCount {
    x + gates + hidden + cells + inner + recurrentGradient + state + cellState + counts + starts
      + batchRows
  }
}

/// The pointers to what one direction keeps.
private struct RecurrentMemory {
  let x, gates, hidden, inner, state, counts: MutableTensor
  let cells, cellState, recurrentGradient: MutableTensor?
  let starts, batchRows: UnsafeMutablePointer<UInt32>

  init(_ core: RecurrentCore, _ pass: LayerPass, retained: MutableTensor) {
    let sizes = RecurrentSizes(core, rows: pass.rows, lanes: pass.lanes)
    var next = retained
    func take(_ count: CheckedCount) -> MutableTensor {
      defer { next += count.value }
      return next
    }
    func words(_ count: CheckedCount) -> UnsafeMutablePointer<UInt32> {
      UnsafeMutableRawPointer(take(count)).assumingMemoryBound(to: UInt32.self)
    }
    x = take(sizes.x)
    gates = take(sizes.gates)
    hidden = take(sizes.hidden)
    inner = take(sizes.inner)
    state = take(sizes.state)
    counts = take(sizes.counts)
    cells = core.cell == .lstm ? take(sizes.cells) : nil
    cellState = core.cell == .lstm ? take(sizes.cellState) : nil
    recurrentGradient = core.cell == .lstm ? nil : take(sizes.recurrentGradient)
    starts = words(sizes.starts)
    batchRows = words(sizes.batchRows)
  }
}
