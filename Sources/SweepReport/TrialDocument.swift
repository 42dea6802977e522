import SweepModel

/// One trial as JSON: what `rerun` and `export` print, and a summary shows (docs/json.md).
public struct TrialDocument: Hashable, Sendable {
  /// Members that not every use of a document wants.
  public struct Extras: OptionSet, Hashable, Sendable {
    /// The bits of the set.
    public let rawValue: UInt8

    /// A set of those bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// `history`: an array for each column, or null where the history was not kept.
    public static let history = Extras(rawValue: 1)
    /// `seconds`: the one member that differs between two runs of a trial, and the last.
    public static let seconds = Extras(rawValue: 2)
  }

  private let sweep: String
  private let variant: String
  private let metricNames: [String]
  private let historyColumns: [String]
  private let result: TrialResult

  /// The document of one result.
  public init(sweep: String, variant: NamedVariant, result: TrialResult) {
    self.sweep = sweep
    self.variant = variant.name
    metricNames = variant.variant.metricNames
    historyColumns = variant.variant.historyColumns
    self.result = result
  }

  /// The document of a result without history, for which the names are enough.
  init(sweep: String, variant: String, metricNames: [String], result: TrialResult) {
    self.sweep = sweep
    self.variant = variant
    self.metricNames = metricNames
    historyColumns = []
    self.result = result
  }

  /// The members in their order.
  public func members(including extras: Extras) -> [JSONValue.Member] {
    let measurements = result.measurements
    var members: [JSONValue.Member] = [
      .init("sweep", .string(sweep)),
      .init("variant", .string(variant)),
      .init("index", .count(result.index.rawValue)),
      .init("seed", .string(result.seed.hex)),
      .init("status", .string(result.status.rawValue)),
    ]
    switch result.outcome {
    case .completed: break
    case .diverged(let epoch, _): members.append(.init("diverged_at_epoch", .integer(Int64(epoch))))
    case .failed(let reason): members.append(.init("reason", .string(reason)))
    }
    members += [
      .init("metrics", .object(zip(metricNames, measurements?.metrics ?? []).map(Self.metric))),
      .init("weights_sha256", .optionalText(measurements?.weightsDigest.hex)),
      .init("history_sha256", .optionalText(measurements?.historyDigest.hex)),
    ]
    if extras.contains(.history) { members.append(.init("history", history)) }
    if extras.contains(.seconds) { members.append(.init("seconds", .metric(result.seconds))) }
    return members
  }

  private static func metric(_ name: String, _ value: Double) -> JSONValue.Member {
    JSONValue.Member(name, .metric(value))
  }

  private var history: JSONValue {
    guard let values = result.measurements?.history, !values.isEmpty else { return .null }
    return .object(
      historyColumns.enumerated().map { column, name in
        let positions = stride(from: column, to: values.count, by: historyColumns.count)
        return JSONValue.Member(name, .array(positions.map { .metric(values[$0]) }))
      })
  }
}
