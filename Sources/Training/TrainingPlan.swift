import Kernels
import SweepModel

/// A variant made ready to be trained: resolved, checked and laid out once, then shared by all
/// slots.
///
/// It is immutable; what changes during training belongs to a ``Trainer``.
public struct TrainingPlan: Sendable {
  /// What is trained.
  public let variant: ResolvedVariant
  /// On what.
  public let data: TrainingData
  /// The variables in model order: layer by layer, the trainable ones first.
  public let variables: [PlannedVariable]
  /// Trials that are best trained together on this machine; bits do not depend on it.
  public private(set) var packLanes = 1

  /// The components that it is made of.
  let registry: ComponentRegistry
  let layers: [PlannedLayer]
  let loss: any Loss
  let metrics: [any Metric]
  let optimizer: any Optimizer
  /// What training begins with that the seed does not give; nil where there is nothing.
  let startingState: StartingState?
  /// The first layer with a variable that is trained; the number of layers where there is none.
  let firstTrainedLayer: Int
  /// What is done with gradients and weights before the optimizer's steps.
  let gradientTreatment: GradientTreatment
  /// What watches each trial, and what all of it together can do.
  let callbacks: [any Callback]
  let abilities: CallbackAbilities
  /// Whether some variable has a penalty.
  let isRegularized: Bool
  /// The metrics that are the loss itself, whose values need not be computed again.
  let metricsThatAreTheLoss: [Bool]
  /// The samples that are trained on; those after them validate, and the last test.
  let trainingSamples: Range<Int>
  let validationSamples: Range<Int>
  let testSamples: Range<Int>
  /// Where the sums of the loss and the metrics stand.
  let sums: SumLayout
  /// How much each sample counts in the loss; empty where all count 1.
  let lossWeights: [Float]
  /// Positions of the mask that reaches the loss; nil where none does.
  let maskedPositions: Int?
  /// The activation of the last layer that the loss includes.
  let fused: FusedActivation?
  /// Samples of a full batch.
  let batchRows: Int

  /// Resolves and checks a variant.
  ///
  /// - Parameters:
  ///   - startingState: What the variant's sources gave; nil where it has none.
  ///   - registry: The components that the program has.
  /// - Throws: ``TrainingError`` for the first thing that cannot be trained, with its place in the
  ///   specification.
  public init(
    variant: ResolvedVariant, data: TrainingData, startingState: StartingState? = nil,
    registry: ComponentRegistry = .builtIn
  ) throws(TrainingError) {
    try PlanChecks.check(variant, data: data, registry)
    try PlanChecks.check(startingState, of: variant)
    self.registry = registry
    self.variant = variant
    self.data = data
    let trainingCount = variant.training.trainingSampleCount(of: data.parts.training)
    let validationEnd = data.parts.training + data.parts.validation
    trainingSamples = 0..<trainingCount
    validationSamples = trainingCount..<validationEnd
    testSamples = validationEnd..<data.sampleCount
    batchRows = variant.training.batchSize.rows(sampleCount: trainingCount)
    let configurations: [Configuration]
    (configurations, fused) = Comparison.takingActivation(
      of: variant.layers, loss: variant.training.loss, registry)
    layers = try PlannedLayer.resolve(configurations, inputShape: data.inputShape, registry)
    firstTrainedLayer =
      layers.firstIndex { $0.variables.contains(where: \.isTrainable) } ?? layers.count
    let variables = layers.flatMap(\.variables)
    self.startingState = startingState
    self.variables =
      try startingState.map { (start) throws(TrainingError) in
        try variables.beginning(with: start)
      } ?? variables
    try PlanChecks.checkInstances(layers: layers)
    do {
      try layers[0].layer.check(data.inputs)
    } catch {
      throw TrainingError(error, place: "model[0].\(configurations[0].kind)")
    }

    let last = layers[layers.count - 1]
    maskedPositions =
      last.maskPositions > 0 && last.layer.maskUse != .ends ? last.maskPositions : nil
    let comparison = Comparison(
      predictionShape: last.layer.outputShape, fused: fused,
      lastActivation: Comparison.lastActivation(of: variant.layers, registry),
      maskedPositions: maskedPositions, data: data)
    let objectives = ObjectiveResolver(comparison: comparison, registry: registry)
    loss = try objectives.loss(variant.training.loss)
    metrics = try objectives.metrics(variant.metrics)
    sums = SumLayout(metrics: metrics)
    lossWeights = try LossWeights.resolve(
      variant.training.classWeights, training: trainingSamples, comparison: comparison)
    // A loss that is weighed is no metric, which weighs all that counts alike.
    let weighs = !lossWeights.isEmpty || maskedPositions != nil
    metricsThatAreTheLoss = variant.metrics.map { !weighs && $0 == variant.training.loss }
    (optimizer, gradientTreatment) = try Self.optimizer(
      variant.training.optimizer, startingState?.optimizer, trained: self.variables)
    callbacks = try Self.callbacks(
      variant.training.callbacks,
      WatchedTraining(
        columns: variant.historyColumns, hasConstantRate: optimizer.rates.isConstant))
    abilities = callbacks.reduce([]) { $0.union($1.abilities) }
    isRegularized = variables.contains { $0.isTrainable && $0.regularizer != nil }

    packLanes = chosenLanes
    try checkArena()
  }

