import Foundation
import Logging
import SweepModel

/// Writes log entries as JSON, one object on a line.
///
/// Members, in this order: `time` (UTC, ISO 8601), `level`, `logger`, `message`, then one for each piece of
/// metadata, sorted by name, under `metadata`.
public struct JSONLogHandler: LogHandler {
  /// Where lines go.
  public typealias Sink = @Sendable (String) -> Void

  /// What is written of what is less urgent: nothing.
  public var logLevel = Logger.Level.info
  /// What every entry says.
  public var metadata = Logger.Metadata()
  private let label: String
  private let sink: Sink

  /// A handler that gives each line, with its line feed, to `sink`.
  public init(label: String, sink: @escaping Sink) {
    self.label = label
    self.sink = sink
  }

  /// A piece of the metadata of every entry.
  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  /// Writes an entry.
  public func log(event: LogEvent) {
    let all = metadata.merging(event.metadata ?? [:]) { $1 }
    let members = all.sorted { $0.key < $1.key }.map {
      JSONValue.Member($0.key, .string($0.value.description))
    }
    let line: JSONValue = [
      "time": .string(Self.time(Date())), "level": .string(event.level.rawValue),
      "logger": .string(label), "message": .string(event.message.description),
      "metadata": .object(members),
    ]
    sink(line.text + "\n")
  }

  private static func time(_ date: Date) -> String {
    date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
  }
}
