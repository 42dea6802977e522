import Foundation

/// The files that this process may open.
///
/// ZeroMQ ends the process, with a line of its source, where it finds no descriptor for itself: so what
/// it needs is made sure of before it starts.
enum FileLimit {
  /// What ZeroMQ, pipes, logs and data take in a worker, whose connections are one.
  static let leastOfWorker = 32

  /// Checks that this process may open `least` files, after raising its limit as far as it is allowed.
  ///
  /// - Throws: ``RuntimeError`` where it may not.
  static func require(_ least: Int) throws(RuntimeError) {
    SystemCall.raiseFileLimit()
    var limit = rlimit()
    #if os(Linux)
      let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #else
      let resource = RLIMIT_NOFILE
    #endif
    guard getrlimit(resource, &limit) == 0, limit.rlim_cur < rlim_t(least) else { return }
    throw RuntimeError(
      .environment,
      "this process may open \(limit.rlim_cur) files, and needs \(least): raise the limit "
        + "(`ulimit -n 1024`)")
  }
}
