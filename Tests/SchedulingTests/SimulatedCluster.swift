import Randomness
import Scheduling
import SweepModel

/// A coordinator, workers, a network and a store in one thread, driven by one seed.
///
/// The state machines are the production ones. Messages between a worker and the coordinator keep their
/// order, as on one connection; everything else happens in an order that the seed decides.
struct SimulatedCluster {
  struct SimulatedWorker {
    var machine: Worker
    let id: WorkerID
    var peer: PeerID
    var isConnected = true
    var toCoordinator: [WorkerMessage] = []
    var toWorker: [CoordinatorMessage] = []
    var running: [(slot: Int, assignment: Worker.Assignment)] = []
    var preparing: [VariantDigest] = []
    var progress: [UInt64]
    var exit: Worker.ExitReason?
  }

  var random: SplitMix64
  var now = Instant(.zero)
  var coordinator: Coordinator
  let jobs: [CoordinatorJob]
  var workers: [SimulatedWorker] = []
  /// Indices that end the worker that begins them.
  var poison: Set<TrialIndex> = []
  /// Everything that was committed, by job and index, with the number of times it came.
  var store: [JobID: [TrialIndex: TrialResult]] = [:]
  var trained = 0
  var pendingCommits: [Coordinator.Commit] = []
  var notices: [Coordinator.Notice] = []
  var finished = false
  private var nextPeer: UInt64 = 0
  private var epoch: UInt64 = 1

  init(seed: UInt64, trials: UInt64, jobCount: Int = 1) {
    random = SplitMix64(state: seed)
    jobs = (0..<jobCount).map { makeJob("variant-\($0)", trials: trials) }
    coordinator = Self.makeCoordinator(jobs, epoch: 1)
  }

  static func makeCoordinator(_ jobs: [CoordinatorJob], epoch: UInt64) -> Coordinator {
    Coordinator(
      jobs: jobs, epoch: CoordinatorEpoch(epoch), goldenWeights: goldenWeights,
      endsWhenFinished: true)
  }

  mutating func addWorker(slots: Int = 1) {
    let id = WorkerID.random(using: &random)
    nextPeer += 1
    let machine = Worker(identity: makeIdentity(id, slots: slots), jitterSeed: random.next())
    workers.append(
      SimulatedWorker(
        machine: machine, id: id, peer: PeerID([UInt8(nextPeer & 255), UInt8(nextPeer >> 8)]),
        progress: Array(repeating: 0, count: slots)))
    tellWorker(workers.count - 1, .connected)
  }

  // MARK: Faults

  /// kill -9: the process is gone with all it held.
  mutating func killWorker(_ position: Int) {
    let worker = workers.remove(at: position)
    // What the network had taken arrives; the rest is lost.
    for message in worker.toCoordinator where Bool.random(using: &random) {
      tellCoordinator(.messageReceived(from: worker.peer, message))
    }
    tellCoordinator(.peerLost(worker.peer))
  }

  /// The connection breaks and comes back under another routing id; what was in flight is lost.
  mutating func reconnect(_ position: Int) {
    let old = workers[position].peer
    nextPeer += 1
    workers[position].peer = PeerID([UInt8(nextPeer & 255), UInt8(nextPeer >> 8)])
    workers[position].toCoordinator = []
    workers[position].toWorker = []
    if Bool.random(using: &random) { tellCoordinator(.peerLost(old)) }
  }

  /// kill -9 of the coordinator, and another one over the same store.
  mutating func restartCoordinator() {
    epoch += 1
    pendingCommits = []
    let resumed = jobs.map { job in
      var recorded = IntervalSet()
      for index in (store[job.id] ?? [:]).keys { recorded.insert(index) }
      return job.resumed(recorded)
    }
    coordinator = Self.makeCoordinator(resumed, epoch: epoch)
    finished = false
    for position in workers.indices {
      workers[position].toCoordinator = []
      workers[position].toWorker = []
      nextPeer += 1
      workers[position].peer = PeerID([UInt8(nextPeer & 255), UInt8(nextPeer >> 8)])
    }
  }