  /// The values of all variables.
  public var parameterCount: Int { variables.reduce(0) { $0 + $1.count } }

  /// The bytes that a slot needs for packs of `lanes` trials.
  public func arenaBytes(lanes: Int, threads: Int = 1) -> Int {
    ArenaLayout(plan: self, lanes: lanes, threads: threads).byteCount
  }

  /// The bytes that a slot takes which trains this plan on one thread.
  ///
  /// A stack has memory of its own beside the arena, of the same sizes.
  public var slotBytes: Int {
    let bytes = CheckedCount(max(arenaBytes(lanes: packLanes), arenaBytes(lanes: 1)))
    return (stackShape == nil ? bytes : bytes + bytes).value
  }

  /// The threads, `count` at most, that one trial is best trained by: one where it is as well trained
  /// in a pack, and never more than its memory allows.
  public func threads(upTo count: Int) -> Int {
    guard packLanes == 1 else { return 1 }
    let (alone, pair) = (arenaBytes(lanes: 1), arenaBytes(lanes: 1, threads: 2))
    let room = (Limits.arenaBytes - alone) / max(1, pair - alone)
    return max(1, min(count, 1 + room))
  }

  /// The most samples that pass through the model at once. Batches are evaluated in larger pieces
  /// than they may be trained in: the results do not depend on it, the speed does.
  var rowCapacity: Int { min(data.sampleCount, max(batchRows, 64)) }

  /// Packs fill vectors however narrow the layers are, as long as they stay near the core; then the
  /// layers are wide enough to fill vectors themselves. Measured, the two are equally fast with
  /// arenas of one and a half second-level caches in vectors of 8, and of four in vectors of 16.
  private var chosenLanes: Int {
    if trainsAlone { return 1 }
    let room = 2 * Processor.secondLevelCacheBytes
    return arenaBytes(lanes: KernelSet.maximumLanes) <= room ? KernelSet.maximumLanes : 1
  }

  private func checkArena() throws(TrainingError) {
    let bytes = arenaBytes(lanes: packLanes)
    guard bytes <= Limits.arenaBytes else {
      throw TrainingError(
        path: "model",
        message: "a trial needs more than \(Limits.arenaBytes >> 30) GiB of memory: "
          + "make the layers narrower or training.batch_size smaller")
    }
  }
}

/// A variable of a model.
public struct PlannedVariable: Sendable {
  /// The path, such as `dense_1/kernel`: it chooses the variable's random numbers.
  public let path: String
  /// The shape.
  public let shape: [Int]
  /// Whether the optimizer changes it.
  public let isTrainable: Bool
  /// Whether its layer computes a gradient by it, trained or not.
  let hasGradient: Bool
  /// The number of values.
  public let count: Int

  let instance: UInt32
  var initializer: any Initializer
  let regularizer: Regularizer?
}

extension BatchSize {
  /// Samples of a full batch.
  fileprivate func rows(sampleCount: Int) -> Int {
    switch self {
    case .all: sampleCount
    case .samples(let count): min(count, sampleCount)
    }
  }
}
