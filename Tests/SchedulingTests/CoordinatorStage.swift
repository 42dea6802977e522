import Randomness
import Scheduling
import SweepModel

/// A coordinator and workers that a test plays message by message, with invariants checked after each.
struct CoordinatorStage {
  /// A worker as the test plays it.
  struct Player: Hashable {
    let worker: WorkerID
    var peer: PeerID
    var session: UInt64
    var incarnation: UInt64 = 0
    var reportsSent: UInt64 = 0
    var processor = "processor"
    var slots = 1
  }

  static let epoch = CoordinatorEpoch(3)

  var coordinator: Coordinator
  var now = Instant(.zero)
  var players: [Player] = []
  private var random = SplitMix64(state: 1)
  private var lastBatch: UInt64 = 100

  init(_ jobs: [CoordinatorJob], quarantined: Set<WorkerID> = [], endsWhenFinished: Bool = true) {
    coordinator = Coordinator(
      jobs: jobs, epoch: Self.epoch, goldenWeights: goldenWeights,
      endsWhenFinished: endsWhenFinished, quarantined: quarantined)
  }

  /// Adds a worker that has not said hello; returns its number.
  mutating func addPlayer(slots: Int = 1, processor: String = "processor", key: PublicKey? = nil)
    -> Int
  {
    let peer = PeerID([UInt8(players.count + 1)], key: key)
    players.append(
      Player(
        worker: .random(using: &random), peer: peer, session: random.next(),
        processor: processor, slots: slots))
    return players.count - 1
  }

  mutating func handle(_ event: Coordinator.Event) -> [Coordinator.Effect] {
    let effects = coordinator.handle(event, at: now)
    coordinator.checkInvariants()
    return effects
  }

  mutating func advance(by duration: Duration) { now = now.advanced(by: duration) }

  mutating func hello(
    _ player: Int, held: [HeldLease] = [], change: (inout WorkerHello) -> Void = { _ in }
  ) -> [Coordinator.Effect] {
    players[player].incarnation += 1
    players[player].reportsSent = 0
    let state = players[player]
    var hello = WorkerHello(
      worker: state.worker, incarnation: state.incarnation, host: "host",
      processor: state.processor, instructionSet: "", slots: state.slots,
      goldenWeights: goldenWeights, session: state.session, held: held)
    change(&hello)
    return handle(.messageReceived(from: state.peer, .hello(hello)))
  }

  /// The next message of a registered worker.
  mutating func message(_ player: Int, _ report: WorkerReport) -> WorkerMessage {
    players[player].reportsSent += 1
    let state = players[player]
    return .registered(
      MessageStamp(
        epoch: Self.epoch, incarnation: state.incarnation, number: state.reportsSent), report)
  }

  mutating func say(_ player: Int, _ report: WorkerReport) -> [Coordinator.Effect] {
    let message = message(player, report)
    return handle(.messageReceived(from: players[player].peer, message))
  }

  /// Sends the results of a lease, or of a part of it.
  mutating func finish(
    _ player: Int, _ grant: LeaseGrant, number: UInt64 = 1, count: Int? = nil, ulp: UInt64 = 0
  ) -> [Coordinator.Effect] {
    say(player, .results(batch(grant, number: number, count: count, ulp: ulp)))
  }

  /// A number that no batch had.
  mutating func nextBatch() -> UInt64 {
    lastBatch += 1
    return lastBatch
  }

  /// Reports every commit among `effects`, each result with the outcome that `judge` gives it.
  mutating func settle(
    _ effects: [Coordinator.Effect],
    judge: (TrialResult) -> Coordinator.CommitOutcome = { _ in .recorded }
  ) -> [Coordinator.Effect] {
    effects.commits.flatMap { commit in
      handle(.commitFinished(commit.id, commit.results.map(judge)))
    }
  }

  func batch(_ grant: LeaseGrant, number: UInt64 = 1, count: Int? = nil, ulp: UInt64 = 0)
    -> ResultBatch
  {
    let indices = grant.trials.ranges.flatMap { Array($0.indices) }
    let results = zip(indices, grant.seeds).map { makeResult($0, $1, ulp: ulp) }
    return ResultBatch(
      number: BatchNumber(number), job: grant.job,
      results: Array(results.prefix(count ?? results.count)))
  }
}

extension [Coordinator.Effect] {
  /// What a worker is told, in order.
  func orders(to peer: PeerID) -> [CoordinatorOrder] {
    compactMap { if case .send(peer, .registered(_, let order)) = $0 { order } else { nil } }
  }

  /// What goes to a worker, in order.
  func messages(to peer: PeerID) -> [CoordinatorMessage] {
    compactMap { if case .send(peer, let message) = $0 { message } else { nil } }
  }

  func leases(to peer: PeerID) -> [LeaseGrant] {
    orders(to: peer).compactMap { if case .lease(let grant) = $0 { grant } else { nil } }
  }

  var commits: [Coordinator.Commit] {
    compactMap { if case .commit(let commit) = $0 { commit } else { nil } }
  }

  var notices: [Coordinator.Notice] {
    compactMap { if case .notice(let notice) = $0 { notice } else { nil } }
  }

  /// Why somebody is turned away.
  var refusals: [Refusal] {
    compactMap { if case .send(_, .refused(let refusal)) = $0 { refusal } else { nil } }
  }
}
