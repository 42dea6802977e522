import Kernels

/// The memory in which a model predicts: its variables, and little beside them.
final class InferenceMemory {
  /// The most samples that pass through the model at once; predictions do not depend on it.
  static let rows = 64

  private let arena: Arena
  let layers: [LayerTensors]
  /// The values of all variables in model order.
  let variables: [MutableTensor]
  let mask: MutableTensor
  let probabilities: MutableTensor
  let seeds: UnsafeMutablePointer<UInt64>

  /// About the bytes that a model's layers need; `Int.max` where that does not fit.
  static func byteCount(of layers: [PlannedLayer]) -> CheckedCount {
    let rows = CheckedCount(Self.rows)
    let widest = layers.map(\.outputWidth).max() ?? 0
    let memories = layers.map { $0.layer.memory(rows: Self.rows, lanes: 1) }
    let positions = CheckedCount(layers.map(\.maskPositions).max() ?? 0)
    let variables = layers.flatMap(\.variables).reduce(CheckedCount(0)) {
      $0 + CheckedCount($1.count)
    }
    let floats =
      variables + rows * (widest * 3 + positions) + (memories.map(\.retained).max() ?? 0)
      + (memories.map(\.workspace).max() ?? 0)
    return floats * 4
  }

  init(model: Model, threads: Int) {
    let rows = CheckedCount(Self.rows)
    var builder = ArenaBuilder()
    let variables = model.variables.map { builder.floats(CheckedCount($0.count)) }
    let widest = model.layers.map(\.outputWidth).max() ?? 0
    // A layer reads one and writes the other; nothing goes backwards.
    let outputs = (0..<2).map { _ in builder.floats(rows * widest) }
    let memories = model.layers.map { $0.layer.memory(rows: Self.rows, lanes: 1) }
    let retained = builder.floats(memories.map(\.retained).max() ?? 0)
    let workspace = memories.map(\.workspace).max() ?? 0
    let workspaces = (0..<threads).map { _ in builder.floats(workspace) }
    let positions = model.layers.map(\.maskPositions).max() ?? 0
    let mask = builder.floats(rows * CheckedCount(positions))
    let width = model.layers[model.layers.count - 1].outputWidth
    let probabilities = builder.floats(model.fused == .softmax ? rows * width : 0)
    let seeds = builder.doubles(1)
    let arena = Arena(byteCount: builder.position)
    self.arena = arena
    self.variables = variables.map { arena.pointer($0) }
    self.mask = arena.pointer(mask)
    self.probabilities = arena.pointer(probabilities)
    self.seeds = arena.pointer(seeds)
    self.seeds.pointee = 0
    var firstVariable = 0
    layers = model.layers.enumerated().map { number, planned in
      let numbers = firstVariable..<firstVariable + planned.variables.count
      firstVariable = numbers.upperBound
      let output: MutableTensor = arena.pointer(outputs[number % 2])
      return LayerTensors(
        instance: planned.instance,
        input: Tensor(arena.pointer(outputs[(number + 1) % 2], as: Float.self)), output: output,
        // Inference has no gradients: what stands here is never touched.
        outputGradient: output, inputGradient: nil,
        variables: numbers.map { arena.pointer(variables[$0]) }, gradients: [],
        retained: arena.pointer(retained), workspaces: workspaces.map { arena.pointer($0) })
    }
  }
}
