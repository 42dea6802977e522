import SweepModel

extension Trainer {
  /// Trains one trial alone, from any start, and shows its state to those who keep it.
  ///
  /// The bits are those of a training that began afresh and was never interrupted.
  ///
  /// - Parameters:
  ///   - start: Where it begins; a position must have passed ``TrainingPlan/check(_:)``.
  ///   - snapshots: Who takes snapshots while it goes on.
  ///   - finished: Given the state that is left at the end, in which the variables are the trained
  ///     model's.
  ///   - progress: As in ``train(_:keepsHistory:progress:)``.
  /// - Returns: The result, or nil where `progress` said to stop.
  /// - Throws: What `start`, `snapshots` and `finished` throw.
  public func trainAlone(
    _ trial: (index: TrialIndex, seed: TrialSeed), keepsHistory: Bool,
    from start: TrainingStart = .fresh, snapshots: SnapshotTaker? = nil,
    finished: ((TrainingSnapshot, TrialResult) throws -> Void)? = nil,
    progress: (TrainingProgress) -> TrainingDirective = { _ in .proceed }
  ) throws -> TrialResult? {
    layOut(lanes: 1)
    let clock = ContinuousClock.now
    return try withRun(
      [trial.seed], keepsHistory: true, start: start, snapshots: snapshots
    ) { run in
      let outcome = run.train(progress: progress)?.first
      if let failure = run.snapshotFailure { throw failure }
      guard let outcome else { return nil }
      let result = TrialResult(
        index: trial.index, seed: trial.seed,
        outcome: keepsHistory ? outcome : outcome.withoutHistory,
        seconds: (ContinuousClock.now - clock) / .seconds(1))
      try finished?(run.snapshot(samples: 0), result)
      return result
    }
  }
}
