import SweepModel

/// One trial as JSON or as a row: what `export` and `rerun` print (docs/json.md).
public struct TrialDocument: Hashable, Sendable {
  private let sweep: String
  private let named: NamedVariant
  private let result: TrialResult

  /// A document of one result.
  public init(sweep: String, variant: NamedVariant, result: TrialResult) {
    self.sweep = sweep
    named = variant
    self.result = result
  }

  /// The members in their order; seconds come last, as the only one that differs between runs.
  public func members(withHistory: Bool) -> [JSONValue.Member] {
    var members: [JSONValue.Member] = [
      .init("sweep", .string(sweep)),
      .init("variant", .string(named.name)),
      .init("index", .integer(Int64(result.index.rawValue))),
      .init("seed", .string(result.seed.hex)),
      .init("status", .string(result.status.rawValue)),
    ]
    switch result.outcome {
    case .completed: break
    case .diverged(let epoch, _): members.append(.init("diverged_at_epoch", .integer(Int64(epoch))))
    case .failed(let reason): members.append(.init("reason", .string(reason)))
    }
    let measurements = result.measurements
    members += [
      .init("metrics", .object(zipped(measurements?.metrics ?? []))),
      .init("weights_sha256", (measurements?.weightsDigest.hex).map(JSONValue.string) ?? .null),
      .init("history_sha256", (measurements?.historyDigest.hex).map(JSONValue.string) ?? .null),
    ]
    if withHistory { members.append(.init("history", history)) }
    members.append(.init("seconds", .number(result.seconds)))
    return members
  }

  private func zipped(_ metrics: [Double]) -> [JSONValue.Member] {
    zip(named.variant.metricNames, metrics).map { .init($0, .metric($1)) }
  }

  /// Column by column, an array with one entry for each epoch; null where it was not kept.
  private var history: JSONValue {
    guard let values = result.measurements?.history, !values.isEmpty else { return .null }
    let columns = named.variant.historyColumns
    return .object(
      columns.enumerated().map { column, name in
        let epochs = stride(from: column, to: values.count, by: columns.count)
        return .init(name, .array(epochs.map { .metric(values[$0]) }))
      })
  }
}

extension TrialDocument {
  /// The columns of CSV for these metrics.
  static func columns(metrics: [String]) -> [String] {
    ["sweep", "variant", "index", "seed", "status", "diverged_at_epoch", "reason"] + metrics
      + ["weights_sha256", "history_sha256", "seconds"]
  }

  /// One row of CSV under those columns, where `metrics` may be more than this variant has.
  func cells(metrics: [String]) -> [String] {
    var epoch = ""
    var reason = ""
    switch result.outcome {
    case .completed: break
    case .diverged(let atEpoch, _): epoch = String(atEpoch)
    case .failed(let text): reason = text
    }
    let measurements = result.measurements
    let own = named.variant.metricNames
    let values = metrics.map { name in
      own.firstIndex(of: name).flatMap { measurements?.metrics[$0] }.map(CSV.number) ?? ""
    }
    return [
      sweep, named.name, result.index.description, result.seed.hex, result.status.rawValue, epoch,
      reason,
    ] + values + [
      measurements?.weightsDigest.hex ?? "", measurements?.historyDigest.hex ?? "",
      CSV.number(result.seconds),
    ]
  }

  /// CSV of the history, a row for each epoch and column.
  func historyLines() -> [String] {
    guard let values = result.measurements?.history else { return [] }
    let columns = named.variant.historyColumns
    return values.enumerated().map { position, value in
      CSV.line([
        sweep, named.name, result.index.description, result.seed.hex,
        String(position / columns.count + 1), columns[position % columns.count], CSV.number(value),
      ])
    }
  }
}
