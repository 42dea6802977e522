import SweepModel

extension TrustReport {
  /// The member `trust` of documents (docs/json.md).
  var json: JSONValue {
    [
      "violated_trials": .count(total(\.violatedTrials)),
      "settled": .count(total(\.violatedTrials) - total(\.openTrials)),
      "open": .count(total(\.openTrials)),
      "disputes": .array(disputes.map(\.json)),
      "audits": ["done": .count(total(\.auditsDone)), "open": .count(total(\.auditsOpen))],
      "unsupported": .count(total(\.unsupported)),
      "quarantined": .count(quarantinedCount),
      "quarantined_workers": .array(quarantined.map(\.json)),
    ]
  }
}

extension TrustReport.Dispute {
  fileprivate var json: JSONValue {
    [
      "variant": .string(variant),
      "index": .count(trial.index.rawValue),
      "seed": .string(trial.seed.hex),
      "settled": .boolean(isSettled),
      "results": .array(results.map { .object($0.members) }),
    ]
  }
}

extension TrustReport.Result {
  /// The members of one result's object.
  var members: [JSONValue.Member] {
    [
      .init("stands", .boolean(stands)),
      .init("status", .string(result.status.rawValue)),
      .init("weights_sha256", .optionalText(result.measurements?.weightsDigest.hex)),
      .init("history_sha256", .optionalText(result.measurements?.historyDigest.hex)),
      .init("workers", .array(workers.map(\.json))),
    ]
  }
}

extension TrustReport.Worker {
  fileprivate var json: JSONValue {
    [
      "worker": .string(name),
      "host": .optionalText(host),
      "processor": .optionalText(processor),
      "instruction_set": .optionalText(instructionSet),
      "software": .optionalText(software),
      "executable_sha256": .optionalText(executable),
      "outvoted": .integer(Int64(failures)),
      "quarantined": .boolean(isQuarantined),
    ]
  }
}
