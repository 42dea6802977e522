import Foundation
import Scheduling
import SweepModel
import SweepProtocol
import Synchronization

/// Hands the models of one slot to the coordinator, one at a time: joins the slot's thread, which waits, and the
/// one that owns the socket.
final class ModelSender: Sendable {
  /// What became of a model.
  enum Outcome: Hashable {
    /// The coordinator has it.
    case kept
    /// The coordinator does not keep it.
    case refused(String)
    /// The slot was asked to stop, or the process is about to end.
    case abandoned
  }

  private enum Delivery: Sendable {
    case answer(ModelAnswer)
    case registered
    case closed
  }

  private struct State {
    /// The file that is sent.
    var file: FileDigest?
    var isClosed = false
  }

  private let deliveries: Mailbox<Delivery>
  private let state = Mutex(State())
  private let post: @Sendable (ModelPart) -> Void
  private let clock = MonotonicClock()

  /// How often it is looked whether the slot is to stop.
  private static let turnInterval = Duration.milliseconds(250)

  /// `post` gets parts to the thread that owns the socket.
  init(post: @escaping @Sendable (ModelPart) -> Void) throws(RuntimeError) {
    deliveries = try Mailbox()
    self.post = post
  }

  /// Takes in what the coordinator said.
  func deliver(_ answer: ModelAnswer) {
    if state.withLock({ $0.file == answer.file }) { deliveries.post(.answer(answer)) }
  }

  /// The worker has registered: what it sent before may be lost.
  func noteRegistration() {
    if state.withLock({ $0.file != nil }) { deliveries.post(.registered) }
  }

  /// Ends all waiting: the process is about to end.
  func close() {
    state.withLock { $0.isClosed = true }
    deliveries.post(.closed)
  }

  /// Sends a model and waits until the coordinator has it.
  ///
  /// - Parameters:
  ///   - isCheckpoint: Whether the trial is still trained.
  ///   - patience: How long it waits without hearing anything; nil for as long as it takes.
  ///   - mayContinue: Asked while it waits, at least four times a second.
  func send(
    _ model: OutgoingModel, of trial: (job: JobID, index: TrialIndex), isCheckpoint: Bool = false,
    patience: Duration? = nil, mayContinue: () -> Bool
  ) -> Outcome {
    state.withLock { $0.file = model.digest }
    defer {
      state.withLock { $0.file = nil }
      _ = deliveries.takeAll()
    }
    var upload = ModelUpload(size: model.size, at: clock.now)
    var lastHeard = clock.now
    while mayContinue(), !state.withLock(\.isClosed) {
      while let part = upload.next(at: clock.now) {
        guard let bytes = model.bytes(part) else {
          return .refused("the worker cannot read the file that it wrote")
        }
        post(
          ModelPart(
            job: trial.job, index: trial.index, file: model.digest, size: model.size,
            offset: part.lowerBound, content: bytes, isCheckpoint: isCheckpoint))
      }
      wait(atMost: min(Self.turnInterval, clock.now.duration(to: upload.nextDeadline)))
      for delivery in deliveries.takeAll() {
        switch delivery {
        case .closed: return .abandoned
        case .registered: upload.startOver(at: clock.now)
        case .answer(.refused(_, let reason)): return .refused(reason)
        case .answer(.kept(_, let position, let limit)):
          lastHeard = clock.now
          upload.noteKept(upTo: position, limit: limit, at: clock.now)
        }
      }
      if upload.isComplete { return .kept }
      if let patience, lastHeard.advanced(by: patience) <= clock.now { return .abandoned }
    }
    return .abandoned
  }

  private func wait(atMost limit: Duration) {
    let milliseconds = max(0, limit / .milliseconds(1)) + 1
    var item = pollfd(fd: deliveries.descriptor, events: Int16(POLLIN), revents: 0)
    _ = poll(&item, 1, Int32(milliseconds))
  }
}
