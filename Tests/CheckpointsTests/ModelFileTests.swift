import Checkpoints
import Foundation
import Kernels
import SweepModel
import Testing
import Training

/// What is saved is what is loaded, or an error that names the cause.
@Suite struct ModelFileTests {
  private func complaint(_ body: () throws -> Void) -> String? {
    do {
      try body()
      return nil
    } catch {
      return "\(error)"
    }
  }

  private func load(_ path: String) throws -> Predictor {
    try ModelFile(path: path).predictor(kernels: try KernelSet.selected)
  }

  @Test func aModelComesBackWhole() throws {
    let trial = try SavedTrial()
    defer { trial.remove() }
    let result = try trial.save()
    let file = try ModelFile(path: trial.path)
    #expect(file.record.variant == trial.record.variant)
    #expect(file.record.representation == trial.record.representation)
    #expect(file.record.dataFiles == trial.record.dataFiles)
    #expect(file.record.maker == trial.record.maker)
    #expect(file.record.seed == trial.record.seed && file.record.index == trial.record.index)
    let stored = try #require(file.record.result)
    #expect(try stored.agrees(with: #require(result)))
    #expect(file.weightsDigest == result?.measurements?.weightsDigest)
    try file.verify()
    _ = try load(trial.path)
  }

  @Test func theFileIsTheSameWhereverItIsWritten() throws {
    let trial = try SavedTrial()
    defer { trial.remove() }
    try trial.saveCheckpoint(afterSteps: 4)
    let first = try trial.bytes
    try trial.saveCheckpoint(afterSteps: 4)
    #expect(try trial.bytes == first)
    #expect(try FileManager.default.contentsOfDirectory(atPath: trial.directory.path).count == 1)
  }

  @Test(arguments: 1...9) func aTrainingGoesOnFromItsFile(steps: Int) throws {
    let trial = try SavedTrial()
    defer { trial.remove() }
    let expected = try trial.save()
    try trial.saveCheckpoint(afterSteps: steps)
    let file = try ModelFile(path: trial.path)
    #expect(!file.record.isFinished)
    let resumed = try Trainer(plan: trial.plan, kernels: try KernelSet.selected, lanes: 1)
      .trainAlone(
        (index: trial.record.index, seed: trial.record.seed), keepsHistory: true,
        from: try file.start(of: trial.plan))
    #expect(resumed?.outcome == expected?.outcome)
  }

  /// Every byte counts: a changed one is refused or, in the padding of the header, changes nothing.
  @Test func aChangedByteIsNoticed() throws {
    let trial = try SavedTrial()
    defer { trial.remove() }
    try trial.save()
    let bytes = try trial.bytes
    let expected = try load(trial.path).variableValues()
    for place in stride(from: 0, to: bytes.count, by: 5) {
      var changed = bytes
      changed[place] ^= 1 << UInt8(place % 8)
      try trial.write(changed)
      guard let values = try? load(trial.path).variableValues() else { continue }
      #expect(values == expected && bytes[place] == UInt8(ascii: " "), "byte \(place)")
    }
  }

  @Test func aCutFileIsRefused() throws {
    let trial = try SavedTrial()
    defer { trial.remove() }
    try trial.save()
    let bytes = try trial.bytes
    for count in stride(from: 0, to: bytes.count, by: 97) {
      try trial.write(Array(bytes.prefix(count)))
      let complaint = complaint { _ = try load(trial.path) }
      #expect(complaint?.contains("\n") == false, "\(count) bytes")
    }
    try trial.write(bytes + [0])
    #expect(
      complaint { _ = try load(trial.path) }?.hasSuffix("the file has more than it says") == true)
  }

  @Test func aProbeThatDiffersIsToldFromADamagedFile() throws {
    let trial = try SavedTrial()
    defer { trial.remove() }
    let trainer = Trainer(plan: trial.plan, kernels: try KernelSet.selected, lanes: 1)
    _ = try trainer.trainAlone(
      (index: trial.record.index, seed: trial.record.seed), keepsHistory: true,
      finished: { snapshot, _ in
        // As another processor might have computed it.
        var outputs = snapshot.probe.outputs
        outputs[2] = outputs[2].nextUp
        try ModelFile.write(
          TrainingSnapshot(
            position: snapshot.position, tensors: snapshot.tensors,
            probe: Probe(inputs: snapshot.probe.inputs, outputs: outputs)), trial.record,
          to: trial.path)
      })
    #expect(
      complaint { _ = try load(trial.path) }?.contains(
        "its weights are intact, but predict") == true)
    // The probe is computed while the digests still are: they have the first word.
    var bytes = try trial.bytes
    let header = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    bytes[8 + header] ^= 1
    try trial.write(bytes)
    #expect(
      complaint { _ = try load(trial.path) }?.contains(
        "its weights do not have the digest") == true)
  }

  @Test func otherFilesAreNamed() throws {
    let trial = try SavedTrial()
    defer { trial.remove() }
    func refusal(_ bytes: [UInt8]) throws -> String {
      try trial.write(bytes)
      return complaint { _ = try ModelFile(path: trial.path) } ?? ""
    }
    #expect(try refusal([]).hasSuffix("the file is empty"))
    #expect(try refusal([0x80, 4, 0x95] + [UInt8](repeating: 0, count: 50)).contains("pickle"))
    #expect(try refusal([0x89] + Array("HDF\r\n\u{1a}\n".utf8) + [0, 0]).contains("Keras"))
    #expect(try refusal(Array("PK\u{3}\u{4} and so on".utf8)).contains("Keras"))
    #expect(try refusal(Array("<!DOCTYPE html><html>".utf8)).contains("not a model's file"))
    #expect(
      complaint { _ = try ModelFile(path: trial.directory.path) }?.contains("not a regular file")
        == true)
    #expect(
      complaint { _ = try ModelFile(path: trial.path + ".absent") }?.contains(
        "No such file") == true)
  }

  @Test func anotherTrialIsNotTakenForThisOne() throws {
    let trial = try SavedTrial()
    defer { trial.remove() }
    try trial.save()
    let file = try ModelFile(path: trial.path)
    func refusal(_ change: (inout ModelRecord) -> Void) -> String? {
      var other = trial.record
      change(&other)
      return complaint { try file.check(isOf: other) }
    }
    #expect(refusal { _ in } == nil)
    #expect(refusal { $0.seed = TrialSeed(1) }?.contains("not of 0000000000000001") == true)
    #expect(
      refusal { $0.representation.inputColumns.swapAt(0, 2) }?.hasSuffix(
        "input column 0 is `x, y`, not `width`") == true)
    #expect(
      refusal { $0.representation.inputColumns[1].categories = ["red", "blue"] }?.hasSuffix(
        "category of column colour 0 is `red`, not `blue`") == true)
    #expect(
      refusal { $0.representation.standardization?.means[2] = 1 }?.contains("the mean of x, y")
        == true)
    #expect(
      refusal { record in
        var variant = record.variant.variant
        variant.training.shuffle = false
        record.variant = NamedVariant(name: "base", variant: variant)
      }?.hasSuffix("training.shuffle was true and is false") == true)
    #expect(
      refusal { record in
        var variant = record.variant.variant
        variant.training.epochs = 2
        record.variant = NamedVariant(name: "base", variant: variant)
      }?.hasSuffix("it is trained for 3 epochs already, not 2") == true)
  }
}
