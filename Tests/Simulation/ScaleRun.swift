import Randomness
import Scheduling
import SweepModel
import SweepProtocol

/// A sweep of any size by any number of workers, undisturbed: what the coordinator's machine costs.
///
/// Real: the production coordinator, every event and effect of it; every message of workers but the
/// results, and every message to them, encoded and decoded; each result is an object that the coordinator
/// checks against its seed. Modelled: a worker is its leases and the time that they take; all results
/// have the same measurements; a batch of results reaches the coordinator without being encoded; the
/// store is a set of intervals that confirms each commit at the next event.
public struct ScaleRun {
  private var machine: Coordinator
  private let job: CoordinatorJob
  private var workers: [ScaleWorker]
  private var numbers: [PeerID: Int] = [:]
  private var queue = EventQueue<Event>()
  private var now: Time = 0
  private var recorded = IntervalSet()
  private var isFinished = false
  private let template: TrialResult.Outcome
  private let trialSeconds: Double
  /// Messages to and from workers, and commits.
  public private(set) var messages = 0
  /// Leases that were lent.
  public private(set) var leases = 0
  /// The most intervals in which the recorded trials were.
  public private(set) var mostIntervals = 0
  /// What is wrong at the end, if anything.
  public private(set) var failure: String?

  private struct ScaleWorker {
    let id: WorkerID
    let peer: PeerID
    var reports: UInt64 = 0
    var batches: UInt64 = 0
    var progress: UInt64 = 0
    var leases: [(id: LeaseID, trials: IntervalSet)] = []
    var isWorking = false
    var hasLeft = false
  }

  private enum Event {
    case hello(Int)
    case leaseEnded(Int)
    case heartbeat(Int)
    case tick
  }

