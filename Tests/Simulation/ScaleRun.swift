import Randomness
import Scheduling
import SweepModel
import SweepProtocol

/// A sweep of any size by any number of workers, undisturbed: what the coordinator's machine costs.
///
/// Real: the production coordinator, every event and effect of it; every message of workers but the
/// results, and every message to them, encoded and decoded; each result is a `TrialResult` that the
/// coordinator checks against the job and its seed, and counts when it is recorded. Modelled: a worker
/// (``ScaleWorker``); the measurements, which all results share; a batch of results, which reaches the
/// coordinator without being encoded; the store (``ScaleStore``), which answers each commit at once.
public struct ScaleRun {
  private var machine: Coordinator
  private let job: CoordinatorJob
  private var workers: [ScaleWorker]
  private var numbers: [PeerID: Int] = [:]
  private var queue = EventQueue<Event>()
  private var now: Time = 0
  private var isFinished = false
  private var workersLeft: Int
  /// Results of batches that are over, by their number: filled anew for the next, as a socket's
  /// buffer is, so that making them up costs little beside what is measured.
  private var buffers: [Int: [TrialResult]] = [:]
  private static let mostBuffers = 64
  private let template: TrialResult.Outcome
  private let settings: Settings
  private(set) var store = ScaleStore()
  /// Messages to and from workers.
  public private(set) var messages = 0
  /// Batches of results.
  public private(set) var batches = 0
  /// Leases that were lent.
  public private(set) var leases = 0
  /// What is wrong, if anything.
  public private(set) var failure: String?

  /// What is run.
  public struct Settings: Sendable {
    /// Workers, each of one slot, that come within the first second.
    public var workers: Int
    /// Trials of the sweep, which has one variant.
    public var trials: UInt64
    /// How long a trial takes in the fastest workers.
    public var trialSeconds = 0.001
    /// Worker k takes 1 + k mod `spread` times as long.
    public var spread = 1
    /// How long a result may wait in its worker for others to be sent with, unless its lease ends.
    public var batchSeconds = SchedulingPolicy().batchDelay.seconds

    /// The usual trials and batches.
    public init(workers: Int, trials: UInt64) {
      self.workers = workers
      self.trials = trials
    }
  }

  private enum Event {
    case hello(Int)
    /// Ignored where it is not the worker's last.
    case due(Int, UInt32)
    case heartbeat(Int)
    case tick
  }

  /// A sweep that has not begun.
  public init(_ settings: Settings) {
    self.settings = settings
    let sweep = Sweep(
      name: "scale", masterSeed: SimulatedSweep.masterSeed, trials: settings.trials,
      variants: [SimulatedSweep.variants[0]])
    job = CoordinatorJob(sweep: sweep, variant: sweep.variants[0], recorded: IntervalSet())
    machine = Coordinator(
      jobs: [job], epoch: CoordinatorEpoch(1), goldenWeights: SimulatedSweep.goldenWeights,
      endsWhenFinished: true)
    template = SimulatedSweep.result(job: 0, index: TrialIndex(0)).outcome
    workers = (0..<settings.workers).map {
      ScaleWorker(
        number: $0,
        trialTime: Time(seconds: settings.trialSeconds * Double(1 + $0 % settings.spread)),
        batchTime: Time(seconds: settings.batchSeconds))
    }
    workersLeft = workers.count
    var random = SimulationRandom(seed: 1)
    for (number, worker) in workers.enumerated() {
      numbers[worker.peer] = number
      queue.add(.hello(number), at: Time(seconds: random.fraction()))
    }
    queue.add(.tick, at: 0)
  }

  /// Seconds of simulated time so far.
  public var simulatedSeconds: Double { Double(now) / 1e9 }
  /// How many trials the store has.
  public var recordedCount: UInt64 { store.recorded.count }
  /// The most intervals in which the recorded trials were.
  public var mostIntervals: Int { store.mostIntervals }
  /// Trials that an idle worker took over from another, and results that came a second time.
  public var repetitions: (takenOver: UInt64, copied: UInt64, repeated: UInt64) {
    (machine.tally.takenOver, machine.tally.copied, store.repeated)
  }

