import Scheduling
import SweepModel

/// A worker of a ``ScaleRun``: its leases with the seeds that came with them, and the time that trials take.
///
/// It has one slot, which trains the trials of its leases in order and needs the same time for each. As the
/// production worker does, it says when a lease begins, sends what it has trained after some time and at the
/// end of a lease, begins nothing that was taken from it, and sends what it had trained of that all the same.
struct ScaleWorker {
  let id: WorkerID
  let peer: PeerID
  private let trialTime: Time
  private let batchTime: Time
  private var reports: UInt64 = 0
  var leases: [Lease] = []
  /// Trained, and not sent.
  private var trained: [Trained] = []
  /// When the slot began the trial that it is at; nil while it has none.
  private var since: Time?
  /// When the first result came that is not sent.
  private var waitingSince: Time?
  private(set) var progress: UInt64 = 0
  private var planned: Time?
  /// The number of the last time at which it was to be looked at.
  private(set) var turn: UInt32 = 0
  var hasLeft = false

  struct Lease {
    let id: LeaseID
    let granted: IntervalSet
    let seeds: [TrialSeed]
    var remaining: IntervalSet
    var hasBegun = false

    init(_ grant: LeaseGrant) {
      id = grant.id
      granted = grant.trials
      remaining = grant.trials
      seeds = grant.seeds
    }
  }

  /// Consecutive trials.
  struct Trained {
    let lease: LeaseID
    let first: UInt64
    let seeds: ArraySlice<TrialSeed>
  }

  init(number: Int, trialTime: Time, batchTime: Time) {
    var bytes = [UInt8](repeating: 0, count: WorkerID.length)
    for place in 0..<8 { bytes[place] = UInt8(truncatingIfNeeded: number >> (8 * place)) }
    guard let id = WorkerID(bytes: bytes) else { preconditionFailure("sixteen bytes") }
    self.id = id
    peer = PeerID([0] + (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) })
    self.trialTime = max(1, trialTime)
    self.batchTime = batchTime
  }

  mutating func nextStamp() -> MessageStamp {
    reports += 1
    return MessageStamp(epoch: CoordinatorEpoch(1), incarnation: 1, number: reports)
  }

  /// Begins what there is, if its slot is free; returns the lease if it was not begun before.
  mutating func begin(at now: Time) -> LeaseID? {
    guard !leases.isEmpty else { return nil }
    if since == nil { since = now }
    guard !leases[0].hasBegun else { return nil }
    leases[0].hasBegun = true
    return leases[0].id
  }

  /// The slot has trained what it could; the lease that follows one that has ended is not begun by this.
  mutating func train(until now: Time) {
    guard let start = since, !leases.isEmpty, leases[0].hasBegun else { return }
    let done = min(UInt64((now - start) / trialTime), leases[0].remaining.count)
    guard done > 0 else { return }
    var left = done
    while left > 0, let range = leases[0].remaining.popFirst(limit: left) {
      keep(range)
      left -= range.count
    }
    progress += done
    waitingSince = waitingSince ?? start + trialTime
    since = leases[0].remaining.isEmpty ? nil : start + Time(done) * trialTime
    if leases[0].remaining.isEmpty { leases.removeFirst() }
  }

  /// Adds trials of the first lease to what it has trained; those that follow one another are one part.
  private mutating func keep(_ range: TrialRange) {
    let place = leases[0].granted.rank(of: range.lowerBound)
    var part = Trained(
      lease: leases[0].id, first: range.lowerBound.rawValue,
      seeds: leases[0].seeds[place..<(place + Int(range.count))])
    if let last = trained.last, last.lease == part.lease,
      last.first + UInt64(last.seeds.count) == part.first
    {
      trained.removeLast()
      part = Trained(
        lease: part.lease, first: last.first,
        seeds: leases[0].seeds[last.seeds.startIndex..<part.seeds.endIndex])
    }
    trained.append(part)
  }

  mutating func shorten(_ id: LeaseID, by trials: IntervalSet) {
    guard let place = leases.firstIndex(where: { $0.id == id }) else { return }
    leases[place].remaining.subtract(trials)
    guard leases[place].remaining.isEmpty else { return }
    leases.remove(at: place)
    if place == 0 { since = nil }
  }

  mutating func revoke(_ id: LeaseID) {
    if leases.first?.id == id { since = nil }
    leases.removeAll { $0.id == id }
  }

  mutating func takeTrained() -> [Trained] {
    defer {
      trained.removeAll(keepingCapacity: true)
      waitingSince = nil
    }
    return trained
  }

  /// When it has something to send, if that was not known.
  mutating func nextTurn() -> (time: Time, number: UInt32)? {
    var time: Time?
    if let since, let lease = leases.first {
      let end = since + Time(lease.remaining.count) * trialTime
      time = min(end, (waitingSince ?? since + trialTime) + batchTime)
    } else if let waitingSince {
      time = waitingSince
    }
    guard let time, time != planned else { return nil }
    planned = time
    turn &+= 1
    return (time, turn)
  }
}
