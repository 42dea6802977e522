import Foundation
import SweepModel
import Testing

/// Models that learnt what another model predicts (`targets_from`).
@Suite struct StudentTests {
  private static let seed = "1e3f18356e752082"
  private static let samples = (training: 48, validation: 16)
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func specification(
    _ name: String, data: String, units: Int = 3, activation: String = "softmax", loss: String,
    metrics: String, _ rest: String = ""
  ) -> String {
    """
    name: \(name)
    master_seed: 1
    trials: 3
    data: \(data)
    model: [dense: {units: 8, activation: tanh}, dense: {units: \(units), activation: \(activation)}]
    training: {loss: \(loss), optimizer: {adam: {learning_rate: 0.05}}, epochs: 5, batch_size: 16}
    metrics: [\(metrics)]
    \(rest)
    """
  }

  /// Trains the trial; returns what was printed of it.
  private func train(_ name: String, _ text: String) throws -> JSONValue {
    try scratch.write(text, to: "\(name).yaml")
    let ended = try Program.run(
      "train", Self.seed, "--spec", "\(name).yaml", "--save", "\(name).safetensors", "--format",
      "json", in: scratch)
    #expect(ended.status == 0, "\(ended.errors)")
    return try ended.json
  }

  private func predict(_ model: String, _ arguments: String...) throws -> [[Float]] {
    let ended = try RunningProgram(["predict", "\(model).safetensors"] + arguments, in: scratch)
      .end()
    #expect(ended.status == 0, "\(ended.errors)")
    return ended.output.split(separator: "\n").dropFirst().map { line in
      line.split(separator: ",").compactMap { Double($0).map { Float($0) } }
    }
  }

  private func number(_ value: JSONValue?) throws -> Double {
    guard case .number(let number)? = value else { throw CocoaError(.coderReadCorrupt) }
    return number
  }

  /// Inputs of the samples from `first` on, and the class of each.
  private func points(_ first: Int, _ count: Int) -> (inputs: [[Float]], classes: [Int]) {
    let numbers = first..<first + count
    return (
      numbers.map { [Float($0 % 3) + Float($0 * 7 % 11) / 16, Float($0 * 5 % 13) / 8] },
      numbers.map { $0 % 3 }
    )
  }

  /// A table for each part, whose targets are names or numbers of classes.
  private func writeTables(names: [String]) throws {
    for (file, first, count) in [
      ("t.csv", 0, Self.samples.training),
      ("v.csv", Self.samples.training, Self.samples.validation),
    ] {
      let (inputs, classes) = points(first, count)
      let lines = zip(inputs, classes).map { "\($0[0]),\($0[1]),\(names[$1])" }
      try scratch.write((["a,b,kind"] + lines).joined(separator: "\n") + "\n", to: file)
    }
  }

  // MARK: Samples that have classes

