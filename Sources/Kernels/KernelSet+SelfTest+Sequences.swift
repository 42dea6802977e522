/// The self-test of recurrent layers and embeddings.
extension KernelTrial {
  static let sequences = [
    KernelTrial(kernel: "recurrent_forward") { kernels, lanes in
      RecurrentTrial.kinds.flatMap { cell, gate in
        let run = RecurrentTrial(cell, gate, lanes: lanes)
        defer { run.free() }
        kernels.recurrentForward(run.positions, run.tensors, workspace: run.workspace)
        return run.kept + run.outputs
      }
    },
    KernelTrial(kernel: "recurrent_backward") { kernels, lanes in
      RecurrentTrial.kinds.flatMap { cell, gate in
        let run = RecurrentTrial(cell, gate, lanes: lanes)
        defer { run.free() }
        // Both sets start from the same kept values, whatever another kernel gives.
        KernelSet.reference.recurrentForward(run.positions, run.tensors, workspace: run.workspace)
        kernels.recurrentBackward(run.positions, run.tensors, workspace: run.workspace)
        return run.kept
      }
    },
    KernelTrial(kernel: "embed") { kernels, lanes in
      var vectors = zeros(rows * outputs * lanes)
      kernels.embed(
        RowsShape(lanes: lanes, rows: rows, width: outputs), numbers: numbers(lanes),
        table: values(5 * outputs * lanes, salt: 31), vectors: &vectors)
      return vectors
    },
    KernelTrial(kernel: "embedding_gradient") { kernels, lanes in
      var gradient = zeros(5 * outputs * lanes)
      kernels.embeddingGradient(
        RowsShape(lanes: lanes, rows: rows, width: outputs), entries: 5, numbers: numbers(lanes),
        dvectors: values(rows * outputs * lanes, salt: 32), gradient: &gradient)
      return gradient
    },
  ]

  private static func numbers(_ lanes: Int) -> [Float] {
    (0..<rows * lanes).map { Float($0 * 7 % 5) }
  }
}

/// A small batch of masked sequences and a cell's tensors for it, in one piece of memory.
private struct RecurrentTrial {
  static let kinds = RecurrentCell.allCases.flatMap { cell in
    RecurrentGate.allCases.map { (cell, $0) }
  }
  private static let (rows, steps, units) = (5, 4, 19)

  let positions: SequencePositions
  let tensors: RecurrentTensors
  let workspace: MutableTensor
  private let memory: MutableTensor
  private let keptCount: Int
  private let outputCount: Int

  init(_ cell: RecurrentCell, _ gate: RecurrentGate, lanes: Int) {
    let (rows, steps, units) = (Self.rows, Self.steps, Self.units)
    let sequence = rows * steps * units * lanes
    let gates = cell.gates * sequence
    let own = cell.gates * units * (units + 2) * lanes
    let words = 2 * rows * steps + steps + 1
    let space = cell.gates * units * (units + KernelSet.maximumLanes + rows * lanes)
    let fill = rows * steps * lanes
    let state = rows * units * lanes
    keptCount = 2 * gates + 3 * sequence + 2 * state
    outputCount = sequence
    let count = keptCount + sequence + own + 2 * fill + words + space
    memory = .allocate(capacity: count)
    memory.initialize(repeating: 0, count: count)
    var next = memory
    func take(_ count: Int) -> MutableTensor {
      defer { next += count }
      return next
    }
    let (gateValues, recurrentGradient) = (take(gates), take(gates))
    let (hidden, cells, inner) = (take(sequence), take(sequence), take(sequence))
    let (stateValues, cellState) = (take(state), take(state))
    let outputs = take(sequence)
    let weights = take(own)
    let (mask, counts) = (take(fill), take(fill))
    let lists = UnsafeMutableRawPointer(take(words)).assumingMemoryBound(to: UInt32.self)
    workspace = take(space)
    for (place, value) in KernelTrial.values(gates, salt: 33).enumerated() {
      gateValues[place] = value
    }
    for (place, value) in KernelTrial.values(own, salt: 34).enumerated() { weights[place] = value }
    for place in 0..<fill { mask[place] = place * 5 % 7 == 3 ? 0 : 1 }
    positions = SequencePositions(
      lanes: lanes, rows: rows, steps: steps, isReversed: true, mask: mask, starts: lists,
      batchRows: lists + steps + 1, counts: counts)
    tensors = RecurrentTensors(
      cell: cell, gate: gate, units: units, recurrentKernel: weights,
      bias: weights + cell.gates * units * units * lanes, gates: gateValues, hidden: hidden,
      cells: cell == .lstm ? cells : nil, inner: inner,
      recurrentGradient: cell == .lstm ? nil : recurrentGradient, state: stateValues,
      cellState: cell == .lstm ? cellState : nil,
      outputs: RecurrentOutputs(
        values: outputs, onlyLast: false, step: units, row: steps * units, zeroesMasked: lanes == 3)
    )
  }

  var kept: [Float] { Array(UnsafeBufferPointer(start: memory, count: keptCount)) }

  var outputs: [Float] {
    Array(UnsafeBufferPointer(start: memory + keptCount, count: outputCount))
  }

  func free() { memory.deallocate() }
}
