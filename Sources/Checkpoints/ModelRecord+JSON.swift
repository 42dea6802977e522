import Foundation
import SweepModel
import Training

extension ModelRecord {
  /// The version of the record's form.
  static let format = 1

  /// The record as JSON; the history is a tensor of its own.
  var json: JSONValue {
    var members: [JSONValue.Member] = [
      .init("format", .integer(Int64(Self.format))),
      .init("sweep", .string(sweep)),
      .init("variant", .string(variant.name)),
      .init("specification", variant.variant.json),
      .init("variant_sha256", .string(variant.variant.digest.hex)),
      .init("master_seed", .string(masterSeed.description)),
      .init("index", .integer(Int64(bitPattern: index.rawValue))),
      .init("seed", .string(seed.hex)),
      .init("data_files", .array(dataFiles.map(\.json))),
      .init("representation", representation.json),
      .init("position", position.json),
      .init("made_by", maker.json),
    ]
    if let result { members.append(.init("result", result.json(variant.variant))) }
    return .object(members)
  }

  /// Reads what ``json`` is; the history comes from its tensor.
  init(_ root: JSONReader) throws(JSONReader.Problem) {
    let format = try root["format"].integer()
    guard format == Self.format else {
      throw try root["format"].problem(
        "is \(format), and this program reads \(Self.format): use the version that wrote it")
    }
    sweep = try root["sweep"].text()
    let specification = try root["specification"]
    do {
      variant = NamedVariant(
        name: try root["variant"].text(),
        variant: try ResolvedVariant(
          canonicalJSON: Array(specification.value.canonicalText.utf8)))
    } catch let problem as JSONReader.Problem {
      throw problem
    } catch {
      throw JSONReader.Problem(message: "\(error)")
    }
    guard try root["variant_sha256"].text() == variant.variant.digest.hex else {
      throw try root["variant_sha256"].problem("is not the digest of the specification beside it")
    }
    guard let master = MasterSeed(text: try root["master_seed"].text()),
      let seed = TrialSeed(hex: try root["seed"].text())
    else { throw try root["seed"].problem("or master_seed is not a seed") }
    masterSeed = master
    self.seed = seed
    index = TrialIndex(UInt64(bitPattern: try root["index"].integer64()))
    dataFiles = try root["data_files"].list { (file) throws(JSONReader.Problem) in
      try DataFile(file)
    }
    representation = try DataRepresentation(try root["representation"])
    position = try TrainingPosition(try root["position"])
    maker = try Maker(try root["made_by"])
    result = nil
    if let own = root.optional("result") {
      result = try TrialResult(own, index: index, seed: seed, variant: variant.variant)
    }
    if let problem = representation.problem {
      throw try root["representation"].problem(problem)
    }
  }
}

extension DataFile {
  fileprivate var json: JSONValue {
    ["path": .string(path), "size": .integer(Int64(size)), "sha256": .string(digest.hex)]
  }

  fileprivate init(_ root: JSONReader) throws(JSONReader.Problem) {
    self.init(
      path: try root["path"].text(), size: try root["size"].integer(),
      digest: try root["sha256"].digest())
  }
}

extension ModelRecord.Maker {
  fileprivate var json: JSONValue {
    [
      "software": .string(software), "machine": .string(machine),
      "processor": .string(processor), "time": .string(time),
    ]
  }

  fileprivate init(_ root: JSONReader) throws(JSONReader.Problem) {
    self.init(
      software: try root["software"].text(), machine: try root["machine"].text(),
      processor: try root["processor"].text(), time: try root["time"].text())
  }
}

extension DataRepresentation {
  /// The SHA-256 of its canonical JSON, as in a model's record.
  public var recordDigest: RepresentationDigest {
    RepresentationDigest(hashing: json.canonicalText.utf8)
  }

  fileprivate var json: JSONValue {
    var members: [JSONValue.Member] = [
      .init("input_columns", .array(inputColumns.map(\.json))),
      .init("target_columns", .array(targetColumns.map(\.json))),
      .init("input_shape", .array(inputShape.map { .integer(Int64($0)) })),
      .init("scale", .number(scale)),
    ]
    if let standardization {
      members.append(.init("means", .array(standardization.means.map { .number($0) })))
      members.append(.init("deviations", .array(standardization.deviations.map { .number($0) })))
    }
    if let vocabulary {
      members.append(.init("vocabulary", .array(vocabulary.map { .string($0) })))
    }
    if let classNames { members.append(.init("classes", .array(classNames.map { .string($0) }))) }
    return .object(members)
  }

  fileprivate init(_ root: JSONReader) throws(JSONReader.Problem) {
    self.init(
      inputColumns: try root["input_columns"].list { (column) throws(JSONReader.Problem) in
        try Column(column)
      },
      targetColumns: try root["target_columns"].list { (column) throws(JSONReader.Problem) in
        try Column(column)
      },
      scale: try root["scale"].number(), inputShape: try root["input_shape"].integers(),
      vocabulary: try root.optional("vocabulary")?.texts(),
      classNames: try root.optional("classes")?.texts())
    if let means = root.optional("means") {
      standardization = Standardization(
        means: try means.numbers(), deviations: try root["deviations"].numbers())
    }
  }
}

