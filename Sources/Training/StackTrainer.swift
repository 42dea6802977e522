import Kernels
import SweepModel

/// Trains packs of trials whose model is a stack of dense layers, many epochs in one call.
///
/// A pack always has ``KernelSet/maximumLanes`` lanes: those without a trial repeat the last one,
/// and nobody looks at them. Results are those of ``PackRun``, to the bit.
final class StackTrainer {
  static let lanes = KernelSet.maximumLanes
  /// Epochs whose means wait to be hashed.
  private static let mostEpochs = 256

  let plan: TrainingPlan
  let kernels: KernelSet
  let stack: Stack
  /// Of the whole training.
  let epochs: Int
  let metricCount: Int
  /// Mean losses of the epochs of a call: epochs × lanes.
  let means: UnsafeMutablePointer<Double>
  /// The metric of every lane, after an evaluation.
  let metrics: UnsafeMutablePointer<Double>
  /// The histories so far; histories that ended early, and before that each variable; all variables.
  let history = PackDigests()
  private let ended = PackDigests()
  let weights = PackDigests()
  /// Of each lane's variables: lanes × variables.
  private let fingerprints: UnsafeMutablePointer<UInt64>
  /// Where the variables' values are, in model order.
  private let variables: [(values: MutableTensor, count: Int)]
  /// Write the first values of all variables. Closures, since a copy of an initializer for every pack
  /// would cost more than its work.
  private let fills: [() -> Void]
  private let epochsPerCall: Int
  /// The rates of the first steps, or of all: each the same for all packs.
  private var rates: [Float] = []
  private let knowsAllRates: Bool

  /// Nil where it must be trained layer by layer.
  init?(plan: TrainingPlan, kernels: KernelSet) {
    guard kernels.trainsStacks, let shape = plan.stackShape else { return nil }
    self.plan = plan
    self.kernels = kernels
    stack = Stack(shape)
    epochs = plan.variant.training.epochs
    metricCount = plan.metrics.count
    epochsPerCall = min(shape.epochsPerCall, epochs, Self.mostEpochs)
    means = .allocate(capacity: epochsPerCall * Self.lanes)
    metrics = .allocate(capacity: Self.lanes)
    fingerprints = .allocate(capacity: plan.variables.count * Self.lanes)
    var next = stack.weights
    variables = plan.variables.map { variable in
      defer { next += variable.count * Self.lanes }
      return (next, variable.count)
    }
    fills = zip(plan.variables, variables).map { [stack] variable, place in
      let initialization = VariableInitialization(
        kernels: kernels, lanes: Self.lanes, shape: variable.shape, count: variable.count,
        instance: variable.instance, seeds: stack.seeds, values: place.values)
      let initializer = variable.initializer
      return { initializer.fill(initialization) }
    }
    knowsAllRates = epochs <= epochsPerCall
    rates = [Float](repeating: 0, count: epochsPerCall * shape.steps)
    if knowsAllRates {
      var optimizer = plan.optimizer
      setRates(of: epochs, by: &optimizer)
    }
  }

  deinit {
    means.deallocate()
    metrics.deallocate()
    fingerprints.deallocate()
  }

  /// See ``Trainer/train(_:keepsHistory:progress:)``.
  func train(
    _ trials: [(index: TrialIndex, seed: TrialSeed)], keepsHistory: Bool,
    progress: (TrainingProgress) -> TrainingDirective
  ) -> [TrialResult]? {
    let start = ContinuousClock.now
    for lane in 0..<Self.lanes {
      stack.seeds[lane] = trials[min(lane, trials.count - 1)].seed.rawValue
    }
    stack.clear()
    for fill in fills { fill() }
    var outcomes =
      plan.data.inputs.withUnsafeBufferPointer { inputs in
        plan.data.targets.withUnsafeBufferPointer { targets -> [TrialResult.Outcome?]? in
          guard let inputs = inputs.baseAddress, let targets = targets.baseAddress else {
            preconditionFailure("there is at least one sample")
          }
          var run = StackRun(
            trainer: self, inputs: inputs, targets: targets, trials: trials.count,
            keepsHistory: keepsHistory)
          return run.train(progress: progress)
        }
      } ?? []
    guard !outcomes.isEmpty else { return nil }
    let seconds = (ContinuousClock.now - start) / .seconds(1) / Double(trials.count)
    var results: [TrialResult] = []
    results.reserveCapacity(trials.count)
    for (lane, trial) in trials.enumerated() {
      // Moved, not copied.
      guard let outcome = outcomes[lane].take() else { preconditionFailure("every lane ends") }
      results.append(
        TrialResult(index: trial.index, seed: trial.seed, outcome: outcome, seconds: seconds))
    }
    return results
  }

