import Kernels
import SweepModel

/// Trains trials of one plan, in one slot.
///
/// It owns the only memory that training uses, so that a step allocates nothing, and every pack
/// starts by clearing it: a trial is a function of (variant, seed), whatever ran before it or
/// beside it. Not Sendable; make one for each thread.
public final class Trainer {
  /// What is trained.
  public let plan: TrainingPlan
  /// With which implementation; the choice changes no bit of the results.
  public let kernels: KernelSet
  /// The most trials that are trained together.
  public let lanes: Int

  private let team: ThreadTeam
  private let arena: Arena
  private(set) var memory: PackMemory
  /// Trains packs of stacks; nil where trials are alone, the model is no stack, or the kernels train
  /// layer by layer.
  private let stack: StackTrainer?
  /// Whether the last pack was the stack's.
  private var trainedStack = false

  /// A trainer for packs of up to `lanes` trials; the plan's own choice where it is nil.
  ///
  /// The threads share the matrix products of each pack by splitting their outputs, so that their
  /// number changes no bit either.
  ///
  /// - Precondition: `lanes` is from 1 up to ``KernelSet/maximumLanes``, `threads` at least 1.
  public convenience init(
    plan: TrainingPlan, kernels: KernelSet, lanes: Int? = nil, threads: Int = 1
  ) {
    self.init(plan: plan, kernels: kernels, lanes: lanes, threads: threads, layerByLayer: false)
  }

  /// The same; `layerByLayer` keeps it from training a stack in one call, which changes no bit.
  package init(
    plan: TrainingPlan, kernels: KernelSet, lanes: Int?, threads: Int = 1, layerByLayer: Bool
  ) {
    let lanes = lanes ?? plan.packLanes
    precondition((1...KernelSet.maximumLanes).contains(lanes), "no pack has \(lanes) lanes")
    self.plan = plan
    self.kernels = kernels
    self.lanes = lanes
    team = ThreadTeam(count: threads)
    let layout = ArenaLayout(plan: plan, lanes: lanes, threads: threads)
    // A trial alone needs workspaces that packs do not.
    let alone = ArenaLayout(plan: plan, lanes: 1, threads: threads)
    arena = Arena(byteCount: max(layout.byteCount, alone.byteCount))
    memory = PackMemory(plan: plan, layout: layout, arena: arena)
    stack = lanes == 1 || layerByLayer ? nil : StackTrainer(plan: plan, kernels: kernels)
  }

  /// Whether packs are trained as stacks, in one call for many epochs.
  package var trainsStacks: Bool { stack != nil }

  /// Trains the trials together; each result is exactly that of the trial alone. Where each trial
  /// comes to have a learning rate of its own, they are trained one after the other.
  ///
  /// - Parameters:
  ///   - trials: 1 to ``lanes`` trials, in any order; two may be the same.
  ///   - keepsHistory: whether the results hold the values of the history, or only its digest.
  ///   - progress: called often: after every batch, or after many where a stack trains several
  ///     epochs in a millisecond; answers whether to go on.
  /// - Returns: The results in the order of `trials`, or nil where `progress` said to stop.
  public func train(
    _ trials: [(index: TrialIndex, seed: TrialSeed)], keepsHistory: Bool,
    progress: (TrainingProgress) -> TrainingDirective = { _ in .proceed }
  ) -> [TrialResult]? {
    precondition((1...lanes).contains(trials.count), "a pack has 1 to \(lanes) trials")
    if plan.trainsAlone, trials.count > 1 {
      var results: [TrialResult] = []
      for trial in trials {
        guard let own = train([trial], keepsHistory: keepsHistory, progress: progress) else {
          return nil
        }
        results += own
      }
      return results
    }
    if let stack, trials.count > 1 {
      trainedStack = true
      return stack.train(trials, keepsHistory: keepsHistory, progress: progress)
    }
    layOut(lanes: trials.count)
    let start = ContinuousClock.now
    let outcomes = withRun(trials.map(\.seed), keepsHistory: keepsHistory) { run in
      run.train(progress: progress)
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1) / Double(trials.count)
    return outcomes.map { outcomes in
      zip(trials, outcomes).map { trial, outcome in
        TrialResult(index: trial.index, seed: trial.seed, outcome: outcome, seconds: seconds)
      }
    }
  }

  /// Lays the memory out for a pack of so many trials, trained layer by layer.
  func layOut(lanes: Int) {
    trainedStack = false
    guard memory.layout.lanes != lanes else { return }
    // It fits the same arena: the layouts of packs grow with their lanes.
    let layout = ArenaLayout(plan: plan, lanes: lanes, threads: team.count)
    precondition(layout.byteCount <= arena.byteCount, "a smaller pack needs more memory")
    memory = PackMemory(plan: plan, layout: layout, arena: arena)
  }

  /// Calls `body` with the training of a pack that the memory is laid out for.
  func withRun<Result>(
    _ seeds: [TrialSeed], keepsHistory: Bool, start: TrainingStart = .fresh,
    snapshots: SnapshotTaker? = nil, body: (inout PackRun) throws -> Result
  ) rethrows -> Result {
    try plan.data.inputs.withUnsafeBufferPointer { inputs in
      try plan.data.targets.withUnsafeBufferPointer { targets in
        guard let inputs = inputs.baseAddress, let targets = targets.baseAddress else {
          preconditionFailure("there is at least one sample")
        }
        var run = PackRun(
          plan: plan, kernels: kernels, memory: memory, team: team, inputs: inputs,
          targets: targets, seeds: seeds, keepsHistory: keepsHistory, start: start,
          snapshots: snapshots)
        return try body(&run)
      }
    }
  }

  /// The values of the variables, in model order, that the last training left in a lane.
  ///
  /// Of a trial that ended before others of its pack they are what its lane went on to, not what was
  /// measured.
  package func variableValues(lane: Int) -> [[Float]] {
    if trainedStack, let stack { return stack.variableValues(lane: lane) }
    let lanes = memory.layout.lanes
    precondition((0..<lanes).contains(lane), "the last pack had \(lanes) lanes")
    return zip(plan.variables, memory.variables).map { variable, values in
      (0..<variable.count).map { values[$0 * lanes + lane] }
    }
  }
}

/// How far the training of a pack has come.
public struct TrainingProgress: Hashable, Sendable {
  /// The epoch, from 0; as many as there are epochs during the evaluation at the end.
  public let epoch: Int
  /// Optimizer steps taken so far, over the whole training.
  public let steps: Int
}

/// Whether training goes on.
public enum TrainingDirective: Hashable, Sendable {
  /// Go on.
  case proceed
  /// Stop now, without results.
  case stop
}
