import Randomness
import SweepModel

/// A worker as a pure state machine: what happened goes in, what is to be done comes out.
///
/// It hands the trials of its leases to slots, in the order of the leases, and holds every result
/// until the coordinator has acknowledged it. If the coordinator falls silent or restarts, the worker
/// goes on with what it holds, says hello until it is heard, and sends again what was not
/// acknowledged. It ends when it is told to, never because the coordinator is away.
public struct Worker: Sendable {
  /// The times and sizes; the coordinator's welcome replaces some of them.
  public internal(set) var policy: SchedulingPolicy
  let identity: WorkerIdentity
  /// Spreads hellos of many workers over time.
  private var jitter: SplitMix64

  var registration = Registration.waiting(until: nil)
  private var incarnation: UInt64 = 0
  private var unansweredHellos = 0
  /// Whether a coordinator has ever welcomed it: to give up on one that went away is not the same
  /// end as to have found none.
  var wasWelcomed = false
  /// Why it was turned away last, for a reason that may pass.
  private(set) var refusal: Refusal?
  /// Why it trains nothing, and since when.
  var idle: Idleness?
  /// What was said under this registration, in each direction.
  private var reportsSent: UInt64 = 0
  private var ordersReceived: UInt64 = 0
  private static let mostDoublings = 4
  private var lastHeard = Instant(.zero)
  private var nextHeartbeat = Instant(.zero)

  /// In the order in which they are worked on.
  var leases: [WorkerLease] = []
  var slots: [SlotState]
  /// The last counter of each slot, and for how long it has stood still while the slot trained.
  var counters: [UInt64]
  var stillness: [Duration]
  var lastLook: Instant?
  var variants: [VariantDigest: VariantState] = [:]
  var outbox: Outbox
  /// Trials that a slot trains together, by variant.
  var packLanes: [VariantDigest: Int] = [:]
  /// Trials of one assignment, by variant, so that it lasts about its target.
  var assignmentSizes: [VariantDigest: Int] = [:]
  var ledger: MemoryLedger
  /// When the process will be ended by others; nil where nobody limits its time.
  let timeLimit: Instant?
  /// How long a pack takes a slot, by variant.
  var packTimes: [VariantDigest: Duration] = [:]
  /// Since when it holds nothing, where its time is limited.
  var idleSince: Instant?
  var drain: DrainState?
  var hasExited = false
  private var isDismissed = false

  /// A worker that has not said hello yet. `jitterSeed` need not be good, only different. It leaves before
  /// the `timeLimit`, if there is one.
  public init(
    identity: WorkerIdentity, jitterSeed: UInt64, policy: SchedulingPolicy = SchedulingPolicy(),
    timeLimit: Instant? = nil
  ) {
    self.timeLimit = timeLimit
    self.identity = identity
    self.policy = policy
    jitter = SplitMix64(state: jitterSeed)
    slots = Array(repeating: .idle, count: identity.slots)
    counters = Array(repeating: 0, count: identity.slots)
    stillness = Array(repeating: .zero, count: identity.slots)
    outbox = Outbox(delay: policy.batchDelay)
    ledger = MemoryLedger(
      limit: identity.resources.memoryBytes, overhead: identity.overheadBytes,
      slots: identity.slots)
  }

  /// Takes in one event and says what is to be done, in order.
  public mutating func handle(_ event: Event, at now: Instant) -> [Effect] {
    guard !hasExited else { return [] }
    var effects: [Effect] = []
    switch event {
    case .connected:
      lastHeard = now
      // Who can train nothing any more need not be known to anybody.
      if timeLeft(at: now) == .zero {
        exit(.outOfTime, &effects)
      } else {
        sayHello(at: now, &effects)
      }
    case .addressChanged:
      unansweredHellos = 0
      sayHello(at: now, &effects)
    case .messageReceived(let message): receive(message, at: now, &effects)
    case .variantPrepared(let digest, let lanes, let memory):
      admit(digest, lanes: lanes, memory, &effects)
    case .variantRejected(let digest, let rejection): reject(digest, rejection, &effects)
    case .assignmentFinished(let slot, let results): finish(slot, results, at: now)
    case .assignmentAborted(let slot, let epochs, let hasCheckpoint):
      giveUp(slot, epochs: epochs, hasCheckpoint: hasCheckpoint, at: now, &effects)
    case .timePassed(let progress): passTime(progress, at: now, &effects)
    case .drainRequested: beginDrain(at: now, &effects)
    }
    watchTimeLimit(at: now, &effects)
    assign(at: now, &effects)
    flush(at: now, &effects)
    exitIfDone(at: now, &effects)
    noteIdleness(at: now)
    return effects
  }

