import Scheduling
import SweepModel
import SweepProtocol

/// What clients have asked of a coordinator and what became of it, as a pure state machine.
///
/// Submissions and cancellations take time, and their answers may get lost. So a client asks again
/// under the same identifier until it has an answer, and this remembers what it answered: nothing is
/// done twice, and whoever asks again hears what it would have heard.
///
/// Submissions and cancellations are done one after the other, in the order in which they came: the
/// next is begun when the one before is finished, with the store and the coordinator's jobs as that
/// left them. So a cancellation finds the sweep that was submitted before it, however long its data
/// took to load, and neither overtakes the other.
struct ControlDesk {
  /// What is to be done, in this order.
  enum Action: Hashable {
    /// Send an answer.
    case answer(PeerID, ControlAnswer)
    /// Make a change, then ``ControlDesk/finish(_:)``.
    case begin(Change)
    /// Find out how things are, then ``ControlDesk/answerStatus(_:)``.
    case readStatus
  }

  /// What a client wants to be otherwise.
  enum Change: Hashable {
    case submit(Submission)
    case cancel(sweep: String)
  }

  private enum Work {
    /// Under way or waiting; whoever asked last is told.
    case open(PeerID)
    case done(ControlAnswer.Outcome)
  }

  private struct Listener {
    let peer: PeerID
    var request: RequestID
    var asked: Instant
    var isWaiting: Bool
  }

  /// Silence after which a client no longer counts as a listener.
  private static let listenerPatience = Duration.seconds(10)

  private var works: [RequestID: Work] = [:]
  /// What is open: the first is under way, the others wait for it in the order in which they came.
  private var changes: [(request: RequestID, change: Change)] = []
  /// The requests of `works` that are done, oldest first.
  private var done: [RequestID] = []
  /// Clients that asked for the status, in the order in which they came.
  private var listeners: [Listener] = []
  private var isReadingStatus = false
  /// Set when the coordinator is about to leave: it takes no more work.
  var isEnding = false

  /// Work that is not done.
  var openCount: Int { changes.count }

  /// Takes in a request.
  mutating func receive(
    _ request: ControlRequest, from peer: PeerID, isAllowed: Bool, at now: Instant
  ) -> [Action] {
    func refuse(_ code: ControlRefusal.Code, _ text: String) -> [Action] {
      [.answer(peer, ControlAnswer(id: request.id, outcome: .refused(ControlRefusal(code, text))))]
    }
    guard isAllowed else {
      return refuse(
        .notAllowed,
        "this key may not control the coordinator: use a client's key that it knows")
    }
    guard request.wireProtocol == Versions.wireProtocol, let command = request.command else {
      return refuse(
        .wireProtocol,
        "this client (seedsweep \(request.software)) speaks protocol \(request.wireProtocol), the "
          + "coordinator (\(Versions.software)) protocol \(Versions.wireProtocol): install the same "
          + "version on both")
    }
    if case .upload = command { return [] }
    if case .status = command {
      guard listen(peer, request.id, at: now) else {
        return refuse(.environment, "\(Limits.clients) clients are served already: try again later")
      }
      defer { isReadingStatus = true }
      return isReadingStatus ? [] : [.readStatus]
    }
    switch works[request.id] {
    case .done(let outcome)?:
      return [.answer(peer, ControlAnswer(id: request.id, outcome: outcome))]
    case .open?:
      works[request.id] = .open(peer)
      return [.answer(peer, ControlAnswer(id: request.id, outcome: .working))]
    case nil: break
    }
    guard !isEnding else {
      return refuse(.environment, "the coordinator is about to end: start it again, then try again")
    }
    guard openCount < Limits.waitingSubmissions else {
      return refuse(
        .environment, "\(Limits.waitingSubmissions) requests wait already: try again later")
    }
    works[request.id] = .open(peer)
    switch command {
    case .submit(let submission): changes.append((request.id, .submit(submission)))
    case .cancel(let sweep): changes.append((request.id, .cancel(sweep: sweep)))
    case .status, .upload: preconditionFailure("answered elsewhere")
    }
    let working = Action.answer(peer, ControlAnswer(id: request.id, outcome: .working))
    return changes.count == 1 ? [working, .begin(changes[0].change)] : [working]
  }

  /// The change that was under way is done: answers, and begins the next.
  ///
  /// - Precondition: it was begun.
  mutating func finish(_ outcome: ControlAnswer.Outcome) -> [Action] {
    let id = changes.removeFirst().request
    guard case .open(let peer)? = works[id] else { preconditionFailure("it was open") }
    works[id] = .done(outcome)
    done.append(id)
    if done.count > Limits.keptAnswers { works[done.removeFirst()] = nil }
    return [.answer(peer, ControlAnswer(id: id, outcome: outcome))]
      + changes.prefix(1).map { .begin($0.change) }
  }

  /// It is known how things are: tells all that wait for it.
  mutating func answerStatus(_ status: CoordinatorStatus) -> [Action] {
    isReadingStatus = false
    var actions: [Action] = []
    for position in listeners.indices where listeners[position].isWaiting {
      listeners[position].isWaiting = false
      actions.append(Self.tell(listeners[position], status))
    }
    return actions
  }

  /// The coordinator leaves: tells all that have asked lately, whether or not they wait.
  func farewell(_ status: CoordinatorStatus, at now: Instant) -> [Action] {
    listeners.filter { $0.asked.advanced(by: Self.listenerPatience) >= now }
      .map { Self.tell($0, status) }
  }

  /// The coordinator leaves for good: nobody need wait for what it has not come to.
  func abandon() -> [Action] {
    var actions: [Action] = []
    for (request, _) in changes {
      guard case .open(let peer)? = works[request] else { preconditionFailure("it was open") }
      let refusal = ControlRefusal(
        .environment, "the coordinator has come to its end: start it again, then try again")
      actions.append(.answer(peer, ControlAnswer(id: request, outcome: .refused(refusal))))
    }
    return actions
  }

  private static func tell(_ listener: Listener, _ status: CoordinatorStatus) -> Action {
    .answer(listener.peer, ControlAnswer(id: listener.request, outcome: .status(status)))
  }

  /// Notes that a client waits for the status; false where there are too many.
  private mutating func listen(_ peer: PeerID, _ request: RequestID, at now: Instant) -> Bool {
    listeners.removeAll {
      $0.peer == peer || $0.asked.advanced(by: Self.listenerPatience) < now
    }
    guard listeners.count < Limits.clients else { return false }
    listeners.append(Listener(peer: peer, request: request, asked: now, isWaiting: true))
    return true
  }
}
