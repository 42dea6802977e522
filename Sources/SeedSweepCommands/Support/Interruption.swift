import Foundation
import SweepRuntime
import Synchronization

/// Turns the first Ctrl-C, SIGTERM or SIGHUP into a polite stop; the second ends the process at once.
///
/// A scheduler and the container's runtime below it may both pass on one request: SIGTERM or SIGHUP soon after
/// the first signal does not count.
final class Interruption: Sendable {
  private let received: ReceivedSignal
  private let watch: SignalWatch

  init(stop: @escaping @Sendable () -> Void) throws {
    // Whoever reads the diagnostics may leave: that must not end a sweep.
    _ = Foundation.signal(SIGPIPE, SIG_IGN)
    // A file that may not grow is an error of writing it, with a message, and no reason to vanish.
    _ = Foundation.signal(SIGXFSZ, SIG_IGN)
    let received = ReceivedSignal()
    self.received = received
    watch = try perform { () throws(RuntimeError) in
      try SignalWatch([SIGINT, SIGTERM, SIGHUP]) { number in
        switch received.note(number) {
        case .first: stop()
        case .repeated: break
        case .second: _exit(128 + number)
        }
      }
    }
  }

  /// The signal that asked for the stop.
  var signal: Int32? { received.first }
}

private final class ReceivedSignal: Sendable {
  enum Meaning {
    case first
    case repeated
    case second
  }

  private let state = Mutex<(signal: Int32, at: ContinuousClock.Instant)?>(nil)

  /// Within this time of the first, a signal that no terminal sends is the same request.
  private static let repetition = Duration.seconds(2)

  var first: Int32? { state.withLock { $0?.signal } }

  /// Takes in a signal. Returns what it means.
  func note(_ signal: Int32) -> Meaning {
    let now = ContinuousClock.now
    return state.withLock { state in
      guard let first = state else {
        state = (signal, now)
        return .first
      }
      return signal != SIGINT && now < first.at + Self.repetition ? .repeated : .second
    }
  }
}
