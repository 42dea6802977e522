import SweepModel

/// Trials that are lent to a worker.
struct Lease {
  /// Why trials are lent.
  enum Purpose: Hashable, Sendable {
    /// They have no result yet, and no other lease of this purpose holds them.
    case training
    /// As another lease holds them, whose worker is late.
    case copy(of: LeaseID)
    /// They are recorded, from this worker where it is known, and are to be compared.
    case audit(owner: WorkerID?)
    /// Their results differ, and more votes are wanted.
    case dispute
  }

  /// The job's position.
  let job: Int
  let worker: WorkerID
  let purpose: Purpose
  /// The trials whose results have not come from this worker. Another worker's late result does not
  /// take its trial out: that is found when the lease ends, which spares a search for its holder.
  var remaining: IntervalSet
  /// When the first trial of the lease could begin: now, or when the lease before it ended.
  var startedAt: Instant
  /// How many trials it was given and has kept.
  var size: UInt64
  /// The slot-seconds that its sweep was charged with for each of them.
  let costPerTrial: Double
  var hasBegun = false
  /// Whether it may hold a trial that crashes its worker: its worker is given nothing else, so that
  /// there is no doubt, and nobody takes it over.
  var isSuspect = false
  /// Whether its worker has trained all of it before it registered: only the results are on their way.
  var isTrained = false
  /// The lease under which another worker trains the same; it stays when that one has ended well.
  var copy: LeaseID?

  /// What its sweep was charged with for so many of its trials.
  func cost(of trials: UInt64) -> Double { costPerTrial * Double(trials) }
}

/// When a lease is expected to end; the last one is taken over first.
struct Ending: Comparable, Sendable {
  let time: Instant
  let lease: LeaseID

  static func < (left: Ending, right: Ending) -> Bool {
    (left.time, left.lease) < (right.time, right.lease)
  }
}

/// When a worker is to be looked at.
struct Alarm: Comparable, Sendable {
  let time: Instant
  let worker: WorkerID

  static func < (left: Alarm, right: Alarm) -> Bool {
    (left.time, left.worker) < (right.time, right.worker)
  }
}
