import Foundation
import Synchronization

/// Names the seed where a broken precondition ends the process.
enum CrashReport {
  private static let current = Atomic<UInt64>(0)

  static var seed: UInt64 {
    get { current.load(ordering: .relaxed) }
    set { current.store(newValue, ordering: .relaxed) }
  }

  /// What a trap raises differs between processors.
  static func install() {
    for number in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS] {
      signal(number) { _ in
        CrashReport.write("seed ")
        CrashReport.write(CrashReport.seed)
        CrashReport.write(
          ": a broken precondition or invariant; replay it with: scripts/simulate --debug --seed ")
        CrashReport.write(CrashReport.seed)
        CrashReport.write(" --trace\n")
        _exit(1)
      }
    }
  }

  // No allocation: a signal's handler may interrupt one.
  private static func write(_ text: StaticString) {
    _ = Foundation.write(STDOUT_FILENO, text.utf8Start, text.utf8CodeUnitCount)
  }

  private static func write(_ number: UInt64) {
    var divisor: UInt64 = 1
    while number / divisor >= 10 { divisor *= 10 }
    while divisor > 0 {
      var digit = UInt8(ascii: "0") + UInt8(number / divisor % 10)
      _ = Foundation.write(STDOUT_FILENO, &digit, 1)
      divisor /= 10
    }
  }
}