  /// Runs until the coordinator says that it is finished and all workers have left.
  public mutating func run() {
    while failure == nil, !isFinished || workersLeft > 0, let entry = queue.popFirst() {
      now = entry.time
      switch entry.event {
      case .tick:
        tell(.timePassed)
        if !isFinished { queue.add(.tick, at: now + Time.second / 4) }
      case .hello(let number): sayHello(number)
      case .due(let number, let turn):
        guard workers[number].turn == turn else { continue }
        sendResults(of: number)
        plan(number)
      case .heartbeat(let number):
        guard !workers[number].hasLeft else { continue }
        workers[number].train(until: now)
        report(.heartbeat(progress: [workers[number].progress]), by: number)
        queue.add(.heartbeat(number), at: now + .second)
      }
    }
    machine.checkInvariants()
    failure = failure ?? verdict
  }

  /// Every trial finished exactly once, as the store and as the coordinator counts, and nothing left.
  private var verdict: String? {
    if let objection = store.objection(to: settings.trials) { return objection }
    let tally = machine.tally
    if tally.recorded != settings.trials || machine.progress[0].recorded != settings.trials {
      return "the coordinator counted \(tally.recorded) results"
    }
    if tally.confirmed != store.repeated || tally.violated > 0 || tally.failed > 0 {
      return "the coordinator counted what was not: \(tally)"
    }
    if !machine.isQuiescent || machine.workerCount > 0 || machine.progress[0].leases > 0 {
      return "the coordinator still holds something"
    }
    return nil
  }

  // MARK: Messages

  private mutating func sayHello(_ number: Int) {
    let hello = WorkerHello(
      worker: workers[number].id, incarnation: 1, host: "host", processor: "processor",
      instructionSet: "reference", slots: 1, goldenWeights: SimulatedSweep.goldenWeights,
      session: UInt64(number), held: [])
    receive(.hello(hello), from: number)
    queue.add(.heartbeat(number), at: now + .second)
  }

  private mutating func report(_ report: WorkerReport, by number: Int) {
    receive(.registered(workers[number].nextStamp(), report), from: number)
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
      case .commit(let commit): tell(.commitFinished(commit.id, store.commit(commit.results)))
      case .allFinished: isFinished = true
      case .notice, .distrust: break
      }
    }
  }

  private mutating func follow(_ order: CoordinatorOrder, _ number: Int) {
    workers[number].train(until: now)
    switch order {
    case .lease(let grant):
      leases += 1
      workers[number].leases.append(ScaleWorker.Lease(grant))
    case .leaseShortened(let id, let trials): workers[number].shorten(id, by: trials)
    case .leaseRevoked(let id): workers[number].revoke(id)
    case .finished:
      guard !workers[number].hasLeft else { return }
      workers[number].hasLeft = true
      workersLeft -= 1
      return report(.goodbye, by: number)
    case .heartbeat, .specification, .acknowledged: return
    }
    plan(number)
  }

  /// Sees to it that the worker is looked at when it has something to send.
  private mutating func plan(_ number: Int) {
    if let lease = workers[number].begin(at: now) { report(.leaseBegun(lease), by: number) }
    guard let turn = workers[number].nextTurn() else { return }
    queue.add(.due(number, turn.number), at: max(now, turn.time))
  }

  private mutating func sendResults(of number: Int) {
    workers[number].train(until: now)
    for part in workers[number].takeTrained() {
      for start in stride(from: 0, to: part.seeds.count, by: Limits.batchResults) {
        let seeds = part.seeds.dropFirst(start).prefix(Limits.batchResults)
        let results = results(from: part.first + UInt64(start), seeds)
        batches += 1
        messages += 1
        let batch = ResultBatch(
          number: BatchNumber(UInt64(batches)), job: job.id, results: results)
        let stamp = workers[number].nextStamp()
        tell(
          .messageReceived(from: workers[number].peer, .registered(stamp, .results(batch))))
        if buffers.count >= Self.mostBuffers { buffers = [:] }
        buffers[results.count] = results
      }
    }
  }

  private mutating func results(from first: UInt64, _ seeds: ArraySlice<TrialSeed>)
    -> [TrialResult]
  {
    var results =
      buffers.removeValue(forKey: seeds.count)
      ?? Array(
        repeating: TrialResult(
          index: TrialIndex(0), seed: TrialSeed(0), outcome: template,
          seconds: settings.trialSeconds), count: seeds.count)
    results.withUnsafeMutableBufferPointer { results in
      seeds.withUnsafeBufferPointer { seeds in
        for place in seeds.indices {
          results[place].index = TrialIndex(first + UInt64(place))
          results[place].seed = seeds[place]
        }
      }
    }
    return results
  }
}
