import Foundation
import Testing

/// Kept models that cannot be used: one line says which, and the command that makes the model again.
@Suite struct DamagedModelTests {
  private static let seeds = ["1e3f18356e752082", "74298876fc8d8048"]
  private static let folder = "my store.sqlite-models/kept"
  private let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    let text = """
      name: kept
      master_seed: 1
      trials: 2
      save: last
      data: {kind: sequence, length: 10}
      model: [dense: {units: 4}, dense: {units: 1}]
      training: {loss: mean_squared_error, optimizer: sgd, epochs: 3}
      variants:
        adam: {training.optimizer: adam}
      """
    try scratch.write(text, to: "kept.yaml")
    try scratch.write("x\n0.25\n0.5\n", to: "x.csv")
    let ran = try Program.run(
      "run", "kept.yaml", "--workers", "1", "--store", "my store.sqlite", in: scratch)
    #expect(ran.status == 0, "\(ran.errors)")
  }

  private func url(_ variant: String, _ seed: Int = 0) -> URL {
    scratch.url.appendingPathComponent("\(Self.folder)/\(variant)/\(Self.seeds[seed]).safetensors")
  }

  private func predicted() throws -> Ended {
    try Program.run(
      "predict", "--sweep", "kept", "--variant", "base", "--store", "my store.sqlite", "--data",
      "x.csv", in: scratch)
  }

  private func fetched(_ name: String) throws -> Ended {
    try Program.run(
      "fetch-model", Self.seeds[0], "--variant", "base", "--store", "my store.sqlite", "--save",
      name, in: scratch)
  }

  /// Puts `bytes` in the place of a kept model, and does what the messages about it say.
  private func expectRemedy(
    _ bytes: Data, status: Int32, _ problem: String, removal: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let kept = try Data(contentsOf: url("base"))
    let before = try predicted()
    #expect(before.status == 0, "\(before.errors)", sourceLocation: sourceLocation)
    chmod(url("base").path, 0o644)
    try bytes.write(to: url("base"))
    var remedies: Set<String> = []
    for ended in [try fetched("b.safetensors"), try predicted()] {
      let errors = ended.errors
      #expect(
        ended.status == status && ended.errorLines.count == 1 && ended.output.isEmpty,
        "\(ended.status): \(errors)", sourceLocation: sourceLocation)
      #expect(
        errors.contains("\(Self.folder)/base/\(Self.seeds[0]).safetensors: \(problem)"),
        "\(errors)", sourceLocation: sourceLocation)
      // One remedy, as a command.
      let parts = errors.split(separator: "`", omittingEmptySubsequences: false)
      #expect(parts.count == 3, "\(errors)", sourceLocation: sourceLocation)
      guard parts.count == 3 else { return }
      remedies.insert(String(parts[1]))
      #expect(errors.contains(removal), "\(errors)", sourceLocation: sourceLocation)
    }
    #expect(!FileManager.default.fileExists(atPath: scratch.path("b.safetensors")))
    #expect(remedies.count == 1, sourceLocation: sourceLocation)
    try FileManager.default.removeItem(at: url("base"))
    let remedy = (remedies.first ?? "").replacingOccurrences(
      of: "seedsweep fetch-model", with: "'\(Program.path)' fetch-model")
    let made = try RunningProgram(["-c", remedy], in: scratch, program: "/bin/sh").end()
    #expect(made.status == 0, "\(remedy): \(made.errors)", sourceLocation: sourceLocation)
    #expect(
      try Tensors(url("base").path) == Tensors(scratch.path("kept.safetensors")),
      sourceLocation: sourceLocation)
    #expect(try predicted().output == before.output, sourceLocation: sourceLocation)
    try kept.write(to: url("base"))
  }

  @Test func aDamagedFileIsMadeAgain() throws {
    let bytes = try Data(contentsOf: url("base"))
    try bytes.write(to: scratch.url.appendingPathComponent("kept.safetensors"))
    func changed(at place: Int) -> Data {
      var bytes = bytes
      bytes[place] ^= 1
      return bytes
    }
    let header = 8 + Int(bytes.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    let record = try #require(bytes.range(of: Data("seedsweep_record".utf8)))
    for damaged in [
      changed(at: header + 1), changed(at: bytes.count - 9), changed(at: record.upperBound + 40),
      bytes.dropLast(100), Data("x".utf8), Data(),
    ] {
      try expectRemedy(
        damaged, status: 3, "the model that was kept is damaged", removal: "delete it")
    }
  }

  @Test func aModelOfSomethingElseIsSaid() throws {
    try Data(contentsOf: url("base")).write(
      to: scratch.url.appendingPathComponent("kept.safetensors"))
    try expectRemedy(
      try Data(contentsOf: url("base", 1)), status: 2,
      "this is the model of seed \(Self.seeds[1]) of kept, variant base, not of seed "
        + "\(Self.seeds[0]) of kept, variant base", removal: "move it away")
    try expectRemedy(
      try Data(contentsOf: url("adam")), status: 2,
      "this is the model of seed \(Self.seeds[0]) of kept, variant adam, not of",
      removal: "move it away")
  }

  /// Where workers handed over different models, the right one is found among damaged and foreign ones.
  @Test func theRightOneOfSeveralIsTaken() throws {
    let right = try Data(contentsOf: url("base"))
    let second = url("base").deletingLastPathComponent()
      .appendingPathComponent("\(Self.seeds[0])-2.safetensors")
    try right.write(to: second)
    chmod(url("base").path, 0o644)
    for other in [Data("x".utf8), try Data(contentsOf: url("adam"))] {
      try other.write(to: url("base"))
      #expect(try fetched("right.safetensors").status == 0)
      #expect(
        try Data(contentsOf: scratch.url.appendingPathComponent("right.safetensors")) == right)
    }
  }
}
