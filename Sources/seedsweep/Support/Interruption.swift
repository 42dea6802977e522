import Foundation
import SweepRuntime
import Synchronization

/// Turns the first Ctrl-C, SIGTERM or SIGHUP into a polite stop; the second ends the process at once.
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
        if received.note(number) { stop() } else { _exit(128 + number) }
      }
    }
  }

  /// The signal that asked for the stop.
  var signal: Int32? { received.first }
}

private final class ReceivedSignal: Sendable {
  private let number = Mutex<Int32?>(nil)

  var first: Int32? { number.withLock { $0 } }

  /// Returns whether it is the first.
  func note(_ signal: Int32) -> Bool {
    number.withLock { number in
      guard number == nil else { return false }
      number = signal
      return true
    }
  }
}
