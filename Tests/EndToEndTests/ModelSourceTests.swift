import Foundation
import SweepModel
import Testing

/// Sweeps that carry on what was trained before: weights, masks and targets out of files of models.
@Suite struct ModelSourceTests {
  private static let seed = "1e3f18356e752082"
  /// 90 samples of three groups, a fifth of them for validation.
  private static let data = "{kind: blobs, samples: 90, validation_samples: 18}"
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func specification(
    _ name: String,
    model: String = "[dense: {units: 8, activation: relu}, dense: {units: 3, activation: softmax}]",
    loss: String = "sparse_categorical_crossentropy", epochs: Int = 2, _ rest: String = ""
  ) -> String {
    """
    name: \(name)
    master_seed: 1
    trials: 3
    data: \(Self.data)
    model: \(model)
    training: {loss: \(loss), optimizer: adam, epochs: \(epochs), batch_size: 16, shuffle: false}
    metrics: [\(loss == "sparse_categorical_crossentropy" ? "sparse_" : "")categorical_accuracy]
    \(rest)
    """
  }

  @discardableResult private func train(
    _ specification: String, as name: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> JSONValue {
    try scratch.write(specification, to: "\(name).yaml")
    let ended = try Program.run(
      "train", Self.seed, "--spec", "\(name).yaml", "--save", "\(name).safetensors", "--format",
      "json", in: scratch)
    #expect(ended.status == 0, "\(ended.errors)", sourceLocation: sourceLocation)
    return try ended.json
  }

  /// What `check` says of a specification that cannot be used.
  private func complaint(_ text: String) throws -> String {
    try scratch.write(text, to: "bad.yaml")
    let ended = try Program.run("check", "bad.yaml", in: scratch)
    #expect(ended.status == 2, "\(ended.output)\(ended.errors)")
    #expect(ended.errors.split(separator: "\n").count == 1, "\(ended.errors)")
    return ended.errors
  }

  // MARK: Weights

  /// Two epochs, and two from where they ended, have the bits of four.
  @Test func trainingGoesOnFromAFileOfAnotherSweep() throws {
    try train(specification("first"), as: "first")
    let whole = try train(specification("whole", epochs: 4), as: "whole")
    let second = try train(
      specification("second", "initial_weights: {path: first.safetensors, optimizer_state: true}"),
      as: "second")
    #expect(second["weights_sha256"] == whole["weights_sha256"])
    // The third part counts the steps of the first as well.
    let six = try train(specification("six", epochs: 6), as: "six")
    let third = try train(
      specification("third", "initial_weights: {path: second.safetensors, optimizer_state: true}"),
      as: "third")
    #expect(third["weights_sha256"] == six["weights_sha256"])
    let anew = try train(
      specification("anew", "initial_weights: first.safetensors"), as: "anew")
    #expect(anew["weights_sha256"] != whole["weights_sha256"])
    let shown = try Program.run("show", "second.safetensors", in: scratch).output
    #expect(shown.contains("begins with") && shown.contains("first.safetensors"), "\(shown)")
  }

  /// The sweep's other trials, workers that have no such file, and a re-run give the same bits.
  @Test func theFileTravelsToWhoTrains() throws {
    try train(specification("first"), as: "first")
    let text = specification(
      "fine",
      """
      initial_weights: first.safetensors
      variants:
        frozen: {model.0.dense.trainable: false}
        anew: {initial_weights: {path: first.safetensors, match: name}, model.1.dense.name: head}
      """)
    try scratch.write(text, to: "fine.yaml")
    let run = try Program.run(
      "run", "fine.yaml", "--workers", "1", "--store", "local.sqlite", in: scratch)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.errors.contains("the seed draws what the file does not have: head/kernel"))

    let (elsewhere, worker) = (try Scratch(), try Scratch())
    let (coordinator, endpoint) = try CoordinatorProgram.start(in: elsewhere)
    let submitted = try Program.run("submit", "fine.yaml", "--connect", endpoint, in: scratch)
    #expect(submitted.status == 0, "\(submitted.errors)")
    let helper = try RunningProgram(
      ["worker", "--connect", endpoint, "--slots", "1"], in: worker,
      environment: ["HOME": worker.path("home"), "XDG_CACHE_HOME": ""])
    let watched = try Program.run("watch", "fine", "--connect", endpoint, in: scratch)
    #expect(watched.status == 0, "\(watched.errors)")
    helper.send(SIGTERM)
    _ = try helper.end()
    coordinator.send(SIGTERM)
    _ = try coordinator.end()
    func weights(_ store: String, in scratch: Scratch) throws -> [String] {
      let lines = try Program.run("export", "--store", store, in: scratch).output
        .split(separator: "\n")
        .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
      let column = try #require(lines.first?.firstIndex(of: "weights_sha256"))
      return lines.dropFirst().map { $0[column] }.sorted()
    }
    let local = try weights("local.sqlite", in: scratch)
    // Where all weights are given and nothing is shuffled, trials cannot differ.
    #expect(try weights("seedsweep.sqlite", in: elsewhere) == local && Set(local).count == 5)
    #expect(run.errors.contains("all trials are identical"))
    for variant in ["base", "frozen", "anew"] {
      let rerun = try Program.run(
        "rerun", Self.seed, "--variant", variant, "--store", "local.sqlite", in: scratch)
      #expect(rerun.status == 0, "\(rerun.errors)")
    }
    // Another file under the same name is not taken for it.
    try train(specification("first", epochs: 3), as: "other")
    let bytes = try Data(contentsOf: scratch.url.appendingPathComponent("other.safetensors"))
    try bytes.write(to: scratch.url.appendingPathComponent("first.safetensors"))
    let changed = try Program.run(
      "rerun", Self.seed, "--variant", "base", "--store", "local.sqlite", in: scratch)
    #expect(
      changed.status == 2
        && changed.errors.contains(
          "what training begins with (first.safetensors) has changed"),
      "\(changed.errors)")
  }

  /// A model and its weights come from a file of Keras and go back to one.
  @Test func aModelOfKerasIsSwept() throws {
    try train(specification("first"), as: "first")
    for file in ["first.keras", "first.weights.h5", "first.json"] {
      let written = try Program.run(
        "export-model", "first.safetensors", "--save", file, in: scratch)
      #expect(written.status == 0, "\(written.errors)")
    }
    let whole = try train(specification("whole", epochs: 4), as: "whole")
    for (model, weights) in [
      ("first.keras", "first.keras"), ("first.json", "first.weights.h5"),
    ] {
      let second = try train(
        specification(
          "second-\(weights)", model: "{keras: \(model)}",
          "initial_weights: {path: \(weights), optimizer_state: true}"), as: "second-\(weights)")
      #expect(second["weights_sha256"] == whole["weights_sha256"], "\(weights)")
    }
    let frozen = try train(
      specification(
        "frozen", model: "{keras: first.json, frozen: [dense]}",
        "initial_weights: {path: first.weights.h5, match: name}"), as: "frozen")
    #expect(frozen["weights_sha256"] != whole["weights_sha256"])
    let again = try Program.run(
      "export-model", "frozen.safetensors", "--save", "frozen.json", in: scratch)
    #expect(again.status == 0, "\(again.errors)")
    let text = try String(contentsOfFile: scratch.path("frozen.json"), encoding: .utf8)
    #expect(text.components(separatedBy: "\"trainable\":false").count == 2)
  }

  @Test func whatDoesNotFitIsAnErrorThatSaysWhy() throws {
    try train(specification("first"), as: "first")
    try Data([0x80, 2]).write(to: scratch.url.appendingPathComponent("pickle.h5"))
    let missing = try complaint(specification("x", "initial_weights: none.safetensors"))
    #expect(
      missing.contains("bad.yaml:8:") && missing.contains("there is no such file"), "\(missing)")
    let sgd = specification(
      "x", "initial_weights: {path: first.safetensors, optimizer_state: true}"
    ).replacingOccurrences(of: "optimizer: adam", with: "optimizer: sgd")
    for (text, message) in [
      (sgd, "the state is that of adam, and this is trained by sgd"),
      (specification("x", "initial_weights: pickle.h5"), "pickle"),
      (specification("x", "initial_weights: bad.yaml"), "no file that Keras writes"),
      (
        specification(
          "x", model: "[dense: {units: 9}, dense: 3]", "initial_weights: first.safetensors"
        )
        .replacingOccurrences(of: "dense: 3]", with: "dense: {units: 3, activation: softmax}]"),
        "has shape [2, 9], and that of the file, dense/kernel, [2, 8]"
      ),
      (
        specification(
          "x", model: "[dense: {units: 3, activation: softmax, name: head}]",
          "initial_weights: {path: first.safetensors, match: name}"),
        "no layer of the model is in the file, which has dense/kernel"
      ),
      (
        specification("x", "initial_weights: {path: first.safetensors, match: shape}"),
        "`initial_weights.match`"
      ),
      (specification("x", "initial_weights: {}"), "path"),
      (specification("x", "initial_wieghts: first.safetensors"), "did you mean `initial_weights`"),
      (specification("x", model: "{keras: first.safetensors}"), "a safetensors file"),
      (specification("x", model: "{kears: first.json}"), "did you mean `keras`"),
      (specification("x", "masks: first.safetensors"), "other values than 0 and 1"),
      (specification("x", "masks: {path: first.safetensors, keep: 2}"), "masks.keep"),
      (
        specification("x", "targets_from: first.safetensors"), "sparse_categorical_crossentropy"
      ),
      (
        specification("x", model: "[bidirectional: {layer: {lstm: {units: 2, trainable: false}}}]"),
        "both directions are trained or neither"
      ),
    ] {
      let found = try complaint(text)
      #expect(found.contains(message), "\(found)")
    }
  }

  /// Slots of another optimizer may be as many, and mean something else.
  @Test func statesOfOtherOptimizersAreRefused() throws {
    func text(_ name: String, _ optimizer: String, _ rest: String = "") -> String {
      specification(name, rest).replacingOccurrences(
        of: "optimizer: adam", with: "optimizer: \(optimizer)")
    }
    try train(text("momentum", "{rmsprop: {momentum: 0.9}}"), as: "momentum")
    let written = try Program.run(
      "export-model", "momentum.safetensors", "--save", "momentum.keras", in: scratch)
    #expect(written.status == 0, "\(written.errors)")
    for file in ["momentum.safetensors", "momentum.keras"] {
      for optimizer in ["{rmsprop: {centered: true}}", "adagrad", "{sgd: {momentum: 0.9}}"] {
        let rest = "initial_weights: {path: \(file), optimizer_state: true}"
        let found = try complaint(text("x", optimizer, rest))
        #expect(found.contains("the state is that of rmsprop (momentum)"), "\(found)")
      }
    }
  }

  /// Keras knows nothing of how the data were prepared.
  @Test func anExportSaysHowInputsArePrepared() throws {
    let text = specification("scaled").replacingOccurrences(
      of: "samples: 18}", with: "samples: 18, scale: 0.5, standardize: true}")
    try train(text, as: "scaled")
    let written = try Program.run(
      "export-model", "scaled.safetensors", "--save", "scaled.keras", in: scratch)
    #expect(written.status == 0)
    #expect(
      written.errors.contains("multiply them by 0.5, then standardize them"), "\(written.errors)")
  }

  /// Who submits to a coordinator may not read its files by what messages quote of them.
  @Test func aCoordinatorsOwnFilesAreNotQuoted() throws {
    let client = try Scratch()
    try FileManager.default.createDirectory(
      atPath: scratch.path("data"), withIntermediateDirectories: false)
    try scratch.write("secret: hunter2", to: "data/secret.h5")
    try scratch.write("{\"hunter2\": 1}", to: "data/secret.json")
    let (coordinator, endpoint) = try CoordinatorProgram.start(in: scratch, "--data", "data")
    for text in [
      specification("x", "initial_weights: secret.h5"),
      specification("x", "initial_weights: ../data/secret.h5"),
      specification("x", model: "{keras: secret.json}"),
      specification("x", "masks: secret.json"), specification("x", "targets_from: secret.json"),
    ] {
      try client.write(text, to: "s.yaml")
      let refused = try Program.run("submit", "s.yaml", "--connect", endpoint, in: client)
      #expect(refused.status == 2 && !refused.errors.contains("hunter2"), "\(refused.errors)")
    }
    coordinator.send(SIGTERM)
    _ = try coordinator.end()
  }

  // MARK: Masks

  /// A lottery ticket: the largest weights of a trained model, from the values that the seed drew.
  @Test func theSmallestWeightsAreLeftOut() throws {
    try train(specification("first", epochs: 8), as: "first")
    let text = specification("ticket", "masks: {path: first.safetensors, keep: 0.25}")
    try train(text, as: "ticket")
    let tensors = try SavedTensors(scratch.url.appendingPathComponent("ticket.safetensors"))
    let trained = try SavedTensors(scratch.url.appendingPathComponent("first.safetensors"))
    for (name, kept) in [("dense/kernel", 4), ("dense_1/kernel", 6)] {
      let values = try #require(tensors[name])
      let magnitudes = try #require(trained[name]).map(\.magnitude)
      let places = values.indices.filter { values[$0] != 0 }
      #expect(places.count == kept)
      let least = places.map { magnitudes[$0] }.min() ?? 0
      #expect(magnitudes.filter { $0 > least }.count == kept - 1, "the largest are kept")
    }
    #expect(try #require(tensors["dense_1/bias"]).allSatisfy { $0 != 0 })
    // Masks of one's own say the same.
    var masks = Data()
    var header = "{"
    for (name, shape) in [("dense/kernel", "[2,8]"), ("dense_1/kernel", "[8,3]")] {
      let values = try #require(tensors[name])
      let start = masks.count
      for value in values {
        withUnsafeBytes(of: Float(value == 0 ? 0 : 1).bitPattern.littleEndian) {
          masks.append(contentsOf: $0)
        }
      }
      header += header == "{" ? "" : ","
      header +=
        "\"\(name)\":{\"dtype\":\"F32\",\"shape\":\(shape),\"data_offsets\":[\(start),\(masks.count)]}"
    }
    header += "}"
    var file = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) }
    file.append(contentsOf: header.utf8)
    file.append(masks)
    try file.write(to: scratch.url.appendingPathComponent("masks.safetensors"))
    let own = try train(specification("own", "masks: masks.safetensors"), as: "own")
    let ticket = try Program.run("show", "ticket.safetensors", "--format", "json", in: scratch)
    #expect(try own["weights_sha256"] == ticket.json["weights_sha256"])
  }

  // MARK: Targets

  /// A model learns what another predicts, and is validated with what is true.
  @Test func aModelLearnsFromAnother() throws {
    try train(specification("teacher", epochs: 30), as: "teacher")
    let text = specification(
      "student", model: "[dense: {units: 3, activation: softmax}]",
      loss: "categorical_crossentropy", epochs: 30, "targets_from: teacher.safetensors")
    let student = try train(text, as: "student")
    #expect(student["metrics"]?["val_categorical_accuracy"] != nil)
    let evaluated = try Program.run(
      "evaluate", "student.safetensors", "--format", "json", in: scratch)
    #expect(try evaluated.json["verdict"] == "identical", "\(evaluated.errors)")
    let run = try Program.run("run", "student.yaml", "--workers", "1", in: scratch)
    #expect(run.status == 0, "\(run.errors)")
    let rerun = try Program.run("rerun", Self.seed, in: scratch)
    #expect(rerun.status == 0, "\(rerun.errors)")
    // Another teacher makes another variant.
    try train(specification("other", epochs: 3), as: "other")
    let other = try train(
      text.replacingOccurrences(of: "teacher.s", with: "other.s"), as: "other-student")
    #expect(other["weights_sha256"] != student["weights_sha256"])
  }
}

/// The tensors of a safetensors file, read as its format says.
private struct SavedTensors {
  private var values: [String: [Float]] = [:]

  init(_ url: URL) throws {
    let data = try Data(contentsOf: url)
    let length = data.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = try #require(
      try JSONSerialization.jsonObject(with: data[8..<8 + length]) as? [String: Any])
    for (name, entry) in header {
      guard let entry = entry as? [String: Any], entry["dtype"] as? String == "F32",
        let offsets = entry["data_offsets"] as? [Int]
      else { continue }
      let bytes = Array(data[(8 + length + offsets[0])..<(8 + length + offsets[1])])
      values[name] = stride(from: 0, to: bytes.count, by: 4).map { place in
        Float(
          bitPattern: UInt32(bytes[place]) | UInt32(bytes[place + 1]) << 8
            | UInt32(bytes[place + 2]) << 16 | UInt32(bytes[place + 3]) << 24)
      }
    }
  }

  subscript(name: String) -> [Float]? { values[name] }
}
