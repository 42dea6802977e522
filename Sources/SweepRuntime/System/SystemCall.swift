import Foundation
import Scheduling

/// Small questions to the operating system.
enum SystemCall {
  /// The system's words for the error of the last call.
  static var errorText: String { String(cString: strerror(errno)) }

  /// The name of this machine.
  static var hostName: String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return "unknown" }
    let name = buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
    return String(decoding: name, as: UTF8.self)
  }

  /// Raises the number of files that this process may open to what the system allows it: each worker
  /// that is connected takes one.
  static func raiseFileLimit() {
    var limit = rlimit()
    guard getrlimit(files, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
    limit.rlim_cur = limit.rlim_max
    _ = setrlimit(files, &limit)
  }

  /// The number of files that this process may open.
  static var fileLimit: Int {
    var limit = rlimit()
    guard getrlimit(files, &limit) == 0 else { return 1_024 }
    return Int(clamping: limit.rlim_cur)
  }

  /// The connections that the system queues before they are accepted; nil where it does not tell.
  static var backlogLimit: Int? {
    guard
      let text = try? String(contentsOfFile: "/proc/sys/net/core/somaxconn", encoding: .utf8)
    else { return nil }
    return Int(text.trimmingCharacters(in: .whitespacesAndNewlines))
  }

  #if os(Linux)
    private static let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
  #else
    private static let files = RLIMIT_NOFILE
  #endif
}

/// The clock that drives the state machines: monotonic, so that setting the wall clock changes nothing.
struct MonotonicClock: Sendable {
  private let start = ContinuousClock.now

  var now: Instant { Instant(start.duration(to: .now)) }
}