extension DataRepresentation {
  /// What does not fit together in it; nil where all does.
  fileprivate var problem: String? {
    var width = 1
    for length in inputShape {
      let (product, overflows) = width.multipliedReportingOverflow(by: length)
      guard length > 0, !overflows, product <= Limits.dataValues else {
        return "has the shape \(inputShape), which no sample has"
      }
      width = product
    }
    guard (1...Limits.axes).contains(inputShape.count) else {
      return "has a shape of \(inputShape.count) axes"
    }
    guard inputColumns.isEmpty || inputColumns.count == width else {
      return "has \(inputColumns.count) input columns for \(width) values"
    }
    guard let standardization else { return nil }
    guard standardization.means.count == width, standardization.deviations.count == width else {
      return "has statistics of another number of features than \(width)"
    }
    return nil
  }
}

extension DataRepresentation.Column {
  fileprivate var json: JSONValue {
    var members = [JSONValue.Member("name", .string(name))]
    if let categories {
      members.append(.init("categories", .array(categories.map { .string($0) })))
    }
    return .object(members)
  }

  fileprivate init(_ root: JSONReader) throws(JSONReader.Problem) {
    self.init(
      name: try root["name"].text(), categories: try root.optional("categories")?.texts())
  }
}

extension TrainingPosition {
  /// Numbers are given by their bits, since they must come back exactly.
  fileprivate var json: JSONValue {
    func bits(_ numbers: [String: Double]) -> JSONValue {
      .object(
        numbers.sorted { $0.key < $1.key }.map { .init($0.key, .bits($0.value)) })
    }
    var members: [JSONValue.Member] = [
      .init("epoch", .integer(Int64(epoch))), .init("samples", .integer(Int64(samples))),
      .init("steps", .integer(Int64(steps))), .init("optimizer", bits(optimizer)),
      .init("callbacks", .array(callbacks.map(bits))),
      .init("sums", .array(sums.map { .bits($0) })), .init("is_over", .boolean(isOver)),
    ]
    if let restored { members.append(.init("restored", .integer(Int64(restored)))) }
    if earlierSteps != 0 {
      members.append(.init("earlier_steps", .integer(Int64(earlierSteps))))
    }
    return .object(members)
  }

  fileprivate init(_ root: JSONReader) throws(JSONReader.Problem) {
    func numbers(_ root: JSONReader) throws(JSONReader.Problem) -> [String: Double] {
      var numbers: [String: Double] = [:]
      for (name, member) in try root.members() { numbers[name] = try member.bits() }
      return numbers
    }
    self.init(
      epoch: try root["epoch"].integer(), samples: try root["samples"].integer(),
      steps: try root["steps"].integer(), optimizer: try numbers(try root["optimizer"]),
      callbacks: try root["callbacks"].list { (callback) throws(JSONReader.Problem) in
        try numbers(callback)
      },
      history: [],
      sums: try root["sums"].list { (sum) throws(JSONReader.Problem) in try sum.bits() },
      restored: try root.optional("restored")?.integer(), isOver: try root["is_over"].boolean(),
      earlierSteps: try root.optional("earlier_steps")?.integer() ?? 0)
  }
}

extension TrialResult {
  fileprivate func json(_ variant: ResolvedVariant) -> JSONValue {
    guard let measurements else { return ["status": .string(status.rawValue)] }
    var members: [JSONValue.Member] = [
      .init("status", .string(status.rawValue)),
      .init(
        "metrics",
        .object(
          zip(variant.metricNames, measurements.metrics).map { .init($0, .metric($1)) })),
      .init("metric_bits", .array(measurements.metrics.map { .bits($0) })),
      .init("weights_sha256", .string(measurements.weightsDigest.hex)),
      .init("history_sha256", .string(measurements.historyDigest.hex)),
      .init(
        "fingerprints",
        .array(measurements.variableFingerprints.map { .string(Hexadecimal.text($0)) })),
      .init("seconds", .number(seconds)),
    ]
    if case .diverged(let epoch, _) = outcome {
      members.append(.init("diverged_at_epoch", .integer(Int64(epoch))))
    }
    return .object(members)
  }

  fileprivate init(
    _ root: JSONReader, index: TrialIndex, seed: TrialSeed, variant: ResolvedVariant
  ) throws(JSONReader.Problem) {
    let measurements = Measurements(
      metrics: try root["metric_bits"].list { (metric) throws(JSONReader.Problem) in
        try metric.bits()
      },
      weightsDigest: try root["weights_sha256"].digest(),
      historyDigest: try root["history_sha256"].digest(),
      variableFingerprints: try root["fingerprints"].list { (print) throws(JSONReader.Problem) in
        try print.word()
      }, history: [])
    guard measurements.metrics.count == variant.metricNames.count else {
      throw try root["metric_bits"].problem("has another number of metrics than the specification")
    }
    let outcome: Outcome
    switch try root["status"].text() {
    case TrialStatus.completed.rawValue: outcome = .completed(measurements)
    case TrialStatus.diverged.rawValue:
      outcome = .diverged(atEpoch: try root["diverged_at_epoch"].integer(), measurements)
    default: throw try root["status"].problem("is not completed or diverged")
    }
    self.init(
      index: index, seed: seed, outcome: outcome, seconds: try root["seconds"].number())
  }
}

extension JSONValue {
  /// A binary64 number by its 16 hexadecimal digits.
  fileprivate static func bits(_ value: Double) -> JSONValue {
    .string(Hexadecimal.text(value.bitPattern))
  }
}
