import Foundation
import SweepModel
import Testing

/// Models that a sweep's workers hand over to its coordinator.
@Suite struct KeptModelTests {
  private static let seed = "74298876fc8d8048"
  private static let folder = "seedsweep.sqlite-models/sequence/base"

  /// The example, which saves its models.
  private func specification(in scratch: Scratch, _ lines: String = "save: last") throws -> String {
    let text = try String(contentsOfFile: Program.example, encoding: .utf8)
    return try scratch.write(text + "\n" + lines + "\n", to: "saved.yaml")
  }

  @Test func aSweepKeepsTheModelsThatTrainWouldSave() throws {
    let scratch = try Scratch()
    let path = try specification(in: scratch)
    let ran = try Program.run("run", path, "--trials", "3", in: scratch)
    #expect(ran.status == 0, "\(ran.errors)")
    let plain = try Scratch()
    #expect(try Program.run("run", Program.example, "--trials", "3", in: plain).status == 0)
    #expect(try Export.withoutSeconds(in: scratch) == Export.withoutSeconds(in: plain))
    let names = try FileManager.default.contentsOfDirectory(atPath: scratch.path(Self.folder))
    #expect(names.count == 3 && names.contains("\(Self.seed).safetensors"))
    let trained = try Program.run(
      "train", Self.seed, "--spec", path, "--save", "trained.safetensors", in: scratch)
    #expect(trained.status == 0)
    let fetched = try Program.run(
      "fetch-model", Self.seed, "--save", "fetched.safetensors", in: scratch)
    #expect(fetched.status == 0, "\(fetched.errors)")
    let kept = try Tensors(scratch.path("\(Self.folder)/\(Self.seed).safetensors"))
    // The variables, the optimizer's state, the history and the probe.
    #expect(try kept == Tensors(scratch.path("trained.safetensors")))
    #expect(kept.values.keys.contains("@probe/outputs") && kept.values.count > 10)
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: scratch.path("fetched.safetensors")))
        == Data(
          contentsOf: URL(fileURLWithPath: scratch.path("\(Self.folder)/\(Self.seed).safetensors")))
    )
    #expect(
      try Program.run("evaluate", "fetched.safetensors", in: scratch).output.contains("identical"))
    // A finished model is recognized, and can be trained for longer.
    #expect(
      try Program.run(
        "train", Self.seed, "--spec", path, "--save", "fetched.safetensors", in: scratch
      ).status == 0)
  }

  @Test func whatIsNotKeptIsTrainedAgain() throws {
    let scratch = try Scratch()
    let path = try specification(in: scratch)
    #expect(try Program.run("run", path, "--trials", "3", in: scratch).status == 0)
    try scratch.write("x\n0.25\n0.5\n", to: "x.csv")
    func predicted() throws -> Ended {
      try Program.run("predict", "--sweep", "sequence", "--data", "x.csv", in: scratch)
    }
    let kept = try predicted()
    #expect(kept.status == 0, "\(kept.errors)")
    let file = scratch.path("\(Self.folder)/\(Self.seed).safetensors")
    let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
    try FileManager.default.removeItem(atPath: file)
    #expect(try predicted().output == kept.output)
    let fetched = try Program.run("fetch-model", Self.seed, "--save", "a.safetensors", in: scratch)
    #expect(fetched.status == 0)
    // One that was damaged on the disk is never given out.
    var damaged = bytes
    damaged[damaged.count - 9] ^= 1
    try damaged.write(to: URL(fileURLWithPath: file))
    let refused = try Program.run("fetch-model", Self.seed, "--save", "b.safetensors", in: scratch)
    #expect(refused.status == 3 && refused.errors.contains("damaged"), "\(refused.errors)")
    #expect(!FileManager.default.fileExists(atPath: scratch.path("b.safetensors")))
    #expect(try predicted().status == 3)
  }

  /// The weights of the best epoch are the trial's own: its result is of them, and its model has them.
  @Test func theBestWeightsAreTheTrialsOwn() throws {
    let scratch = try Scratch()
    func text(_ rest: String, epochs: Int = 12) -> String {
      """
      name: best
      trials: 2
      data: {kind: spirals, samples: 40, validation_samples: 40}
      model: [dense: {units: 8, activation: tanh}, dense: {units: 2, activation: softmax}]
      training: {loss: sparse_categorical_crossentropy, optimizer: {sgd: {learning_rate: 3}}, epochs: \(epochs)}
      metrics: [sparse_categorical_crossentropy]
      \(rest)
      """
    }
    try scratch.write(text("save: best"), to: "best.yaml")
    let run = try Program.run("run", "best.yaml", "--workers", "1", in: scratch)
    #expect(run.status == 0, "\(run.errors)")
    let seeds = try Program.run("seeds", "--master-seed", "0", "--count", "1", in: scratch).output
    let first = try #require(seeds.split(whereSeparator: \.isWhitespace).last).description
    let fetched = try Program.run(
      "fetch-model", first, "--save", "best.safetensors", "--format", "json", in: scratch)
    #expect(fetched.status == 0, "\(fetched.errors)")
    let model = try fetched.json
    #expect(
      FileManager.default.fileExists(
        atPath: scratch.path("seedsweep.sqlite-models/best/base/\(first).safetensors")))
    // The loss by epoch, without it: the best is not the last, and is what the result has.
    try scratch.write(text("", epochs: 12), to: "last.yaml")
    let last = try Program.run(
      "run", "last.yaml", "--workers", "1", "--store", "last.sqlite", in: scratch)
    #expect(last.status == 0, "\(last.errors)")
    let other = try Program.run(
      "fetch-model", first, "--store", "last.sqlite", "--save", "last.safetensors", "--format",
      "json", in: scratch
    ).json
    func loss(_ document: JSONValue) throws -> Double {
      guard
        case .number(let value)? = document["metrics"]?["val_sparse_categorical_crossentropy"]
      else { throw CocoaError(.coderReadCorrupt) }
      return value
    }
    #expect(try loss(model) < loss(other))
    #expect(model["weights_sha256"] != other["weights_sha256"])
    let shorter = try (1..<12).map { epochs in
      try scratch.write(text("", epochs: epochs), to: "short.yaml")
      return try loss(
        Program.run(
          "train", first, "--spec", "short.yaml", "--save", "\(epochs).safetensors", "--format",
          "json", in: scratch
        ).json)
    }
    #expect(try loss(model) == (shorter + [loss(other)]).min())
    let misspelt = try Program.run(
      "check", try scratch.write(text("save: first"), to: "x.yaml"), in: scratch)
    #expect(misspelt.status == 2 && misspelt.errorLines.count == 1)
  }
}

/// The tensors of a safetensors file, as any reader of the format sees them.
struct Tensors: Equatable {
  /// The bytes of each.
  let values: [String: Data]

  init(_ path: String) throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    let length = Int(data.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    let header = try JSONSerialization.jsonObject(with: data[8..<8 + length])
    var values: [String: Data] = [:]
    for (name, entry) in header as? [String: [String: Any]] ?? [:] where name != "__metadata__" {
      let offsets = try #require(entry["data_offsets"] as? [Int])
      values[name] = data[8 + length + offsets[0]..<8 + length + offsets[1]]
    }
    self.values = values
  }
}