  /// The loss of new samples is that of validation: their classes count as one-hot vectors.
  @Test(arguments: ["categorical_crossentropy", "mean_squared_error"])
  func samplesWithClassesAreMeasuredAsInValidation(loss: String) throws {
    try writeTables(names: ["ant", "bee", "cat"])
    let data =
      "{kind: csv, path: t.csv, target: kind, categories: kind, validation_path: v.csv}"
    _ = try train(
      "teacher",
      specification(
        "teacher", data: data, loss: "sparse_categorical_crossentropy",
        metrics: "sparse_categorical_accuracy"))
    let student = try train(
      "student",
      specification(
        "student", data: data, activation: loss.hasPrefix("mean") ? "linear" : "softmax",
        loss: loss, metrics: "\(loss), categorical_accuracy", "targets_from: teacher.safetensors"))
    let rows = try predict("student", "--data", "v.csv", "--losses")
    #expect(rows.count == Self.samples.validation)
    for (row, kind) in zip(rows, points(Self.samples.training, rows.count).classes) {
      let values = row.dropLast().suffix(3).map { Double($0) }
      let expected =
        loss.hasPrefix("mean")
        ? values.enumerated().reduce(0) { sum, value in
          let error = value.element - (value.offset == kind ? 1 : 0)
          return sum + error * error / 3
        } : -log(values[kind])
      #expect(abs(Double(row.last ?? .nan) - expected) < 1e-5, "\(row)")
    }
    let recorded = try number(student["metrics"]?["val_\(loss)"])
    let mean = rows.reduce(0) { $0 + Double($1.last ?? .nan) } / Double(rows.count)
    #expect(abs(mean - recorded) < 1e-6)
    let evaluated = try Program.run(
      "evaluate", "student.safetensors", "--samples", "v.csv", "--format", "json", in: scratch)
    #expect(evaluated.status == 0, "\(evaluated.errors)")
    for metric in [loss, "categorical_accuracy"] {
      #expect(
        try evaluated.json["metrics"]?[metric] == student["metrics"]?["val_\(metric)"], "\(metric)")
    }
  }

  @Test func classesThatTheModelDoesNotPredictAreALine() throws {
    try writeTables(names: ["0", "1", "2"])
    let data = "{kind: csv, path: t.csv, target: kind, validation_path: v.csv}"
    _ = try train(
      "teacher",
      specification(
        "teacher", data: data, loss: "sparse_categorical_crossentropy",
        metrics: "sparse_categorical_accuracy"))
    _ = try train(
      "student",
      specification(
        "student", data: data, loss: "categorical_crossentropy", metrics: "categorical_accuracy",
        "targets_from: teacher.safetensors"))
    try scratch.write("a,b,kind\n0.5,0.5,1\n0.5,0.5,7\n", to: "n.csv")
    for arguments in [
      ["predict", "student.safetensors", "--data", "n.csv", "--losses"],
      ["evaluate", "student.safetensors", "--samples", "n.csv"],
    ] {
      let ended = try RunningProgram(arguments, in: scratch).end()
      #expect(ended.status == 2 && ended.output.isEmpty && ended.errorLines.count == 1)
      #expect(
        ended.errors.contains("n.csv: the model predicts 3 classes, and sample 2 is of class 7"),
        "\(ended.errors)")
    }
    // Targets of another shape than class numbers, and one-hot vectors in a file of their own.
    try writeArray([1, 0, 0, 1], shape: [2, 2], to: "pairs.npy")
    try writeArray([0, 1, 0, 0, 0, 1], shape: [2, 3], to: "vectors.npy")
    let pairs = try Program.run(
      "predict", "student.safetensors", "--data", "n.csv", "--targets", "pairs.npy", in: scratch)
    #expect(pairs.status == 2 && pairs.errorLines.count == 1)
    #expect(
      pairs.errors.contains("pairs.npy: the model predicts values of shape [3], and the targets"),
      "\(pairs.errors)")
    #expect(
      try predict("student", "--data", "n.csv", "--targets", "vectors.npy").map(\.count)
        == [6, 6])
  }

  // MARK: The same as targets in a file

  /// Writes an array of NumPy in binary32.
  private func writeArray(_ values: [Float], shape: [Int], to name: String) throws {
    let axes = shape.map { "\($0)," }.joined(separator: " ")
    let dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(axes)), }"
    let padding = String(repeating: " ", count: 63 - (10 + dictionary.utf8.count) % 64)
    let header = Data((dictionary + padding + "\n").utf8)
    var file = Data([0x93]) + Data("NUMPY".utf8) + Data([1, 0])
    file += withUnsafeBytes(of: UInt16(header.count).littleEndian) { Data($0) } + header
    for value in values {
      file += withUnsafeBytes(of: value.bitPattern.littleEndian) { Data($0) }
    }
    try file.write(to: scratch.url.appendingPathComponent(name))
  }

  /// A model that learns from a teacher has the bits of one that learns the teacher's predictions out of a file.
  @Test(arguments: ["mean_squared_error", "sparse_categorical_crossentropy"])
  func targetsOfATeacherAreThoseOfAFileWithItsPredictions(teacherLoss: String) throws {
    let isClassifier = teacherLoss != "mean_squared_error"
    let (units, activation) = isClassifier ? (3, "softmax") : (1, "linear")
    let loss = isClassifier ? "categorical_crossentropy" : "mean_squared_error"
    for (part, first, count) in [
      ("t", 0, Self.samples.training), ("v", Self.samples.training, Self.samples.validation),
    ] {
      let (inputs, classes) = points(first, count)
      try writeArray(inputs.flatMap { $0 }, shape: [count, 2], to: "\(part)-x.npy")
      try writeArray(classes.map { Float($0) }, shape: [count], to: "\(part)-y.npy")
      // The samples that validate keep their own targets: as they are, or one-hot.
      let own = classes.flatMap { number -> [Float] in
        isClassifier ? (0..<3).map { $0 == number ? 1 : 0 } : [Float(number)]
      }
      try writeArray(own, shape: [count, units], to: "\(part)-own.npy")
    }
    func data(_ targets: String, _ validation: String) -> String {
      "{kind: npy, inputs: t-x.npy, targets: \(targets), validation_inputs: v-x.npy, "
        + "validation_targets: \(validation)}"
    }
    _ = try train(
      "teacher",
      specification(
        "teacher", data: data("t-y.npy", "v-y.npy"), units: units, activation: activation,
        loss: teacherLoss, metrics: teacherLoss))
    // The shortest decimals of a binary64 that a binary32 is: reading them gives its bits.
    let predicted = try predict("teacher", "--data", "t-x.npy").map { $0.suffix(units) }
    #expect(predicted.count == Self.samples.training)
    try writeArray(
      predicted.flatMap { $0 }, shape: [predicted.count, units], to: "predicted.npy")
    let results = try [
      ("from-teacher", data("t-y.npy", "v-y.npy"), "targets_from: teacher.safetensors"),
      ("from-file", data("predicted.npy", "v-own.npy"), ""),
      ("from-own", data("t-own.npy", "v-own.npy"), ""),
    ].map { name, data, rest in
      try train(
        name,
        specification(
          name, data: data, units: units, activation: activation, loss: loss,
          metrics: loss, rest))
    }
    #expect(results[0]["weights_sha256"] == results[1]["weights_sha256"])
    #expect(results[0]["metrics"] == results[1]["metrics"])
    #expect(results[0]["history_sha256"] == results[1]["history_sha256"])
    #expect(results[0]["weights_sha256"] != results[2]["weights_sha256"])
  }
}
