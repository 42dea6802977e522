import Foundation
import Kernels

/// The one block of memory in which a slot trains; allocated once, reused by every pack.
final class Arena {
  /// Bytes of a cache line, and of the widest vector.
  static let alignment = 64
  /// Bytes of a huge page, of which a processor keeps track at less cost.
  private static let hugePageBytes = 2 << 20

  private let start: UnsafeMutableRawPointer
  let byteCount: Int

  init(byteCount: Int) {
    self.byteCount = byteCount
    let isLarge = byteCount >= 4 * Self.hugePageBytes
    start = .allocate(
      byteCount: byteCount, alignment: isLarge ? Self.hugePageBytes : Self.alignment)
    #if os(Linux)
      // To come by 100 MB in small pages takes as long as to copy them. Whole pages only: the rest may be
      // another's. Where there are none, nothing is lost.
      if isLarge { madvise(start, byteCount & -Self.hugePageBytes, Int32(MADV_HUGEPAGE)) }
    #endif
  }

  deinit { start.deallocate() }

  /// The memory at `offset` as values of `type`.
  func pointer<Value: BitwiseCopyable>(
    _ offset: Int, as type: Value.Type = Value.self
  ) -> UnsafeMutablePointer<Value> {
    precondition(offset <= byteCount, "a layout belongs to the arena that it was made for")
    return (start + offset).assumingMemoryBound(to: type)
  }
}

/// The pointers of one layout in an arena: what a pack's training works on.
struct PackMemory {
  let layout: ArenaLayout
  let layers: [LayerTensors]
  /// The values of all variables in model order.
  let variables: [MutableTensor]
  let optimizer: OptimizerTensors
  let slots: [MutableTensor]
  /// The trainable variables, in model order.
  let trainable: [TrainableMemory]
  /// The lanes' penalties.
  let penalties: UnsafeMutablePointer<Double>
  /// The values of all variables that each callback keeps, in model order.
  let keptWeights: [[MutableTensor]]
  let inputs: MutableTensor
  let targets: MutableTensor
  let predictions: MutableTensor
  let predictionGradient: MutableTensor
  let losses: MutableTensor
  let metricValues: MutableTensor
  let sampleWeights: MutableTensor
  let positionWeights: MutableTensor
  let mask: MutableTensor
  let probabilities: MutableTensor
  let permutation: UnsafeMutablePointer<UInt32>
  /// The sums of the loss and the metrics: part × ``SumLayout`` × lanes.
  let sums: UnsafeMutablePointer<Double>
  let seeds: UnsafeMutablePointer<UInt64>
  let history: UnsafeMutablePointer<Double>

  init(plan: TrainingPlan, layout: ArenaLayout, arena: Arena) {
    self.layout = layout
    variables = layout.variables.map { arena.pointer($0) }
    optimizer = OptimizerTensors(
      count: layout.trainableCount, gradient: arena.pointer(layout.gradients),
      weights: arena.pointer(layout.weights))
    slots = layout.slots.map { arena.pointer($0) }
    trainable = zip(plan.variables, layout.variables).filter { $0.0.isTrainable }
      .map { variable, offset in
        TrainableMemory(
          count: variable.count, regularizer: variable.regularizer,
          weights: arena.pointer(offset), gradient: arena.pointer(offset + layout.gradientDistance))
      }
    penalties = arena.pointer(layout.penalties)
    keptWeights = layout.keptWeights.map { $0.map { arena.pointer($0) } }
    inputs = arena.pointer(layout.inputs)
    targets = arena.pointer(layout.targets)
    losses = arena.pointer(layout.losses)
    metricValues = arena.pointer(layout.metricValues)
    sampleWeights = arena.pointer(layout.sampleWeights)
    positionWeights = arena.pointer(layout.positionWeights)
    mask = arena.pointer(layout.mask)
    probabilities = arena.pointer(layout.probabilities)
    permutation = arena.pointer(layout.permutation)
    sums = arena.pointer(layout.sums)
    seeds = arena.pointer(layout.seeds)
    history = arena.pointer(layout.history)
    layers = Self.layers(plan: plan, layout: layout, arena: arena)
    predictions = layers[layers.count - 1].output
    predictionGradient = layers[layers.count - 1].outputGradient
  }

  private static func layers(
    plan: TrainingPlan, layout: ArenaLayout, arena: Arena
  ) -> [LayerTensors] {
    var firstVariable = 0
    var isTrained = false
    return plan.layers.enumerated().map { number, planned in
      let numbers = firstVariable..<firstVariable + planned.variables.count
      firstVariable = numbers.upperBound
      // The last layer's gradient is in the first of the two buffers, and so on backwards.
      let turn = (plan.layers.count - 1 - number) % 2
      // Where no layer before this one is trained, nobody asks for the gradient by its input.
      defer { isTrained = isTrained || numbers.contains { plan.variables[$0].isTrainable } }
      let gradients = numbers.filter { plan.variables[$0].hasGradient }
      return LayerTensors(
        instance: planned.instance,
        input: Tensor(
          arena.pointer(
            number == 0 ? layout.inputs : layout.outputs[number - 1], as: Float.self)),
        output: arena.pointer(layout.outputs[number]),
        outputGradient: arena.pointer(layout.layerGradients[turn]),
        inputGradient: !isTrained ? nil : arena.pointer(layout.layerGradients[1 - turn]),
        variables: numbers.map { arena.pointer(layout.variables[$0]) },
        gradients: gradients.map {
          arena.pointer(
            plan.variables[$0].isTrainable
              ? layout.variables[$0] + layout.gradientDistance : layout.unusedGradients[$0])
        },
        retained: arena.pointer(layout.retained[number]),
        workspaces: layout.workspaces.map { arena.pointer($0) })
    }
  }

  /// Clears what a trial could otherwise inherit from the one before it; slots begin as `slotValue`.
  func clear(slotValue: Float) {
    // Variables get their first values from their initializers; this also clears the padding.
    optimizer.weights.update(repeating: 0, count: optimizer.count)
    let gradient = MutableTensor(mutating: optimizer.gradient)
    gradient.update(repeating: 0, count: optimizer.count)
    for slot in slots { slot.update(repeating: slotValue, count: optimizer.count) }
  }
}

/// A trainable variable of a pack.
struct TrainableMemory {
  /// Values of one lane.
  let count: Int
  let regularizer: Regularizer?
  let weights: MutableTensor
  let gradient: MutableTensor
}
