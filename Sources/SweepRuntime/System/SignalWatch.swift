import Foundation
import Synchronization

/// Turns signals into calls on a thread of its own for as long as it lives.
///
/// A handler that writes the signal's number to a pipe is the one way that loses none: to ignore a
/// signal until something else watches for it would lose what arrives in between.
public final class SignalWatch: Sendable {
  /// Where the handler writes; −1 while nobody watches. A handler can be given nothing but a global.
  private static let writeDescriptor = Atomic<Int32>(-1)

  private let signals: [Int32]

  /// Calls `handler` for each of `signals` that arrives, instead of what they do by default.
  ///
  /// - Precondition: no other watch lives.
  /// - Throws: ``RuntimeError`` where there is no pipe to be had.
  public init(_ signals: [Int32], handler: @escaping @Sendable (Int32) -> Void)
    throws(RuntimeError)
  {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else {
      throw RuntimeError(.environment, "cannot open a pipe: \(SystemCall.errorText)")
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let readDescriptor = ends[0]
    let before = Self.writeDescriptor.exchange(ends[1], ordering: .sequentiallyConsistent)
    precondition(before == -1, "signals are watched already")
    self.signals = signals
    startThread(named: "signals") {
      var number: UInt8 = 0
      while true {
        let count = read(readDescriptor, &number, 1)
        if count == 1 {
          handler(Int32(number))
        } else if count == 0 || errno != EINTR {
          break
        }
      }
      close(readDescriptor)
    }
    for number in signals { signal(number, Self.note) }
    // Whoever started this process may have done so from a thread that blocks signals.
    var watched = sigset_t()
    sigemptyset(&watched)
    for number in signals { sigaddset(&watched, number) }
    pthread_sigmask(SIG_UNBLOCK, &watched, nil)
  }

  deinit {
    for number in signals { signal(number, SIG_DFL) }
    close(Self.writeDescriptor.exchange(-1, ordering: .sequentiallyConsistent))
  }

  /// Runs inside the signal: nothing but what POSIX calls async-signal-safe, and `errno` as it was.
  private static let note: @convention(c) (Int32) -> Void = { number in
    let error = errno
    var byte = UInt8(truncatingIfNeeded: number)
    _ = write(writeDescriptor.load(ordering: .sequentiallyConsistent), &byte, 1)
    errno = error
  }
}
