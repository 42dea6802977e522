import Foundation
import SweepModel

/// How many connections the system lets this process have: each takes a file descriptor.
struct ConnectionLimits: Hashable, Sendable {
  /// Workers that can be served.
  let workers: Int
  /// Connections that are kept open, those of clients and of strangers among them.
  let connections: Int
  /// What people should know about it.
  let warnings: [String]

  /// Descriptors that are not for connections: the store, data, pipes, logs.
  private static let reserve = 96
  /// Connections beyond those of workers: clients, and workers that come back before the system has
  /// seen that their old connection is gone.
  private static func spare(_ workers: Int) -> Int { 32 + workers / 8 }
  /// The largest number of workers that fits with what is to spare beside it.
  private static func workers(in connections: Int) -> Int {
    let room = connections - 32
    return room < 1 ? 0 : 8 * (room / 9) + min(room % 9, 7)
  }

  /// Fewer workers than this surprise whoever starts a coordinator.
  private static let fewWorkers = 512

  /// Looks at this process's limits, after raising them as far as the system allows.
  ///
  /// - Throws: ``RuntimeError`` where they are too low for the `wanted` number of workers.
  init(wanted: Int?) throws(RuntimeError) {
    SystemCall.raiseFileLimit()
    try self.init(wanted: wanted, files: SystemCall.fileLimit, backlog: SystemCall.backlogLimit)
  }

  /// The limits where a process may open so many files, and the system queues so many connections
  /// that have not been accepted.
  init(wanted: Int?, files: Int, backlog: Int?) throws(RuntimeError) {
    let room = max(0, files - Self.reserve)
    let possible = min(Limits.workers, Self.workers(in: room))
    guard possible > 0 else {
      throw RuntimeError(
        .environment,
        "this process may open \(files) files, too few to serve a worker: raise the limit "
          + "(`ulimit -n 4096`)")
    }
    if let wanted, wanted > possible {
      throw RuntimeError(
        .environment,
        "--max-workers \(wanted): this process may open \(files) files, enough for \(possible) "
          + "workers: raise the limit (`ulimit -n \(Self.files(for: wanted))`)")
    }
    workers = wanted ?? possible
    connections = workers + Self.spare(workers)
    var warnings: [String] = []
    if wanted == nil, possible < Self.fewWorkers {
      warnings.append(
        "this process may open \(files) files, enough for \(possible) workers; others are refused")
    }
    if let wanted, let backlog, backlog < min(wanted, Self.usualBacklog) {
      warnings.append(
        "the system queues \(backlog) new connections (net.core.somaxconn): when \(wanted) workers "
          + "come back at once, some try more than once")
    }
    self.warnings = warnings
  }

  private static let usualBacklog = 4_096

  /// The files that a coordinator of so many workers opens.
  private static func files(for workers: Int) -> Int { reserve + workers + spare(workers) }
}
