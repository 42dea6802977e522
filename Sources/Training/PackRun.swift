import Kernels
import SweepModel

/// The training of one pack, from first values to measurements.
struct PackRun: ~Copyable {
  let plan: TrainingPlan
  let kernels: KernelSet
  let memory: PackMemory
  let team: ThreadTeam
  /// The whole dataset.
  let inputs: Tensor
  let targets: Tensor
  let lanes: Int
  let inputWidth: Int
  let targetWidth: Int
  let predictionWidth: Int

  /// The first values of every variable; nil for those of their initializers.
  let initialValues: [[Float]]?

  private var optimizer: any Optimizer
  private var history: HistoryRecorder
  private(set) var steps: UInt32 = 0
  /// What became of each lane; nil for those that still train.
  private var outcomes: [TrialResult.Outcome?]

  init(
    plan: TrainingPlan, kernels: KernelSet, memory: PackMemory, team: ThreadTeam, inputs: Tensor,
    targets: Tensor, seeds: [TrialSeed], keepsHistory: Bool, initialValues: [[Float]]? = nil
  ) {
    self.initialValues = initialValues
    self.plan = plan
    self.kernels = kernels
    self.memory = memory
    self.team = team
    self.inputs = inputs
    self.targets = targets
    lanes = seeds.count
    inputWidth = plan.data.inputShape.reduce(1, *)
    targetWidth = plan.data.targetShape.reduce(1, *)
    predictionWidth = plan.layers[plan.layers.count - 1].outputWidth.value
    optimizer = plan.optimizer
    outcomes = Array(repeating: nil, count: seeds.count)
    history = HistoryRecorder(
      memory: memory, columns: plan.historyColumnCount, keepsValues: keepsHistory)
    for (lane, seed) in seeds.enumerated() { memory.seeds[lane] = seed.rawValue }
  }

  /// Trains and measures; nil where `progress` said to stop.
  mutating func train(
    progress: (TrainingProgress) -> TrainingDirective
  ) -> [TrialResult.Outcome]? {
    initializeVariables()
    for epoch in 0..<plan.variant.training.epochs {
      guard trainEpoch(epoch, progress: progress), validate(epoch, progress: progress) else {
        return nil
      }
      let diverged = recordEpoch()
      if !diverged.isEmpty {
        // A lane that diverged is measured as it now is. What it computes from here on is ignored;
        // lanes share no value, so the others do not notice.
        guard finish(diverged, epoch: epoch, progress: progress) else { return nil }
        if !outcomes.contains(where: { $0 == nil }) { break }
      }
    }
    let remaining = outcomes.indices.filter { outcomes[$0] == nil }
    if !remaining.isEmpty {
      guard finish(remaining, epoch: nil, progress: progress) else { return nil }
    }
    return outcomes.compactMap { $0 }
  }

  func initializeVariables() {
    memory.clear()
    if let initialValues {
      for (given, values) in zip(initialValues, memory.variables) {
        for (element, value) in given.enumerated() {
          (values + element * lanes).update(repeating: value, count: lanes)
        }
      }
      return
    }
    for (variable, values) in zip(plan.variables, memory.variables) {
      variable.initializer.fill(
        VariableInitialization(
          kernels: kernels, lanes: lanes, shape: variable.shape, count: variable.count,
          instance: variable.instance, seeds: memory.seeds, values: values))
    }
  }

  /// One pass over the training data; whether to go on.
  private mutating func trainEpoch(
    _ epoch: Int, progress: (TrainingProgress) -> TrainingDirective
  ) -> Bool {
    let sampleCount = plan.trainingSamples.count
    let shuffles = plan.variant.training.shuffle
    if shuffles {
      kernels.shuffle(
        lanes: lanes, count: sampleCount, seeds: memory.seeds, epoch: UInt32(epoch),
        permutation: memory.permutation)
    }
    clearSums(plan.trainingPart)
    for first in stride(from: 0, to: sampleCount, by: plan.batchRows) {
      let rows = min(plan.batchRows, sampleCount - first)
      let permutation = shuffles ? UnsafePointer(memory.permutation) : nil
      let batch = predict(first: first, rows: rows, permutation: permutation, mode: .training)
      measure(batch, plan.trainingPart)
      propagateBack(rows: rows)
      optimizer.step(memory.optimizer, slots: memory.slots, kernels: kernels)
      steps += 1
      guard progress(TrainingProgress(epoch: epoch, steps: Int(steps))) == .proceed else {
        return false
      }
    }
    return true
  }

  /// Measures the samples that are set aside, where there are any; whether to go on.
  private func validate(
    _ epoch: Int, progress: (TrainingProgress) -> TrainingDirective
  ) -> Bool {
    if plan.validationSamples.isEmpty { return true }
    let place = TrainingProgress(epoch: epoch, steps: Int(steps))
    return evaluate(plan.validationPart) { progress(place) }
  }

  private func propagateBack(rows: Int) {
    // Not `reversed()` of a sequence, which allocates.
    for number in plan.layers.indices.reversed() {
      let planned = plan.layers[number]
      planned.layer.backward(pass(planned, memory.layers[number], rows: rows, mode: .training))
    }
  }

  func pass(
    _ planned: PlannedLayer, _ tensors: LayerTensors, rows: Int, mode: PassMode
  ) -> LayerPass {
    LayerPass(
      kernels: kernels, tensors: tensors, mode: mode, lanes: lanes, rows: rows, step: steps,
      seeds: memory.seeds, mask: planned.maskPositions > 0 ? memory.mask : nil, team: team)
  }

  /// Writes the epoch's row of the history; the lanes whose loss is no longer finite.
  private mutating func recordEpoch() -> [Int] {
    var diverged: [Int] = []
    for lane in 0..<lanes where outcomes[lane] == nil {
      var column = 0
      for part in plan.historyParts {
        history.record(meanLoss(part, lane: lane), column: column, lane: lane)
        column += 1
        for number in plan.metrics.indices {
          history.record(metric(number, part, lane: lane), column: column, lane: lane)
          column += 1
        }
      }
      if !meanLoss(plan.trainingPart, lane: lane).isFinite { diverged.append(lane) }
    }
    history.endEpoch()
    return diverged
  }

  /// Measures these lanes as they now are: diverged in `epoch` (from 0), or at the end of training.
  private mutating func finish(
    _ finished: [Int], epoch: Int?, progress: (TrainingProgress) -> TrainingDirective
  ) -> Bool {
    let epochs = plan.variant.training.epochs
    let place = TrainingProgress(epoch: epoch ?? epochs, steps: Int(steps))
    // The validation samples were measured with these weights at the end of the epoch.
    for part in plan.parts where part.number != plan.validationPart.number {
      guard evaluate(part, progress: { progress(place) }) else { return false }
    }
    for lane in finished {
      let metrics = plan.parts.flatMap { part in
        plan.metrics.indices.map { metric($0, part, lane: lane).canonical }
      }
      let weights = LaneWeights(plan: plan, memory: memory, lane: lane)
      let recorded = history.finish(lane: lane)
      let measurements = TrialResult.Measurements(
        metrics: metrics, weightsDigest: weights.digest, historyDigest: recorded.digest,
        variableFingerprints: weights.fingerprints, history: recorded.values)
      if let epoch {
        outcomes[lane] = .diverged(atEpoch: epoch + 1, measurements)
      } else if metrics.allSatisfy(\.isFinite) {
        outcomes[lane] = .completed(measurements)
      } else {
        outcomes[lane] = .diverged(atEpoch: epochs, measurements)
      }
    }
    return true
  }
}
