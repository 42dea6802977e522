import Checkpoints
import SweepModel

/// What a model's file says of itself; its digests are verified.
public struct ShownModel: Sendable {
  /// For people.
  public let text: String
  /// As one JSON document.
  public let json: JSONValue

  /// Reads the file at `path`.
  ///
  /// - Throws: ``RuntimeError`` where it is no model's file, or is damaged.
  public init(path: String) throws(RuntimeError) {
    do throws(CheckpointError) {
      let file = try ModelFile(path: path)
      try file.verify()
      text = file.record.provenance(path: path, tensors: try file.tensors())
      json = file.record.document(path: path)
    } catch {
      throw RuntimeError(error)
    }
  }
}

extension ModelEvaluation {
  /// For people.
  public var text: String {
    var lines = [
      "\(record.sweep), variant \(record.variant.name), seed \(record.seed): \(sampleCount) samples"
    ]
    let width = metrics.map(\.name.count).max() ?? 0
    for (name, value) in metrics {
      lines.append("  \(name)\(String(repeating: " ", count: width - name.count))  \(value)")
    }
    switch isAsRecorded {
    case true?: lines.append("identical to the metrics on record")
    case false?: lines.append("DIFFERENT from the metrics on record")
    case nil: break
    }
    return lines.map { $0 + "\n" }.joined()
  }

  /// As one JSON document.
  public var json: JSONValue {
    let verdict = isAsRecorded.map { $0 ? "identical" : "different" } ?? "not_recorded"
    return [
      "sweep": .string(record.sweep), "variant": .string(record.variant.name),
      "seed": .string(record.seed.hex), "samples": .integer(Int64(sampleCount)),
      "metrics": .object(metrics.map { .init($0.name, .metric($0.value)) }),
      "verdict": .string(verdict),
    ]
  }
}
