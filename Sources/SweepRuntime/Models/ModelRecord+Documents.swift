import Checkpoints
import SweepModel
import SweepReport

extension ModelRecord {
  /// The trial in a few lines: how it ended, its metrics, its weights' digest and its model's file.
  public func summary(path: String? = nil) -> String {
    var lines = ["\(sweep), variant \(variant.name), trial \(index), seed \(seed): \(ending)"]
    if let measurements = result?.measurements {
      let names = variant.variant.metricNames
      let width = max(names.map(\.count).max() ?? 0, "weights".count)
      for (name, value) in zip(names, measurements.metrics) {
        lines.append("  \(name.padded(to: width))  \(value)")
      }
      lines.append("  \("weights".padded(to: width))  \(measurements.weightsDigest)")
      if let path { lines.append("  \("model".padded(to: width))  \(path)") }
    }
    return lines.map { $0 + "\n" }.joined()
  }

  /// How the training ended, or how far it has come.
  private var ending: String {
    let epochs = variant.variant.training.epochs
    switch result?.outcome {
    case nil: return "in training, \(position.epoch) of \(epochs) epochs"
    case .completed where position.epoch < epochs: return "completed in epoch \(position.epoch)"
    case .completed: return "completed"
    case .diverged(let epoch, _): return "diverged in epoch \(epoch)"
    case .failed(let reason): return "failed: \(reason)"
    }
  }

  /// Where the model came from, for people.
  ///
  /// - Parameter path: The model's file.
  public func provenance(path: String, tensors: [(name: String, shape: [Int])]) -> String {
    var lines = [summary().dropLast().description, ""]
    func add(_ name: String, _ value: String) { lines.append("\(name.padded(to: 16))  \(value)") }
    add("sweep", "\(sweep), master seed \(masterSeed)")
    add("variant", "\(variant.name), digest \(variant.variant.digest)")
    for (number, component) in variant.variant.components.enumerated() {
      add(number == 0 ? "needs" : "", "\(component)")
    }
    add("numeric contract", "\(variant.variant.contractVersion)")
    add("data", "\(variant.variant.data.kind), digest \(variant.variant.dataDigest)")
    for file in variant.variant.data.named(among: dataFiles) { add("", file.line) }
    for line in representation.lines { add("", line) }
    for (source, title) in variant.variant.sources.titled {
      add(title, source.sourceLine)
      for file in source.named(among: dataFiles) { add("", file.line) }
    }
    add("position", "epoch \(position.epoch), step \(position.steps)")
    add("made by", "seedsweep \(maker.software) on \(maker.machine), \(maker.time)")
    add("", maker.processor)
    add("variables", "")
    for tensor in tensors where !tensor.name.hasPrefix("@") {
      lines.append("  \(tensor.name)  \(tensor.shape)")
    }
    lines.append("")
    lines.append("Train it again, to the same bits, from the specification in the file:")
    lines.append("  \(command(path: path))")
    return lines.map { $0 + "\n" }.joined()
  }

  /// The one command that makes the model again.
  public func command(path: String) -> String {
    "seedsweep train \(seed) --model \(path) --save again.safetensors"
  }

  /// The model as JSON.
  public func document(path: String?) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("sweep", .string(sweep)), .init("variant", .string(variant.name)),
      .init("index", .integer(Int64(bitPattern: index.rawValue))), .init("seed", .string(seed.hex)),
      .init("master_seed", .string(masterSeed.description)),
      .init("status", .string(result?.status.rawValue ?? "training")),
      .init("epoch", .integer(Int64(position.epoch))),
      .init("step", .integer(Int64(position.steps))),
    ]
    if let measurements = result?.measurements {
      let metrics = zip(variant.variant.metricNames, measurements.metrics)
      members.append(.init("metrics", .object(metrics.map { .init($0, .metric($1)) })))
      members.append(.init("weights_sha256", .string(measurements.weightsDigest.hex)))
      members.append(.init("history_sha256", .string(measurements.historyDigest.hex)))
    }
    members += [
      .init("variant_sha256", .string(variant.variant.digest.hex)),
      .init("resolved", variant.variant.json),
      .init(
        "data_files",
        .array(
          dataFiles.map {
            [
              "path": .string($0.path), "size": .integer(Int64($0.size)),
              "sha256": .string($0.digest.hex),
            ]
          })),
      .init(
        "made_by",
        [
          "software": .string(maker.software), "machine": .string(maker.machine),
          "processor": .string(maker.processor), "time": .string(maker.time),
        ]),
    ]
    if let path { members.append(.init("model", .string(path))) }
    return .object(members)
  }
}

extension DataFile {
  fileprivate var line: String { "\(path), \(size) bytes, SHA-256 \(digest)" }
}

extension ModelSources {
  /// The sources with what each is for.
  fileprivate var titled: [(Configuration, String)] {
    zip([.initialWeights, .masks, .targets] as [Kind], ["begins with", "masks", "targets from"])
      .compactMap { kind, title in self[kind].map { ($0, title) } }
  }
}

extension Configuration {
  /// A source and what of it was taken.
  fileprivate var sourceLine: String {
    let rest = arguments.filter { $0.key != "path" }
    let settings = Configuration(kind: kind, arguments: rest).json[kind]?.text ?? ""
    return rest.isEmpty ? text("path") : "\(text("path")) \(settings)"
  }
}

extension DataRepresentation {
  /// What is known of the inputs and outputs, a line each.
  fileprivate var lines: [String] {
    var lines: [String] = []
    if !inputColumns.isEmpty {
      lines.append("inputs: " + inputColumns.map(\.name).joined(separator: ", "))
    }
    if let vocabulary { lines.append("vocabulary of \(vocabulary.count) words") }
    if let classNames {
      lines.append("classes: " + classNames.filter { !$0.isEmpty }.joined(separator: ", "))
    }
    if standardization != nil { lines.append("standardized with the training samples' statistics") }
    return lines
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
