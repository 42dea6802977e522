import Foundation
import SweepModel
import SweepProtocol
import Synchronization
import ZeroMQTransport

/// Joins the thread that fetches a file and the one that owns the socket.
final class DataPort: Sendable {
  /// What the thread that fetches is told.
  enum Delivery: Sendable {
    /// What the coordinator said about the file.
    case answer(DataAnswer, IncomingBytes?)
    /// The worker has registered: what it asked for before may be lost.
    case registered
    /// The process is about to end.
    case closed
  }

  private struct State {
    /// The file that is fetched.
    var file: FileDigest?
    /// Deliveries that nobody has taken.
    var waiting = 0
    var isClosed = false
  }

  private let deliveries: Mailbox<Delivery>
  private let state = Mutex(State())
  private let post: @Sendable (DataRequest) -> Void

  /// What was asked for by two streams may arrive at once.
  private static let mostWaiting = 2 * Limits.chunkWindow

  /// `post` gets requests to the thread that owns the socket.
  init(post: @escaping @Sendable (DataRequest) -> Void) throws(RuntimeError) {
    deliveries = try Mailbox()
    self.post = post
  }

  /// Takes in what the socket received. What nobody waits for is dropped: it is asked for again if it is
  /// wanted.
  func deliver(_ answer: DataAnswer, _ bytes: IncomingBytes?) {
    let file =
      switch answer {
      case .chunk(let chunk): chunk.file
      case .unavailable(let file, _, _): file
      }
    let isWanted = state.withLock { state in
      guard state.file == file, state.waiting < Self.mostWaiting else { return false }
      state.waiting += 1
      return true
    }
    if isWanted { deliveries.post(.answer(answer, bytes)) }
  }

  /// Begins to take deliveries of `file`; ends it where that is nil.
  func open(_ file: FileDigest?) {
    state.withLock { $0.file = file }
    _ = take()
  }

  /// Asks the coordinator.
  func send(_ request: DataRequest) { post(request) }

  /// Waits for deliveries until there are some, `limit` is over or the port is closed.
  func wait(atMost limit: Duration) -> [Delivery] {
    let (seconds, attoseconds) = limit.components
    let milliseconds = min(
      max(0, seconds * 1_000 + attoseconds / 1_000_000_000_000_000 + 1), 60_000)
    var item = pollfd(fd: deliveries.descriptor, events: Int16(POLLIN), revents: 0)
    _ = poll(&item, 1, Int32(milliseconds))
    return take()
  }

  /// Lets whatever is being fetched be asked for again at once.
  func noteRegistration() {
    if state.withLock({ $0.file != nil }) { deliveries.post(.registered) }
  }

  /// Ends all waiting: the process is about to end.
  func close() {
    state.withLock { $0.isClosed = true }
    deliveries.post(.closed)
  }

  /// Whether the process is about to end.
  var isClosed: Bool { state.withLock(\.isClosed) }

  private func take() -> [Delivery] {
    let taken = deliveries.takeAll()
    let answers = taken.count { if case .answer = $0 { true } else { false } }
    state.withLock { $0.waiting = max(0, $0.waiting - answers) }
    return taken
  }
}
