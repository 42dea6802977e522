import SweepModel

/// What a crowd saw since it was last asked.
struct CrowdTally {
  var hellos = 0
  var welcomes = 0
  var heartbeats = 0
  var leases = 0
  var batches = 0
  var unreadable = 0
  /// Seconds from each heartbeat to its answer.
  var heartbeatTimes: [Double] = []
  /// Seconds from each batch of results to its acknowledgement, which follows its commit.
  var commitTimes: [Double] = []

  /// One object on a line; `working` are those that work in the coordinator's latest `epoch`.
  func line(second: Double, epoch: UInt64, working: Int, workers: Int) -> String {
    func milliseconds(_ seconds: [Double], _ share: Double) -> JSONValue {
      guard !seconds.isEmpty else { return .null }
      let sorted = seconds.sorted()
      let position = min(sorted.count - 1, Int(Double(sorted.count) * share))
      return .number((sorted[position] * 1e5).rounded() / 100)
    }
    let members: [JSONValue.Member] = [
      .init("second", .number((second * 100).rounded() / 100)),
      .init("epoch", .integer(Int64(epoch))),
      .init("workers", .integer(Int64(workers))),
      .init("working", .integer(Int64(working))),
      .init("hellos", .integer(Int64(hellos))), .init("welcomes", .integer(Int64(welcomes))),
      .init("heartbeats", .integer(Int64(heartbeats))), .init("leases", .integer(Int64(leases))),
      .init("batches", .integer(Int64(batches))),
      .init("unreadable", .integer(Int64(unreadable))),
      .init("heartbeat_ms_median", milliseconds(heartbeatTimes, 0.5)),
      .init("heartbeat_ms_p99", milliseconds(heartbeatTimes, 0.99)),
      .init("commit_ms_median", milliseconds(commitTimes, 0.5)),
      .init("commit_ms_p99", milliseconds(commitTimes, 0.99)),
    ]
    return JSONValue.object(members).canonicalText
  }
}