  // MARK: Steps

  /// Does one of the things that can happen now.
  mutating func step() {
    now = now.advanced(by: .milliseconds(Int.random(in: 1...40, using: &random)))
    if !pendingCommits.isEmpty, Bool.random(using: &random) {
      commit(pendingCommits.removeFirst())
      return
    }
    guard !workers.isEmpty else { return tellCoordinator(.timePassed) }
    let position = Int.random(in: 0..<workers.count, using: &random)
    switch Int.random(in: 0..<6, using: &random) {
    case 0: tellCoordinator(.timePassed)
    case 1:
      guard !workers[position].toCoordinator.isEmpty else { return }
      let message = workers[position].toCoordinator.removeFirst()
      tellCoordinator(.messageReceived(from: workers[position].peer, message))
    case 2:
      guard !workers[position].toWorker.isEmpty else { return }
      tellWorker(position, .messageReceived(workers[position].toWorker.removeFirst()))
    case 3:
      for running in workers[position].running { workers[position].progress[running.slot] += 1 }
      tellWorker(position, .timePassed(progress: workers[position].progress))
    case 4:
      guard !workers[position].preparing.isEmpty else { return }
      tellWorker(position, .variantPrepared(workers[position].preparing.removeFirst()))
    default:
      guard !workers[position].running.isEmpty else { return }
      train(position)
    }
  }

  private mutating func train(_ position: Int) {
    let choice = Int.random(in: 0..<workers[position].running.count, using: &random)
    let (slot, assignment) = workers[position].running.remove(at: choice)
    if assignment.trials.contains(where: { poison.contains($0.index) }) {
      killWorker(position)
      addWorker()
      return
    }
    trained += assignment.trials.count
    tellWorker(
      position,
      .assignmentFinished(slot: slot, assignment.trials.map { makeResult($0.index, $0.seed) }))
  }

  mutating func commit(_ commit: Coordinator.Commit) {
    var outcomes: [Coordinator.CommitOutcome] = []
    for result in commit.results {
      if let known = store[commit.job]?[result.index] {
        outcomes.append(known.agrees(with: result) ? .confirmed : .violated)
      } else {
        store[commit.job, default: [:]][result.index] = result
        outcomes.append(.recorded)
      }
    }
    tellCoordinator(.commitFinished(commit.id, outcomes))
  }

  mutating func tellCoordinator(_ event: Coordinator.Event) {
    let effects = coordinator.handle(event, at: now)
    coordinator.checkInvariants()
    for effect in effects {
      switch effect {
      case .send(let peer, let message):
        if let position = workers.firstIndex(where: { $0.peer == peer }) {
          workers[position].toWorker.append(message)
        }
      case .commit(let commit): pendingCommits.append(commit)
      case .notice(let notice): notices.append(notice)
      case .distrust(let worker): tellCoordinator(.workerDistrusted(worker, [:]))
      case .allFinished: finished = true
      }
    }
  }

  mutating func tellWorker(_ position: Int, _ event: Worker.Event) {
    for effect in workers[position].machine.handle(event, at: now) {
      switch effect {
      case .send(let message): workers[position].toCoordinator.append(message)
      case .prepare(let digest, _): workers[position].preparing.append(digest)
      case .start(let slot, let assignment):
        workers[position].running.append((slot, assignment))
      case .abort(let slot):
        workers[position].running.removeAll { $0.slot == slot }
        tellWorker(position, .assignmentAborted(slot: slot))
      case .exit(let reason): workers[position].exit = reason
      }
    }
  }

  /// Steps until every trial is stored; false where that takes more than `limit` steps.
  mutating func run(
    limit: Int = 200_000, fault: (inout SimulatedCluster, Int) -> Void = { _, _ in }
  )
    -> Bool
  {
    for count in 0..<limit where !finished {
      fault(&self, count)
      step()
    }
    return finished
  }
}

struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var word = state
    word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
    return word ^ (word >> 31)
  }
}
