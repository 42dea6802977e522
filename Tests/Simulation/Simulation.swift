import Randomness
import Scheduling
import SweepModel

/// A coordinator, workers, a network and a store in one thread, driven by one seed.
///
/// The state machines are the production ones, and each message between them is encoded and decoded.
/// Around them are models of what the machines' drivers, ZeroMQ and SQLite do (docs/simulation.md).
/// First comes a phase with faults, in which nothing may be lost; then everything is mended, and the
/// sweep must finish within ``Simulation/livenessBound``.
public final class Simulation {
  /// What decides everything.
  public let seed: UInt64
  /// What it is made of.
  public let setup: Setup
  /// The first thing that went wrong.
  public internal(set) var failure: String?
  /// Simulated time.
  public internal(set) var now: Time = 0
  /// Events so far.
  public private(set) var eventCount = 0
  /// A word that depends on every event in its order: equal for runs that are the same.
  public internal(set) var fingerprint: UInt64 = 0
  /// What happened, for people.
  public internal(set) var statistics = Statistics()

  let sweep: SimulatedSweep
  var random: SimulationRandom
  var queue = EventQueue<Event>()
  var oracle: Oracle
  var coordinator: CoordinatorProcess?
  var workers: [WorkerProcess] = []
  var store: SimulatedStore
  var snapshot: (store: SimulatedStore, acknowledged: Set<TrialKey>)?
  private let writeTrace: ((String) -> Void)?

  // What the faults have put in place
  var life = 0
  var lastConnection = 0
  var refusesUntil: Time = 0
  var splitUntil: Time = 0
  var slowUntil: Time = 0
  var diskFullUntil: Time = 0
  var busyStoreUntil: Time = 0
  /// What was due in processes that are stopped, with when it was.
  var stopped: [(worker: Int, event: Event, due: Time)] = []
  var mischief = Mischief()
  /// Setup's until all is mended.
  var highWaterMark: Int
  /// The workers behind all routing ids that there ever were.
  var workerOfPeer: [PeerID: Int] = [:]
  var coordinatorAmbush: CoordinatorAmbush?
  var recordings: [[UInt8]] = []
  /// Whether each job is to be done; kept by the store whatever becomes of the coordinator.
  var isWanted: [Bool]
  var revokedKeys: Set<PublicKey> = []
  var isHealed = false
  var coordinatorFinished = false
  var finishedAt: Time?
  var healedAt: Time = 0

  enum Event {
    case arrival(Frame)
    case closedAtWorker(Connection)
    case closedAtCoordinator(Connection)
    case connect(worker: Int)
    case coordinatorTurn(life: Int)
    case transactionEnded(life: Int)
    case startCoordinator
    case workerTurn(Int)
    case slotEnded(worker: Int, slot: Int, ticket: Int)
    case prepared(worker: Int, VariantDigest)
    case startWorker
    case resumeWorker(Int)
    case resumeCoordinator(life: Int)
    case dieOfTrial(worker: Int)
    case fault
    case heal
    case deadline
    case script((Simulation) -> Void)
  }

  /// A moment at which the coordinator is to die.
  enum CoordinatorAmbush { case commit, beforeAcknowledgement, afterAcknowledgement }

  /// A simulation of a seed of the swarm.
  public convenience init(seed: UInt64, trace: ((String) -> Void)? = nil) {
    var random = SimulationRandom(seed: seed)
    let setup = Setup(swarm: &random)
    self.init(seed: seed, setup: setup, trace: trace)
  }

