import Scheduling
import SweepModel
import SweepProtocol
import ZeroMQTransport

/// A worker's state machine on a real socket whose one slot only waits instead of training.
struct CrowdWorker {
  private var machine: Worker
  private let socket: DealerSocket
  private let trialDuration: Duration
  private let metricCount: Int
  /// What the slot is said to train, and when it will say that it is done.
  private var work: (assignment: Worker.Assignment, end: Instant)?
  private var finishedTrials: UInt64 = 0
  private var unsent: [[UInt8]] = []
  private var heartbeatSentAt: Instant?
  private var resultsSentAt: [BatchNumber: Instant] = [:]
  private(set) var ending: Worker.ExitReason?
  /// Whether it is registered and has something to do.
  private(set) var isWorking = false
  /// The life of the coordinator that it is registered with.
  private(set) var epoch: UInt64 = 0

  init(
    _ identity: WorkerIdentity, jitterSeed: UInt64, context: ZeroMQContext, endpoint: String,
    trialDuration: Duration, metricCount: Int
  ) throws {
    machine = Worker(identity: identity, jitterSeed: jitterSeed)
    socket = try DealerSocket(context)
    try socket.connect(endpoint)
    self.trialDuration = trialDuration
    self.metricCount = metricCount
  }

  mutating func start(at now: Instant, _ tally: inout CrowdTally) throws {
    try handle(.connected, at: now, &tally)
  }

  /// Reads what has arrived, and does what is due.
  mutating func turn(at now: Instant, _ tally: inout CrowdTally) throws {
    while let frame = try socket.receive() {
      guard let message = try? CoordinatorMessage(encoded: frame) else {
        tally.unreadable += 1
        continue
      }
      count(message, at: now, &tally)
      try handle(.messageReceived(message), at: now, &tally)
    }
    if let work, work.end <= now {
      self.work = nil
      finishedTrials += UInt64(work.assignment.trials.count)
      let results = work.assignment.trials.map(result)
      try handle(.assignmentFinished(slot: 0, results), at: now, &tally)
    }
    if machine.nextDeadline <= now {
      try handle(.timePassed(progress: [finishedTrials]), at: now, &tally)
    }
    try send()
  }

  private mutating func handle(
    _ event: Worker.Event, at now: Instant, _ tally: inout CrowdTally
  ) throws {
    for effect in machine.handle(event, at: now) {
      switch effect {
      case .send(let message):
        note(message, at: now, &tally)
        unsent.append(message.encoded)
        try send()
      case .prepare(let variant, _): try handle(.variantPrepared(variant), at: now, &tally)
      case .start(_, let assignment):
        let duration = trialDuration * assignment.trials.count
        work = (assignment, now.advanced(by: duration))
        isWorking = true
      case .abort(let slot):
        work = nil
        try handle(.assignmentAborted(slot: slot), at: now, &tally)
      case .release, .forget: break
      case .exit(let reason): ending = reason
      }
    }
  }

  private mutating func send() throws {
    while let frame = unsent.first, try socket.send(frame) { unsent.removeFirst() }
  }

  private mutating func note(_ message: WorkerMessage, at now: Instant, _ tally: inout CrowdTally) {
    switch message {
    case .hello:
      tally.hellos += 1
      isWorking = false
      unsent = []
    case .registered(_, .heartbeat): heartbeatSentAt = heartbeatSentAt ?? now
    case .registered(_, .results(let batch)):
      resultsSentAt[batch.number] = resultsSentAt[batch.number] ?? now
    case .registered: break
    }
  }

  private mutating func count(
    _ message: CoordinatorMessage, at now: Instant, _ tally: inout CrowdTally
  ) {
    switch message {
    case .welcome(let welcome):
      tally.welcomes += 1
      epoch = welcome.epoch.rawValue
      // It goes on with what it had.
      if !welcome.adopted.isEmpty { isWorking = true }
    case .registered(_, .heartbeat):
      tally.heartbeats += 1
      if let sent = heartbeatSentAt { tally.heartbeatTimes.append(sent.duration(to: now).seconds) }
      heartbeatSentAt = nil
    case .registered(_, .lease): tally.leases += 1
    case .registered(_, .acknowledged(let batch)):
      tally.batches += 1
      if let sent = resultsSentAt.removeValue(forKey: batch) {
        tally.commitTimes.append(sent.duration(to: now).seconds)
      }
    case .refused, .registerAgain, .registered: break
    }
  }

  /// A result that can be, and that any other of this crowd would give for the trial too.
  private func result(of trial: Worker.Trial) -> TrialResult {
    let bytes = withUnsafeBytes(of: trial.seed.rawValue.bigEndian, Array.init)
    let measurements = TrialResult.Measurements(
      metrics: Array(repeating: Double(trial.seed.rawValue >> 11) * 0x1p-53, count: metricCount),
      weightsDigest: WeightsDigest(hashing: bytes), historyDigest: HistoryDigest(hashing: bytes),
      variableFingerprints: [trial.seed.rawValue], history: [])
    return TrialResult(
      index: trial.index, seed: trial.seed, outcome: .completed(measurements),
      seconds: trialDuration.seconds)
  }
}