  /// When ``Event/timePassed(progress:)`` is due at the latest.
  public var nextDeadline: Instant {
    // Results cannot leave before the coordinator knows this worker: no deadline of theirs counts.
    let flushDeadline = epoch == nil ? nil : outbox.flushDeadline
    let patience = policy.giveUpAfter.map { lastHeard.advanced(by: $0) }
    let end = drain?.deadline ?? stopTime
    return [flushDeadline, end, patience].compactMap { $0 }.reduce(nextHeartbeat, min)
  }

  /// The coordinator's epoch, while the worker is registered.
  var epoch: CoordinatorEpoch? {
    if case .registered(let epoch) = registration { epoch } else { nil }
  }

  mutating func report(_ report: WorkerReport, _ effects: inout [Effect]) {
    guard let epoch else { return }
    reportsSent += 1
    let stamp = MessageStamp(epoch: epoch, incarnation: incarnation, number: reportsSent)
    effects.append(.send(.registered(stamp, report)))
  }

  private mutating func sayHello(at now: Instant, _ effects: inout [Effect]) {
    incarnation += 1
    var held = leases.map(\.held).filter { !$0.remaining.isEmpty }
    for (job, results) in outbox.trials {
      var results = results
      let told = results.popLast(limit: Limits.leaseTrials)
      held.append(HeldLease(lease: .ofResults, job: job, remaining: told, hasBegun: false))
    }
    held = Array(held.prefix(Limits.leasesPerWorker))
    let hello = identity.hello(
      incarnation: incarnation, remaining: timeLeft(at: now), held: held)
    effects.append(.send(.hello(hello)))
    // Doubled each time, as a coordinator that answers slower than it is asked would never be done;
    // and spread, so that thousands of workers do not come back at once.
    let factor = Double(1 << min(unansweredHellos, Self.mostDoublings))
    let wait = policy.heartbeatInterval * (factor * (1 + jitter.nextFraction()))
    unansweredHellos += 1
    registration = .waiting(until: now.advanced(by: wait))
    nextHeartbeat = now.advanced(by: wait)
  }

  private mutating func receive(
    _ message: CoordinatorMessage, at now: Instant, _ effects: inout [Effect]
  ) {
    if case .refused(let refusal) = message, refusal.code.mayPass, epoch == nil, drain == nil {
      // The next hello is due at its time, later each time; that is no sign of life to be patient for.
      self.refusal = refusal
      return
    }
    lastHeard = now
    switch message {
    case .welcome(let welcome): enter(welcome, at: now, &effects)
    case .refused(let refusal): exit(.refused(refusal), &effects)
    case .registerAgain(let stamp):
      // While a hello is under way its answer is awaited: another would only be answered twice.
      if stamp.epoch == epoch, stamp.incarnation == incarnation { sayHello(at: now, &effects) }
    case .registered(let stamp, let order): follow(order, stamp, at: now, &effects)
    }
  }

  private mutating func follow(
    _ order: CoordinatorOrder, _ stamp: MessageStamp, at now: Instant, _ effects: inout [Effect]
  ) {
    // Under another registration, or a repetition.
    guard let epoch, stamp.incarnation == incarnation else { return }
    guard stamp.epoch == epoch else {
      // A coordinator that has started since believes in a welcome that was not followed.
      if stamp.epoch.rawValue > epoch.rawValue { sayHello(at: now, &effects) }
      return
    }
    guard stamp.number > ordersReceived else { return }
    guard stamp.number == ordersReceived + 1 else { return sayHello(at: now, &effects) }
    ordersReceived = stamp.number
    switch order {
    case .heartbeat: break
    case .lease(let grant): take(grant, &effects)
    case .leaseRevoked(let lease): dropLease(lease)
    case .leaseShortened(let lease, let trials): shortenLease(lease, by: trials)
    case .specification(let digest, let bytes, let files): prepare(digest, bytes, files, &effects)
    case .acknowledged(let batch): outbox.acknowledge(batch)
    case .finished: isDismissed = true
    }
  }