  /// Trains the epochs from `first` on, as many as a call takes; the number trained.
  func trainEpochs(
    from first: Int, by optimizer: inout any Optimizer, inputs: Tensor, targets: Tensor,
    live: UInt32
  ) -> Int {
    let count = min(epochsPerCall, epochs - first)
    guard !knowsAllRates else {
      return train(
        first..<first + count, inputs: inputs, targets: targets, rate: first * stack.steps,
        live: live)
    }
    // A call that ends early has used only some of its rates, but then the lanes that go on need the
    // others: the optimizer's state is that before the call, advanced by what was trained.
    var ahead = optimizer
    setRates(of: count, by: &ahead)
    let trained = train(
      first..<first + count, inputs: inputs, targets: targets, rate: 0, live: live)
    if trained == count { optimizer = ahead } else { setRates(of: trained, by: &optimizer) }
    return trained
  }

  /// Trains these epochs with the rates from `rate` on; the number trained.
  private func train(
    _ epochs: Range<Int>, inputs: Tensor, targets: Tensor, rate: Int, live: UInt32
  ) -> Int {
    rates.withUnsafeBufferPointer { rates in
      guard let start = rates.baseAddress else { preconditionFailure("there is a step") }
      return stack.train(
        kernels, inputs: inputs, targets: targets, epochs: epochs, rates: start + rate, live: live,
        means: means)
    }
  }

  /// Writes the rates of the next epochs' steps.
  private func setRates(of epochs: Int, by optimizer: inout any Optimizer) {
    guard var own = optimizer as? any StackOptimizer else {
      preconditionFailure("a stack's optimizer has rates")
    }
    for step in 0..<epochs * stack.steps { rates[step] = own.nextStackRate() }
    optimizer = own
  }

  /// The metric of every lane, over all samples in their own order.
  func evaluate(inputs: Tensor, targets: Tensor) {
    stack.evaluate(kernels, inputs: inputs, targets: targets, means: metrics)
  }

  /// Hashes all lanes' variables, each by itself and then all together.
  func digestWeights() {
    let digests = ended
    for number in variables.indices {
      let (values, count) = variables[number]
      digests.begin(kernels)
      digests.update(kernels, floats: values, count: count)
      digests.end(kernels)
      for lane in 0..<Self.lanes {
        fingerprints[lane * variables.count + number] = digests.word(0, lane: lane)
      }
    }
    weights.begin(kernels)
    weights.update(kernels, floats: stack.weights, count: stack.parameterCount)
    weights.end(kernels)
  }

  /// The fingerprint of each of a lane's variables, as they were when they were hashed.
  func fingerprints(lane: Int) -> [UInt64] {
    let own = fingerprints + lane * variables.count
    return (0..<variables.count).map { own[$0] }
  }

  /// The digests of the histories up to now, which go on unless this is the last time.
  func endedHistories(isLast: Bool) -> PackDigests {
    let digests = isLast ? history : ended
    if !isLast { digests.begin(copying: history) }
    digests.end(kernels)
    return digests
  }

  /// A lane's rows of history from the means of the last call: every column is the same.
  func rows(_ count: Int, columns: Int, lane: Int) -> [Double] {
    Array(unsafeUninitializedCapacity: count * columns) { values, initialized in
      var place = 0
      for row in 0..<count {
        let mean = means[row * Self.lanes + lane]
        for _ in 0..<columns {
          values[place] = mean
          place += 1
        }
      }
      initialized = place
    }
  }

  func variableValues(lane: Int) -> [[Float]] {
    variables.map { values, count in
      (0..<count).map { values[$0 * Self.lanes + lane] }
    }
  }
}
