/// What one trial gave.
public struct TrialResult: Hashable, Sendable {
  /// The trial's position in its sweep.
  public var index: TrialIndex
  /// The trial's seed.
  public var seed: TrialSeed
  /// How it ended, and what it gave.
  public var outcome: Outcome
  /// Seconds that it took: of the wall, and no part of the result's identity. A trial of a pack has
  /// its share of the pack's time.
  public var seconds: Double

  /// A result with all its parts.
  public init(index: TrialIndex, seed: TrialSeed, outcome: Outcome, seconds: Double) {
    self.index = index
    self.seed = seed
    self.outcome = outcome
    self.seconds = seconds
  }

  /// How a trial ended.
  public enum Outcome: Hashable, Sendable {
    /// Trained to the end, with a finite loss in every epoch and finite metrics.
    case completed(Measurements)
    /// The loss, or a metric at the end, stopped being finite.
    case diverged(atEpoch: Int, Measurements)
    /// It could not be trained, for instance because it crashed every worker that tried.
    case failed(reason: String)
  }

  /// What was measured of a trained model.
  public struct Measurements: Hashable, Sendable {
    /// The metrics after training, in the order of the variant's metrics; NaN is always the same NaN.
    public var metrics: [Double]
    /// The digest of the trained weights.
    public var weightsDigest: WeightsDigest
    /// The digest of the history.
    public var historyDigest: HistoryDigest
    /// For each variable in model order the first eight bytes, big-endian, of its values' SHA-256:
    /// enough to name the variable that differs when a re-run does.
    public var variableFingerprints: [UInt64]
    /// Epochs × columns, row-major (``ResolvedVariant/historyColumns``); empty where not kept.
    public var history: [Double]

    /// Measurements with all their parts.
    public init(
      metrics: [Double], weightsDigest: WeightsDigest, historyDigest: HistoryDigest,
      variableFingerprints: [UInt64], history: [Double]
    ) {
      self.metrics = metrics
      self.weightsDigest = weightsDigest
      self.historyDigest = historyDigest
      self.variableFingerprints = variableFingerprints
      self.history = history
    }
  }
}

extension TrialResult {
  /// The measurements, where there are any.
  public var measurements: Measurements? {
    switch outcome {
    case .completed(let measurements), .diverged(_, let measurements): measurements
    case .failed: nil
    }
  }

  /// The status without what belongs to it.
  public var status: TrialStatus {
    switch outcome {
    case .completed: .completed
    case .diverged: .diverged
    case .failed: .failed
    }
  }

  /// Whether both are the same trial with the same bits; seconds do not count, nor does whether the
  /// history's values were kept (its digest counts).
  public func agrees(with other: TrialResult) -> Bool {
    guard index == other.index, seed == other.seed else { return false }
    switch (outcome, other.outcome) {
    case (.completed(let own), .completed(let others)): return own.agrees(with: others)
    case (.diverged(let epoch, let own), .diverged(let otherEpoch, let others)):
      return epoch == otherEpoch && own.agrees(with: others)
    case (.failed, .failed): return true
    case (.completed, _), (.diverged, _), (.failed, _): return false
    }
  }
}

extension TrialResult.Outcome {
  /// The same with no more of the history than its digest.
  public var withoutHistory: Self {
    func stripped(_ measurements: TrialResult.Measurements) -> TrialResult.Measurements {
      var measurements = measurements
      measurements.history = []
      return measurements
    }
    return switch self {
    case .completed(let own): .completed(stripped(own))
    case .diverged(let epoch, let own): .diverged(atEpoch: epoch, stripped(own))
    case .failed: self
    }
  }
}

extension TrialResult.Measurements {
  /// Whether both have the same bits.
  public func agrees(with other: Self) -> Bool {
    weightsDigest == other.weightsDigest && historyDigest == other.historyDigest
      && metrics.map(\.bitPattern) == other.metrics.map(\.bitPattern)
  }
}

/// How a trial ended, as users read it and as it is stored.
public enum TrialStatus: String, Hashable, Sendable, CaseIterable {
  /// See ``TrialResult/Outcome/completed(_:)``.
  case completed
  /// See ``TrialResult/Outcome/diverged(atEpoch:_:)``.
  case diverged
  /// See ``TrialResult/Outcome/failed(reason:)``.
  case failed
}
