import Foundation
import SweepModel
import Testing
import TrialStore

/// Which trials have a model, and which files one may take the place of.
@Suite struct ModelPlaceTests {
  /// A model that diverged is on record, and so are its bits; of a trial that failed there are none.
  @Test func onlyWhatHasBitsOnRecordIsFetched() throws {
    let scratch = try Scratch()
    let text = try String(contentsOfFile: Program.example, encoding: .utf8)
    let diverging = text.split(separator: "\n").map {
      $0.hasPrefix("  optimizer:") ? "  optimizer: {sgd: {learning_rate: 1.0e+10}}" : $0
    }.joined(separator: "\n")
    try scratch.write(diverging, to: "diverging.yaml")
    let ran = try Program.run("run", "diverging.yaml", "--trials", "3", in: scratch)
    #expect(ran.output.contains("3 diverged"), "\(ran.errors)")
    let seed = "74298876fc8d8048"
    let diverged = try Program.run("fetch-model", seed, "--save", "d.safetensors", in: scratch)
    #expect(diverged.status == 0 && diverged.output.contains("diverged in epoch"))
    #expect(try Program.run("show", "d.safetensors", in: scratch).output.contains("diverged"))

    let sweep = try TrialStore(path: scratch.path("seedsweep.sqlite"), access: .readOnly)
      .sweeps()[0].sweep
    let store = try TrialStore(path: scratch.path("failed.sqlite"), access: .readWrite)
    let stored = try store.register(sweep)
    let failed = TrialResult(
      index: TrialIndex(1), seed: sweep.masterSeed.trialSeed(at: TrialIndex(1)),
      outcome: .failed(reason: "its worker crashed"), seconds: 1)
    _ = try store.commit([
      StoredResult(variant: stored.variants[0].key, result: failed, worker: "w")
    ])
    func fetched(_ index: UInt64) throws -> Ended {
      try Program.run(
        "fetch-model", sweep.masterSeed.trialSeed(at: TrialIndex(index)).description, "--store",
        "failed.sqlite", "--save", "f.safetensors", in: scratch)
    }
    for (index, problem) in [
      (UInt64(1), "failed, so that no bits are on record: its worker crashed"),
      (2, "has no result in this store"),
    ] {
      let ended = try fetched(index)
      #expect(ended.status == 2 && ended.errorLines.count == 1 && ended.output.isEmpty)
      #expect(ended.errors.contains(problem), "\(ended.errors)")
      #expect(!FileManager.default.fileExists(atPath: scratch.path("f.safetensors")))
    }
  }

  /// The file of another trial, or anything else, is not replaced by a model that is continued.
  @Test func continuingReplacesNoOtherFile() throws {
    let scratch = try Scratch()
    let text = try String(contentsOfFile: Program.example, encoding: .utf8)
    try scratch.write(
      text.replacingOccurrences(of: "epochs: 100", with: "epochs: 120"), to: "longer.yaml")
    let (seed, another) = ("74298876fc8d8048", "1e3f18356e752082")
    func train(_ seed: String, _ arguments: String...) throws -> Ended {
      try RunningProgram(["train", seed, "--spec"] + arguments, in: scratch).end()
    }
    #expect(try train(seed, Program.example, "--save", "a.safetensors").status == 0)
    #expect(try train(another, Program.example, "--save", "other.safetensors").status == 0)
    try scratch.write("not a model", to: "notes.txt")
    for (name, problem) in [
      ("other.safetensors", "it is the model of seed \(another), not of \(seed)"),
      ("notes.txt", "not a model's file"),
    ] {
      let before = try Data(contentsOf: scratch.url.appendingPathComponent(name))
      let ended = try train(
        seed, "longer.yaml", "--continue", "a.safetensors", "--save", name)
      #expect(ended.status == 2 && ended.output.isEmpty && ended.errorLines.count == 1)
      #expect(ended.errors.contains(problem) && ended.errors.contains("nothing was changed"))
      #expect(try Data(contentsOf: scratch.url.appendingPathComponent(name)) == before)
    }
    // A checkpoint of the same trial is what may be replaced.
    let longer = try train(
      seed, "longer.yaml", "--continue", "a.safetensors", "--save", "a.safetensors")
    #expect(longer.status == 0, "\(longer.errors)")
    let whole = try train(seed, "longer.yaml", "--save", "whole.safetensors")
    func digest(_ text: String) -> Substring? {
      text.split(separator: "\n").first { $0.contains("weights") }
    }
    #expect(digest(whole.output) != nil && digest(whole.output) == digest(longer.output))
  }

  /// Whoever is last replaces the file by the same bits.
  @Test func twoTrainingsMayWriteOneFile() throws {
    let scratch = try Scratch()
    let text = try String(contentsOfFile: Program.example, encoding: .utf8)
    try scratch.write(
      text.replacingOccurrences(of: "epochs: 100", with: "epochs: 5000"), to: "long.yaml")
    let arguments = [
      "train", "74298876fc8d8048", "--spec", "long.yaml", "--save", "m.safetensors",
      "--checkpoint-every", "0.01",
    ]
    let programs = try (0..<2).map { _ in try RunningProgram(arguments, in: scratch) }
    let ended = try programs.map { try $0.end() }
    #expect(ended.allSatisfy { $0.status == 0 && $0.errors.isEmpty }, "\(ended.map(\.errors))")
    #expect(ended[0].output == ended[1].output && ended[0].output.contains("completed"))
    let shown = try Program.run("show", "m.safetensors", "--format", "json", in: scratch)
    #expect(try shown.json["status"] == "completed")
    let left = try FileManager.default.contentsOfDirectory(atPath: scratch.url.path)
    #expect(!left.contains { $0.hasSuffix(".partial") })
  }
}
