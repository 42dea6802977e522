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

  /// Where the training begins; a trial in a pack begins afresh.
  let start: TrainingStart
  /// Takes snapshots of a trial alone.
  let snapshots: SnapshotTaker?
  /// Why the last snapshot could not be taken.
  var snapshotFailure: (any Error)?

  var optimizer: any Optimizer
  var history: HistoryRecorder
  var steps: UInt32 = 0
  /// Epochs that are over.
  var endedEpochs = 0
  /// Whether the sums of the validation part are of the weights of the last epoch that is over: not where
  /// a training went on from its end.
  var isValidated = false
  /// Whether a lane ended before the training was over.
  var hasStopped = false
  /// Of each lane, the callback whose weights were brought back, whose place the last weights then have.
  var restored: [Int?]
  /// What became of each lane; nil for those that still train.
  var outcomes: [TrialResult.Outcome?]
  /// What watches each lane; empty where nothing does.
  var callbacks: [[any Callback]]
  /// Of each lane, whether the weights are kept that a callback brings back.
  var hasKeptWeights: [[Bool]]

  init(
    plan: TrainingPlan, kernels: KernelSet, memory: PackMemory, team: ThreadTeam, inputs: Tensor,
    targets: Tensor, seeds: [TrialSeed], keepsHistory: Bool, start: TrainingStart = .fresh,
    snapshots: SnapshotTaker? = nil
  ) {
    self.start = start
    self.snapshots = snapshots
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
    callbacks = Array(repeating: plan.callbacks, count: seeds.count)
    restored = Array(repeating: nil, count: seeds.count)
    hasKeptWeights = Array(
      repeating: memory.keptWeights.map { _ in false }, count: seeds.count)
    history = HistoryRecorder(
      memory: memory, columns: plan.historyColumnCount, keepsValues: keepsHistory)
    for (lane, seed) in seeds.enumerated() { memory.seeds[lane] = seed.rawValue }
  }

  /// Trains and measures; nil where `progress` said to stop.
  mutating func train(
    progress: (TrainingProgress) -> TrainingDirective
  ) -> [TrialResult.Outcome]? {
    guard begin() else { return nil }
    let epochs = plan.variant.training.epochs
    for epoch in endedEpochs..<epochs {
      guard trainEpoch(epoch, progress: progress) else { return nil }
      if isOver { break }
      guard validate(epoch, progress: progress) else { return nil }
      let ended = recordEpoch(epoch)
      endedEpochs = epoch + 1
      if !ended.isEmpty {
        // A lane that ends is measured as it now is. What it computes from here on is ignored; lanes
        // share no value, so the others do not notice.
        guard finish(ended, in: epoch, progress: progress) else { return nil }
        if isOver { break }
      }
      guard takeSnapshot(samples: 0) else { return nil }
    }
    let remaining = outcomes.indices.filter { outcomes[$0] == nil }
      .map { EndedLane(number: $0, hasDiverged: false) }
    if !remaining.isEmpty {
      guard finish(remaining, in: nil, progress: progress) else { return nil }
    }
    return outcomes.compactMap { $0 }
  }

  /// Whether no lane trains any more.
  private var isOver: Bool { !outcomes.contains { $0 == nil } }

  /// Brings memory to the start; false where what it was to be filled with cannot be had.
  mutating func begin() -> Bool {
    memory.clear(slotValue: optimizer.firstSlotValue)
    switch start {
    case .fresh:
      initializeVariables()
      fillSlots()
    case .values(let variables):
      for (given, values) in zip(variables, memory.variables) {
        for (element, value) in given.enumerated() {
          (values + element * lanes).update(repeating: value, count: lanes)
        }
      }
    case .resumed(let position, let fill):
      do { try resume(position, fill) } catch {
        snapshotFailure = error
        return false
      }
    }
    return true
  }

  private func initializeVariables() {
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
    for first in stride(from: resumeOpenEpoch(epoch), to: sampleCount, by: plan.batchRows) {
      let rows = min(plan.batchRows, sampleCount - first)
      let permutation = shuffles ? UnsafePointer(memory.permutation) : nil
      let batch = predict(first: first, rows: rows, permutation: permutation, mode: .training)
      measure(batch, plan.trainingPart)
      if plan.isRegularized { penalize(rows: rows) }
      propagateBack(rows: rows)
      takeStep()
      if plan.abilities.contains(.endsBrokenEpochs) {
        let samples = first + rows
        guard endBrokenLanes(epoch, samples: samples, progress: progress) else { return false }
        if isOver { return true }
      }
      guard progress(TrainingProgress(epoch: epoch, steps: Int(steps))) == .proceed else {
        return false
      }
      if first + rows < sampleCount {
        guard takeSnapshot(samples: first + rows) else { return false }
      }
    }
    return true
  }

  /// Measures the samples that are set aside, where there are any; whether to go on.
  mutating func validate(
    _ epoch: Int, progress: (TrainingProgress) -> TrainingDirective
  ) -> Bool {
    isValidated = true
    if plan.validationSamples.isEmpty { return true }
    let place = TrainingProgress(epoch: epoch, steps: Int(steps))
    return evaluate(plan.validationPart) { progress(place) }
  }

  private func propagateBack(rows: Int) {
    // Not `reversed()` of a sequence, which allocates.
    for number in plan.layers.indices.reversed() where number >= plan.firstTrainedLayer {
      let planned = plan.layers[number]
      planned.layer.backward(pass(planned, memory.layers[number], rows: rows, mode: .training))
    }
  }

  func pass(
    _ planned: PlannedLayer, _ tensors: LayerTensors, rows: Int, mode: PassMode
  ) -> LayerPass {
    LayerPass(
      kernels: kernels, tensors: tensors, mode: mode, isFrozen: planned.isFrozen, lanes: lanes,
      rows: rows, step: steps, seeds: memory.seeds,
      mask: planned.maskPositions > 0 ? memory.mask : nil, team: team)
  }

  /// Writes the epoch's row of the history and tells the callbacks; the lanes that end with it.
  private mutating func recordEpoch(_ epoch: Int) -> [EndedLane] {
    if plan.isRegularized { updatePenalties() }
    var ended: [EndedLane] = []
    for lane in 0..<lanes where outcomes[lane] == nil {
      if let end = recordRow(lane, epoch: epoch, samples: plan.trainingSamples.count) {
        ended.append(end)
      }
    }
    history.endEpoch()
    return ended
  }

  /// The same of one lane, whose epoch had `samples` so far.
  mutating func recordRow(_ lane: Int, epoch: Int, samples: Int) -> EndedLane? {
    var column = 0
    for part in plan.historyParts {
      let isTraining = part.number == plan.trainingPart.number
      let samples = isTraining ? samples : part.samples.count
      history.record(meanLoss(part, lane: lane, samples: samples), column: column, lane: lane)
      column += 1
      for number in plan.metrics.indices {
        let value = metric(number, part, lane: lane, samples: samples)
        history.record(value, column: column, lane: lane)
        column += 1
      }
    }
    let stops = watch(lane, epoch: epoch)
    let hasDiverged = !history.row(lane: lane)[0].isFinite
    return hasDiverged || stops ? EndedLane(number: lane, hasDiverged: hasDiverged) : nil
  }

  /// Measures these lanes as they now are: ended in `epoch` (from 0), which others of the pack may
  /// not have closed, or at the end of training.
  mutating func finish(
    _ ended: [EndedLane], in epoch: Int?, withOpenEpoch: Bool = false,
    progress: (TrainingProgress) -> TrainingDirective
  ) -> Bool {
    let epochs = plan.variant.training.epochs
    let place = TrainingProgress(epoch: epoch ?? epochs, steps: Int(steps))
    if epoch != nil { hasStopped = true }
    let hasOtherWeights = restoreWeights(ended)
    // With the same weights the validation samples were measured at the end of the epoch.
    let keepsValidation = isValidated && !hasOtherWeights
    for part in plan.parts where !(keepsValidation && part.number == plan.validationPart.number) {
      guard evaluate(part, progress: { progress(place) }) else { return false }
    }
    for lane in ended {
      let metrics = plan.parts.flatMap { part in
        plan.metrics.indices.map { number in
          metric(number, part, lane: lane.number, samples: part.samples.count).canonical
        }
      }
      let weights = LaneWeights(plan: plan, memory: memory, lane: lane.number)
      let recorded = history.finish(lane: lane.number, withOpenEpoch: withOpenEpoch)
      let measurements = TrialResult.Measurements(
        metrics: metrics, weightsDigest: weights.digest, historyDigest: recorded.digest,
        variableFingerprints: weights.fingerprints, history: recorded.values)
      if lane.hasDiverged || !metrics.allSatisfy(\.isFinite) {
        outcomes[lane.number] = .diverged(atEpoch: epoch.map { $0 + 1 } ?? epochs, measurements)
      } else {
        outcomes[lane.number] = .completed(measurements)
      }
    }
    return true
  }
}

/// A lane whose training is over.
struct EndedLane {
  let number: Int
  /// Whether its loss is no longer finite.
  let hasDiverged: Bool
}
