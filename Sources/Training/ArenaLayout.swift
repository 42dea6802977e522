import Kernels

/// Where everything that one slot's training needs lies in one block of memory, in bytes.
///
/// Shapes are those of one trial times the lanes of the pack. The trainable variables stand one
/// after the other so that the optimizer takes them all in one pass; between them there may be
/// padding, which starts as zeros and which nothing reads.
struct ArenaLayout {
  let lanes: Int
  /// Floats of all trainable variables with their padding.
  let trainableCount: Int
  let weights: Int
  let gradients: Int
  let slots: [Int]
  /// The values of every variable, in model order; trainable ones lie within ``weights``.
  let variables: [Int]
  /// From a trainable variable's values to its gradient.
  let gradientDistance: Int
  /// Where the gradients by variables that are not trained go, and nobody reads them, by variable.
  let unusedGradients: [Int]
  let inputs: Int
  let targets: Int
  let outputs: [Int]
  /// The layers' gradients take turns in these two.
  let layerGradients: [Int]
  let retained: [Int]
  /// One for each thread.
  let workspaces: [Int]
  /// The losses of a batch, and its weights and mask.
  let losses: Int
  let metricValues: Int
  let sampleWeights: Int
  let positionWeights: Int
  let mask: Int
  /// The predictions after the activation that the loss includes, where a metric reads them.
  let probabilities: Int
  let permutation: Int
  let sums: Int
  let seeds: Int
  /// The lanes' penalties, where there are any.
  let penalties: Int
  /// For each callback that brings weights back, the values of every variable.
  let keptWeights: [[Int]]
  let history: Int
  /// Epochs of history that are held before they are hashed.
  let historyEpochs: Int
  /// `Int.max` where it would not fit an `Int`.
  let byteCount: Int

  init(plan: TrainingPlan, lanes: Int, threads: Int = 1) {
    self.lanes = lanes
    let lane = CheckedCount(lanes)
    let rows = CheckedCount(plan.rowCapacity)
    let samples = rows * lane
    var builder = ArenaBuilder()

    var offsets = [Int](repeating: 0, count: plan.variables.count)
    weights = builder.position
    for (number, variable) in plan.variables.enumerated() where variable.isTrainable {
      offsets[number] = builder.floats(CheckedCount(variable.count) * lane)
    }
    let trainableBytes = CheckedCount(builder.position - weights)
    gradientDistance = trainableBytes.value
    trainableCount = trainableBytes.value / MemoryLayout<Float>.stride
    gradients = builder.bytes(trainableBytes)
    slots = (0..<plan.optimizer.slotCount).map { _ in builder.bytes(trainableBytes) }
    for (number, variable) in plan.variables.enumerated() where !variable.isTrainable {
      offsets[number] = builder.floats(CheckedCount(variable.count) * lane)
    }
    variables = offsets
    unusedGradients = Self.unusedGradients(plan, lanes: lane, &builder)

    let first = plan.layers[0]
    inputs = builder.floats(samples * first.inputWidth)
    targets = builder.floats(samples * CheckedCount(shape: plan.data.targetShape))
    outputs = plan.layers.map { builder.floats(samples * $0.outputWidth) }
    let widest = plan.layers.map(\.outputWidth).max() ?? 0
    layerGradients = (0..<2).map { _ in builder.floats(samples * widest) }
    let memories = plan.layers.map { $0.layer.memory(rows: plan.rowCapacity, lanes: lanes) }
    retained = memories.map { builder.floats($0.retained) }
    let workspace = memories.map(\.workspace).max() ?? 0
    workspaces = (0..<threads).map { _ in builder.floats(workspace) }
    let lossPositions = samples * CheckedCount(plan.loss.positions)
    losses = builder.floats(lossPositions)
    let metricPositions = plan.metrics.map(\.positions).max() ?? 0
    metricValues = builder.floats(samples * CheckedCount(metricPositions))
    sampleWeights = builder.floats(plan.lossWeights.isEmpty ? 0 : samples)
    positionWeights = builder.floats(plan.weighs ? lossPositions : 0)
    let maskPositions = plan.layers.map(\.maskPositions).max() ?? 0
    mask = builder.floats(samples * CheckedCount(maskPositions))
    let last = plan.layers[plan.layers.count - 1]
    probabilities = builder.floats(plan.makesProbabilities ? samples * last.outputWidth : 0)
    permutation = builder.floats(CheckedCount(plan.trainingSamples.count) * lane)

    let columns = CheckedCount(plan.historyColumnCount)
    sums = builder.doubles(CheckedCount(plan.sums.count * SamplePart.count) * lane)
    seeds = builder.doubles(lane)
    penalties = builder.doubles(plan.isRegularized ? lane : 0)
    keptWeights = plan.callbacks.filter { $0.abilities.contains(.restoresWeights) }
      .map { _ in plan.variables.map { builder.floats(CheckedCount($0.count) * lane) } }
    historyEpochs = min(plan.variant.training.epochs, 256)
    history = builder.doubles(columns * lane * CheckedCount(historyEpochs))
    byteCount = builder.position
  }

  /// One region for all frozen layers, which use it one after the other.
  private static func unusedGradients(
    _ plan: TrainingPlan, lanes: CheckedCount, _ builder: inout ArenaBuilder
  ) -> [Int] {
    let start = builder.position
    var offsets: [Int] = []
    var end: CheckedCount = 0
    for (number, layer) in plan.layers.enumerated() {
      var own = ArenaBuilder()
      for variable in layer.variables {
        offsets.append(start + own.position)
        // What stands before the first that is trained computes no gradient.
        guard layer.isFrozen, variable.hasGradient, number >= plan.firstTrainedLayer else {
          continue
        }
        _ = own.floats(CheckedCount(variable.count) * lanes)
      }
      end = max(end, CheckedCount(own.position))
    }
    _ = builder.bytes(end)
    return offsets
  }
}

/// Reserves regions one after the other, each on a cache line of its own.
struct ArenaBuilder {
  private var end: CheckedCount = 0

  var position: Int { end.value }

  mutating func bytes(_ count: CheckedCount) -> Int {
    let start = end
    end = (end + count).rounded(upTo: Arena.alignment)
    return start.value
  }

  /// Floats, or anything else of four bytes.
  mutating func floats(_ count: CheckedCount) -> Int { bytes(count * 4) }

  /// Doubles, or anything else of eight bytes.
  mutating func doubles(_ count: CheckedCount) -> Int { bytes(count * 8) }
}