  /// A simulation of a setup of one's own.
  public init(seed: UInt64, setup: Setup, trace: ((String) -> Void)? = nil) {
    self.seed = seed
    self.setup = setup
    writeTrace = trace
    highWaterMark = setup.highWaterMark
    random = SimulationRandom(seed: ~seed)
    sweep = SimulatedSweep(
      trials: setup.trials, jobs: setup.jobs, priorities: setup.priorities,
      needing: setup.needing)
    store = SimulatedStore(jobs: setup.jobs, trials: setup.trials)
    oracle = Oracle(jobs: sweep.jobs, trials: setup.trials)
    let awaitsClients = setup.faults.contains { $0.fault == .submitJob }
    isWanted = (0..<setup.jobs).map { $0 == 0 || !awaitsClients }
    queue.add(.startCoordinator, at: 0)
    for _ in 0..<setup.workers {
      queue.add(.startWorker, at: Time(seconds: 2 * random.fraction()))
    }
    if setup.faultSeconds > 0, !setup.faults.isEmpty { scheduleFault() }
    queue.add(.heal, at: Time(seconds: setup.faultSeconds))
  }

  /// Does something at a time.
  public func at(_ seconds: Double, _ action: @escaping (Simulation) -> Void) {
    queue.add(.script(action), at: Time(seconds: seconds))
  }

  /// Runs to the end: the sweep is finished and all is tidy, or something is wrong.
  public func run() {
    trace("\(setup)")
    while failure == nil, !isDone, let entry = queue.popFirst() {
      now = entry.time
      eventCount += 1
      if eventCount > Self.mostEvents { fail("more than \(Self.mostEvents) events") }
      handle(entry.event)
    }
    if failure == nil { checkEnd() }
  }

  /// A run of more events is one that goes round in circles.
  static let mostEvents = 20_000_000

  private func handle(_ event: Event) {
    switch event {
    case .arrival(let frame): arrive(frame)
    case .closedAtWorker(let connection): closeAtWorker(connection)
    case .closedAtCoordinator(let connection): closeAtCoordinator(connection)
    case .connect(let worker): tryToConnect(worker)
    case .coordinatorTurn(let life): takeCoordinatorTurn(life)
    case .transactionEnded(let life): endTransaction(life)
    case .startCoordinator: startCoordinator()
    case .workerTurn(let worker): takeWorkerTurn(worker)
    case .slotEnded(let worker, let slot, let ticket): endSlot(worker, slot, ticket)
    case .prepared(let worker, let variant): endPreparation(worker, variant)
    case .startWorker: startWorker()
    case .resumeWorker(let worker): resumeWorker(worker)
    case .resumeCoordinator(let life): resumeCoordinator(life)
    case .dieOfTrial(let worker): dieOfTrial(worker)
    case .fault: inflictFault()
    case .heal: heal()
    case .deadline:
      if finishedAt == nil {
        fail("the sweep is not finished within its bound")
      } else {
        fail("workers have not ended within their bound")
      }
    case .script(let action): action(self)
    }
  }

  func fail(_ text: String) {
    guard failure == nil else { return }
    failure = text
    trace("FAILED: \(text)")
  }

  /// Writes a line of the trace, made only where somebody reads it.
  func trace(_ text: @autoclosure () -> String) {
    guard let writeTrace else { return }
    let seconds = now / .second
    let micros = String(now % .second / 1_000)
    let fraction = String(repeating: "0", count: 6 - micros.count) + micros
    writeTrace("\(seconds).\(fraction) \(text())")
  }

  /// Mixes what happened into the fingerprint.
  func mark(_ word: UInt64) {
    fingerprint = SplitMix64.mix(fingerprint ^ word ^ UInt64(bitPattern: now))
  }
}

/// What happened in one simulation.
public struct Statistics: Sendable {
  /// Trials trained, repeated ones among them.
  public var trained = 0
  /// Assignments that slots began.
  public var begun = 0
  /// Times that the coordinator said that no worker has the time for a trial.
  public var longTrials = 0
  /// Faults that happened.
  public var faults = 0
  /// Messages that were read.
  public var messages = 0
  /// Workers without the component that jobs need.
  public var plainWorkers = 0
  /// Lives of the coordinator.
  public var lives = 0

  /// Nothing has happened yet.
  public init() {}
}
