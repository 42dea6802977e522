import SweepModel

extension CoordinatorStatus {
  /// The forms in which it can be had.
  public enum Format: String, Hashable, Sendable, CaseIterable {
    /// Tables for a terminal.
    case table
    /// One document (docs/json.md).
    case json
  }

  /// How the coordinator is, in a form that ends with a line feed.
  public func text(as format: Format) -> String {
    switch format {
    case .table: table
    case .json: json.indentedText + "\n"
    }
  }

  private var json: JSONValue {
    [
      "coordinator": [
        "version": .string(software),
        "contract": .integer(Int64(contract)),
        "epoch": .count(epoch),
        "uptime_seconds": .metric(uptimeSeconds),
        "store": .string(store),
        "ending": .boolean(isEnding),
        "results_uncommitted": .count(uncommittedResults),
        "submissions_waiting": .integer(Int64(waitingSubmissions)),
      ],
      "sweeps": .array(sweeps.map(\.json)),
      "workers": .array(workers.map(\.json)),
      "waiting": .array(waiting.map(\.json)),
    ]
  }
}

extension SweepStatus {
  /// How far the sweep is, in a form that ends with a line feed.
  public func text(as format: CoordinatorStatus.Format) -> String {
    switch format {
    case .table: Self.table([self]).alignedLines.joined(separator: "\n") + "\n"
    case .json: json.indentedText + "\n"
    }
  }

  fileprivate var json: JSONValue {
    [
      "sweep": .string(name),
      "master_seed": .string(masterSeed.description),
      "state": .string(state.rawValue),
      "variants": .integer(Int64(variants)),
      "trials": .count(trials),
      "asked": .count(asked),
      "recorded": .count(recorded),
      "diverged": .count(diverged),
      "failed": .count(failed),
      "determinism_violations": .count(violations),
      "open_audits": .count(openAudits),
      "priority": .integer(Int64(priority)),
    ]
  }
}

extension WaitingReason {
  /// What is known, and the sentence that `status` shows.
  fileprivate var json: JSONValue {
    [
      "code": .string(code.rawValue),
      "blocking": .boolean(isBlocking),
      "sweep": .optionalText(sweep),
      "variant": .optionalText(variant),
      "variants": .integer(Int64(variants)),
      "workers": .integer(Int64(workers)),
      "workers_connected": .integer(Int64(connected)),
      "trials": .count(trials),
      "host": .optionalText(host),
      "key": .optionalText(key),
      "address": .optionalText(address),
      "seconds": seconds.map(JSONValue.metric) ?? .null,
      "retry_seconds": retrySeconds.map(JSONValue.metric) ?? .null,
      "detail": .optionalText(detail),
      "text": .string(text()),
    ]
  }
}

extension WorkerStatus {
  fileprivate var json: JSONValue {
    [
      "worker": .string(Hexadecimal.text(id)),
      "host": .string(host),
      "processor": .string(processor),
      "slots": .integer(Int64(slots)),
      "leases": .integer(Int64(leases)),
      "trials_per_second": .metric(trialsPerSecond),
      "silent_seconds": .metric(silentSeconds),
      "stalled": .boolean(isStalled),
      "key": .optionalText(key),
      "slots_origin": .string(resources.slotsOrigin),
      "memory_bytes": resources.memoryBytes.map(JSONValue.count) ?? .null,
      "memory_origin": .string(resources.memoryOrigin),
      "memory_needed_bytes": memoryNeededBytes.map(JSONValue.count) ?? .null,
      "remaining_seconds": remainingSeconds.map(JSONValue.metric) ?? .null,
    ]
  }
}