  /// A sweep of `trials` by `workers`, each of which trains one in `trialSeconds`.
  public init(workers: Int, trials: UInt64, trialSeconds: Double) {
    let sweep = Sweep(
      name: "scale", masterSeed: SimulatedSweep.masterSeed, trials: trials,
      variants: [SimulatedSweep.variants[0]])
    job = CoordinatorJob(sweep: sweep, variant: sweep.variants[0], recorded: IntervalSet())
    machine = Coordinator(
      jobs: [job], epoch: CoordinatorEpoch(1), goldenWeights: SimulatedSweep.goldenWeights,
      endsWhenFinished: true)
    template = SimulatedSweep.result(job: 0, index: TrialIndex(0)).outcome
    self.trialSeconds = trialSeconds
    self.workers = []
    var random = SimulationRandom(seed: 1)
    for number in 0..<workers {
      var bytes = [UInt8](repeating: 0, count: WorkerID.length)
      for place in 0..<8 { bytes[place] = UInt8(truncatingIfNeeded: number >> (8 * place)) }
      guard let id = WorkerID(bytes: bytes) else { preconditionFailure("sixteen bytes") }
      let peer = PeerID([0] + (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) })
      self.workers.append(ScaleWorker(id: id, peer: peer))
      numbers[peer] = number
      queue.add(.hello(number), at: Time(seconds: random.fraction()))
    }
    queue.add(.tick, at: 0)
  }

  /// Seconds of simulated time so far.
  public var simulatedSeconds: Double { Double(now) / 1e9 }
  /// How many trials the store has.
  public var recordedCount: UInt64 { recorded.count }

  /// Runs until the coordinator says that it is finished and all workers have left.
  public mutating func run() {
    while failure == nil, !isFinished || workers.contains(where: { !$0.hasLeft }),
      let entry = queue.popFirst()
    {
      now = entry.time
      switch entry.event {
      case .tick:
        tell(.timePassed)
        if !isFinished { queue.add(.tick, at: now + Time.second / 4) }
      case .hello(let number): sayHello(number)
      case .leaseEnded(let number): endLease(number)
      case .heartbeat(let number):
        guard !workers[number].hasLeft else { continue }
        report(.heartbeat(progress: [workers[number].progress]), by: number)
        queue.add(.heartbeat(number), at: now + .second)
      }
    }
    machine.checkInvariants()
    if recorded.count != job.trials { failure = "the store has \(recorded.count) trials" }
  }

  private mutating func sayHello(_ number: Int) {
    let hello = WorkerHello(
      worker: workers[number].id, incarnation: 1, host: "host", processor: "processor",
      instructionSet: "reference", slots: 1, goldenWeights: SimulatedSweep.goldenWeights,
      session: UInt64(number), held: [])
    receive(.hello(hello), from: number)
    queue.add(.heartbeat(number), at: now + .second)
  }

  private mutating func report(_ report: WorkerReport, by number: Int) {
    workers[number].reports += 1
    receive(.registered(stamp(number), report), from: number)
  }

  private func stamp(_ number: Int) -> MessageStamp {
    MessageStamp(
      epoch: CoordinatorEpoch(1), incarnation: 1, number: workers[number].reports)
  }

  private mutating func receive(_ message: WorkerMessage, from number: Int) {
    messages += 1
    guard let decoded = try? WorkerMessage(encoded: message.encoded) else {
      failure = "a message cannot be read"
      return
    }
    tell(.messageReceived(from: workers[number].peer, decoded))
  }

  private mutating func tell(_ event: Coordinator.Event) {
    for effect in machine.handle(event, at: Instant(.nanoseconds(now))) {
      switch effect {
      case .send(let peer, let message):
        messages += 1
        guard let number = numbers[peer],
          let decoded = try? CoordinatorMessage(encoded: message.encoded)
        else {
          failure = "a message cannot be read"
          return
        }
        if case .registered(_, let order) = decoded { follow(order, number) }
      case .commit(let commit):
        for range in Self.ranges(of: commit.results) { recorded.insert(range) }
        mostIntervals = max(mostIntervals, recorded.ranges.count)
        let outcomes = Array(
          repeating: Coordinator.CommitOutcome.recorded, count: commit.results.count)
        tell(.commitFinished(commit.id, outcomes))
      case .allFinished: isFinished = true
      case .notice, .distrust: break
      }
    }
  }

  private static func ranges(of results: [TrialResult]) -> [TrialRange] {
    var ranges: [TrialRange] = []
    var first = 0
    for place in 1...results.count
    where place == results.count
      || results[place].index.rawValue != results[place - 1].index.rawValue + 1
    {
      ranges.append(
        TrialRange(results[first].index.rawValue, results[place - 1].index.rawValue + 1))
      first = place
    }
    return ranges
  }

  private mutating func follow(_ order: CoordinatorOrder, _ number: Int) {
    switch order {
    case .lease(let grant):
      leases += 1
      if let first = grant.trials.first, let seed = grant.seeds.first,
        seed != job.masterSeed.trialSeed(at: first)
      {
        failure = "a lease has the wrong seeds"
      }
      workers[number].leases.append((grant.id, grant.trials))
      begin(number)
    case .leaseShortened(let id, let trials):
      for place in workers[number].leases.indices where workers[number].leases[place].id == id {
        workers[number].leases[place].trials.subtract(trials)
      }
    case .leaseRevoked(let id): workers[number].leases.removeAll { $0.id == id }
    case .finished: workers[number].hasLeft = true
    case .heartbeat, .specification, .acknowledged: break
    }
  }

  private mutating func begin(_ number: Int) {
    guard !workers[number].isWorking, let lease = workers[number].leases.first else { return }
    workers[number].isWorking = true
    queue.add(
      .leaseEnded(number), at: now + max(1, Time(seconds: Double(lease.trials.count) * trialSeconds)))
  }

  private mutating func endLease(_ number: Int) {
    workers[number].isWorking = false
    guard !workers[number].leases.isEmpty else { return }
    let trials = workers[number].leases.removeFirst().trials
    workers[number].progress += trials.count
    var results: [TrialResult] = []
    results.reserveCapacity(Int(min(trials.count, UInt64(Limits.batchResults))))
    for range in trials.ranges {
      for index in range.indices {
        results.append(
          TrialResult(
            index: index, seed: job.masterSeed.trialSeed(at: index), outcome: template,
            seconds: trialSeconds))
        if results.count == Limits.batchResults { send(&results, by: number) }
      }
    }
    if !results.isEmpty { send(&results, by: number) }
    begin(number)
  }

  private mutating func send(_ results: inout [TrialResult], by number: Int) {
    workers[number].batches += 1
    workers[number].reports += 1
    messages += 1
    let batch = ResultBatch(
      number: BatchNumber(workers[number].batches), job: job.id, results: results)
    results.removeAll(keepingCapacity: true)
    tell(
      .messageReceived(
        from: workers[number].peer, .registered(stamp(number), .results(batch))))
  }
}
