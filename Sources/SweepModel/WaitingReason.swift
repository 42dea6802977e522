/// Why trials wait, or why workers that could train do not: the one answer behind `status`, `watch`,
/// metrics and logs.
///
/// It is data: a code for programs, the identifiers and numbers involved, and no sentence. What a person
/// reads is made of it in SweepReport.
public struct WaitingReason: Hashable, Sendable {
  /// The kinds of reasons, each also the value of a label of metrics.
  ///
  /// In the order of importance: of reasons that block equally, the earlier is told first.
  public enum Code: String, Hashable, Sendable, CaseIterable {
    /// No worker is connected.
    case noWorkers = "no_workers"
    /// Somebody tries to connect with a key that is not on the allow-list.
    case unknownKey = "unknown_key"
    /// Workers were refused.
    case workerRefused = "worker_refused"
    /// No connected worker has a custom component that a variant needs.
    case componentMissing = "component_missing"
    /// Workers cannot find the data of a variant.
    case dataMissing = "data_missing"
    /// Workers have other data than the coordinator.
    case dataDiffer = "data_differ"
    /// A variant needs more memory than workers have.
    case memory
    /// Workers cannot train a variant for another reason.
    case variantRejected = "variant_rejected"
    /// Workers ended, or went silent, without a goodbye.
    case workerLost = "worker_lost"
    /// Workers hold no lease because their last ones expired without progress.
    case workersStalled = "workers_stalled"
    /// All trials are assigned, and the last ones take long.
    case lastTrials = "last_trials"
    /// A trial takes longer than any connected worker has before its time limit.
    case timeLimit = "time_limit"
    /// The disk does not keep up with the results.
    case storeBusy = "store_busy"

    /// Whether it is about one machine; else a machine is an example of several.
    var isOfMachine: Bool {
      switch self {
      case .workerRefused, .workerLost: true
      case .noWorkers, .unknownKey, .componentMissing, .dataMissing, .dataDiffer, .memory,
        .variantRejected, .workersStalled, .lastTrials, .timeLimit, .storeBusy:
        false
      }
    }
  }

  /// The kind.
  public var code: Code
  /// Whether no trial of what it is about can go on.
  public var isBlocking: Bool
  /// The sweep that it is about; nil for all.
  public var sweep: String?
  /// The variant that it is about, or the first of several.
  public var variant: String?
  /// Variants of the sweep that it is about.
  public var variants = 0
  /// Workers that it is about.
  public var workers = 0
  /// Workers that are connected.
  public var connected = 0
  /// Trials that it is about.
  public var trials: UInt64 = 0
  /// The machine that it is about, or the last of several.
  public var host: String?
  /// The key that it is about, in Z85.
  public var key: String?
  /// The network address that it is about.
  public var address: String?
  /// What a worker or the coordinator said, for people.
  public var detail: String?
  /// For how long it has been so.
  public var seconds: Double?
  /// Time until it is tried again.
  public var retrySeconds: Double?

  /// A reason that names nothing.
  public init(_ code: Code, isBlocking: Bool) {
    self.code = code
    self.isBlocking = isBlocking
  }

  /// Whether it is the same reason as another, whatever time has passed and however many more it is about.
  public func isSame(as other: WaitingReason) -> Bool {
    code == other.code && isBlocking == other.isBlocking && sweep == other.sweep
      && variant == other.variant && key == other.key && (host == other.host || !code.isOfMachine)
  }

  /// The most important first.
  public static func sort(_ reasons: inout [WaitingReason]) {
    let places = Dictionary(
      uniqueKeysWithValues: Code.allCases.enumerated().map { ($0.element, $0.offset) })
    // Stable, so that reasons of one kind stay in the order in which they were found.
    let ordered = reasons.enumerated().sorted { left, right in
      func rank(_ item: (offset: Int, element: WaitingReason)) -> (Int, Int, Int) {
        (item.element.isBlocking ? 0 : 1, places[item.element.code] ?? 0, item.offset)
      }
      return rank(left) < rank(right)
    }
    reasons = ordered.map(\.element)
  }
}