  private mutating func enter(
    _ welcome: Welcome, at now: Instant, _ effects: inout [Effect]
  ) {
    // A later hello is under way: the coordinator will go by that one's list of leases.
    // And a welcome that is repeated must not begin the registration anew.
    guard welcome.incarnation == incarnation, epoch == nil else { return }
    policy.heartbeatInterval = welcome.heartbeatInterval
    policy.silenceLimit = welcome.silenceLimit
    registration = .registered(welcome.epoch)
    wasWelcomed = true
    refusal = nil
    reportsSent = 0
    ordersReceived = 0
    unansweredHellos = 0
    nextHeartbeat = now.advanced(by: policy.heartbeatInterval)
    renumberLeases(welcome.adopted)
    for (digest, state) in variants.sorted(by: { $0.key.hex < $1.key.hex })
    where state == .requested {
      // What no lease needs this coordinator may not know, and would not answer; a lease that needs it
      // later asks then.
      if leases.contains(where: { $0.variant == digest }) {
        report(.specificationWanted(digest), &effects)
      } else {
        variants[digest] = nil
      }
    }
    for batch in outbox.unacknowledged { report(.results(batch), &effects) }
  }

  private mutating func passTime(
    _ progress: [UInt64], at now: Instant, _ effects: inout [Effect]
  ) {
    watch(progress, at: now, &effects)
    switch registration {
    case .waiting(let deadline):
      if let deadline, deadline <= now { sayHello(at: now, &effects) }
    case .registered:
      if lastHeard.advanced(by: policy.silenceLimit) < now {
        sayHello(at: now, &effects)
      } else if nextHeartbeat <= now {
        report(.heartbeat(progress: progress), &effects)
        nextHeartbeat = now.advanced(by: policy.heartbeatInterval)
      }
    }
    if let drain, drain.deadline <= now { endDrainGrace(at: now, &effects) }
    if let patience = policy.giveUpAfter {
      // As long as it is registered, a silence that both sides allow means nothing.
      let limit = epoch == nil ? patience : max(patience, policy.silenceLimit)
      guard lastHeard.advanced(by: limit) <= now else { return }
      if let refusal, outbox.isEmpty { return exit(.refused(refusal), &effects) }
      exit(wasWelcomed ? .gaveUp(resultsLeft: outbox.resultCount) : .neverWelcomed, &effects)
    }
  }

  private mutating func exitIfDone(at now: Instant, _ effects: inout [Effect]) {
    let isIdle = slots.allSatisfy { !$0.isTraining }
    if slots.allSatisfy(\.isHung), drain != nil, outbox.isEmpty {
      report(.goodbye, &effects)
      exit(.slotsHung(resultsLeft: 0), &effects)
      return
    }
    if isDismissed, outbox.isEmpty {
      // What still runs is recorded already. The goodbye tells the coordinator that it may close: a
      // message that was received but not read is lost when the other side closes.
      report(.goodbye, &effects)
      exit(.finished, &effects)
    } else if drain != nil, isIdle, outbox.isEmpty {
      report(.goodbye, &effects)
      exit(drain?.cause == .timeLimit ? .outOfTime : .drained, &effects)
    }
  }

  mutating func exit(_ reason: ExitReason, _ effects: inout [Effect]) {
    guard !hasExited else { return }
    hasExited = true
    effects.append(.exit(reason))
  }
}

/// Whether the coordinator knows the worker.
enum Registration: Hashable, Sendable {
  /// It was sent a hello; the next is due then.
  case waiting(until: Instant?)
  /// It has welcomed the worker.
  case registered(CoordinatorEpoch)
}
