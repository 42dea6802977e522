import Foundation
import SweepModel
import Testing

/// Models that are saved by one process and loaded by another.
@Suite struct ModelTests {
  private static let iris = Program.root.appendingPathComponent("examples/iris.yaml").path
  private static let flowers = Program.root.appendingPathComponent("examples/data/iris.csv")
  private static let variant = "learning_rate-0.01--units-8"
  private static let seed = "2982afbfc8e92dd4"

  /// Trains a trial of the iris example, and saves its model under this name.
  private func train(
    in scratch: Scratch, as name: String = "model.safetensors", seed: String = seed
  ) throws -> Ended {
    try Program.run(
      "train", seed, "--spec", Self.iris, "--variant", Self.variant, "--save", name, "--data",
      Program.root.path, "--format", "json", in: scratch)
  }

  private func rows(_ text: String) -> [[Substring]] {
    text.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
  }

  @Test func theModelOfTheContractsTrialHasItsBits() throws {
    let scratch = try Scratch()
    let trained = try Program.run(
      "train", "74298876fc8d8048", "--spec", Program.example, "--save", "m.safetensors",
      "--format", "json", in: scratch)
    #expect(trained.status == 0)
    let digest = "f029f8d69ec4319680f998f259818da4e3ef5141ce4106cf7203f465dd8ce661"
    #expect(try trained.json["weights_sha256"] == .string(digest))
    let shown = try Program.run("show", "m.safetensors", "--format", "json", in: scratch)
    #expect(try shown.json["weights_sha256"] == .string(digest))
    let evaluated = try Program.run("evaluate", "m.safetensors", "--format", "json", in: scratch)
    #expect(try evaluated.json["verdict"] == "identical" && evaluated.status == 0)
    #expect(
      try evaluated.json["metrics"]?["mean_squared_error"] == .number(0.010025916318732521))
  }

  /// The same predictions, to the bit, with every table of kernels that the CPU has.
  @Test func predictionsDoNotDependOnTheProcessor() throws {
    let scratch = try Scratch()
    #expect(try train(in: scratch).status == 0)
    func predicted(_ isa: String) throws -> Ended {
      try Program.run(
        "predict", "model.safetensors", "--data", Self.flowers.path, "--losses", in: scratch,
        environment: ["SEEDSWEEP_ISA": isa])
    }
    let expected = try predicted("reference")
    #expect(expected.status == 0 && rows(expected.output).count == 151)
    for isa in ["baseline", "avx2", "avx512", "neon"] {
      let other = try predicted(isa)
      // What this CPU does not have is refused.
      #expect(other.status != 0 || other.output == expected.output, "\(isa)")
    }
  }

  /// A finished model is not trained again, whatever numbers its specification has.
  @Test func aFinishedModelIsRecognized() throws {
    let scratch = try Scratch()
    let first = try train(in: scratch)
    let bytes = try Data(contentsOf: scratch.url.appendingPathComponent("model.safetensors"))
    let second = try train(in: scratch)
    #expect(second.status == 0 && second.errors.isEmpty)
    #expect(try second.json["weights_sha256"] == first.json["weights_sha256"])
    #expect(
      try Data(contentsOf: scratch.url.appendingPathComponent("model.safetensors")) == bytes)
    // One that is damaged is not passed off as finished, and not thrown away either.
    var damaged = bytes
    damaged[bytes.count - 9] ^= 1
    try damaged.write(to: scratch.url.appendingPathComponent("model.safetensors"))
    let third = try train(in: scratch)
    #expect(third.status == 2 && third.errors.contains("damaged"))
  }

  @Test func columnsAreFoundByNameAndCategoriesKeepTheirNumbers() throws {
    let scratch = try Scratch()
    #expect(try train(in: scratch).status == 0)
    let table = rows(try String(contentsOf: Self.flowers, encoding: .utf8))
    let plain = try Program.run(
      "predict", "model.safetensors", "--data", Self.flowers.path, "--losses", in: scratch)
    // Other columns first, one more, the samples backwards: only one species is in the file.
    let virginica = table.filter { $0[4] == "virginica" }.reversed()
    let reordered =
      ["species,petal_width,plant,sepal_width,petal_length,sepal_length"]
      + virginica.enumerated().map { number, row in
        "\(row[4]),\(row[3]),\"plant \(number), red\",\(row[1]),\(row[2]),\(row[0])"
      }
    try reordered.joined(separator: "\n").write(
      to: scratch.url.appendingPathComponent("new.csv"), atomically: true, encoding: .utf8)
    let named = try Program.run(
      "predict", "model.safetensors", "--data", "new.csv", "--id", "plant", "--losses",
      in: scratch)
    #expect(named.status == 0)
    let expected = rows(plain.output).suffix(50).reversed().map { Array($0.dropFirst()) }
    // The names have a comma, so that their cells are two.
    #expect(rows(named.output).dropFirst().map { Array($0.dropFirst(2)) } == expected)
    #expect(named.output.contains("\"plant 0, red\",virginica,"))
  }

  @Test func severalModelsGiveMeanSpreadAndAgreement() throws {
    let scratch = try Scratch()
    let seeds = try Program.run("seeds", "--master-seed", "4", "--count", "2", in: scratch).output
    let second = try #require(seeds.split(whereSeparator: \.isWhitespace).last { $0.count == 16 })
    #expect(try train(in: scratch, as: "a.safetensors").status == 0)
    #expect(try train(in: scratch, as: "b.safetensors", seed: String(second)).status == 0)
    func predicted(_ models: String...) throws -> [[Substring]] {
      try rows(
        RunningProgram(["predict"] + models + ["--data", Self.flowers.path], in: scratch).end()
          .output)
    }
    let (a, b) = (try predicted("a.safetensors"), try predicted("b.safetensors"))
    let both = try predicted("a.safetensors", "b.safetensors")
    #expect(both[0].last == "agreement" && both.count == 151)
    for row in 1...150 {
      let (x, y) = (try #require(Double(a[row][2])), try #require(Double(b[row][2])))
      #expect(Double(both[row][2]) == (0 + x + y) / 2)
      let mean = (0 + x + y) / 2
      let deviation = ((x - mean) * (x - mean) + (y - mean) * (y - mean)).squareRoot()
      #expect(Double(both[row][5]) == deviation)
      let agree = (a[row][1] == both[row][1] ? 1 : 0) + (b[row][1] == both[row][1] ? 1 : 0)
      #expect(Double(both[row][8]) == Double(agree) / 2)
    }
  }

  @Test func aSweepPredictsAsItsModelsDo() throws {
    let scratch = try Scratch()
    #expect(try Program.run("run", Program.example, "--trials", "3", in: scratch).status == 0)
    try scratch.write("x\n0.25\n0.5\n", to: "x.csv")
    let sweep = try Program.run(
      "predict", "--sweep", "sequence", "--data", "x.csv", in: scratch)
    #expect(sweep.status == 0 && sweep.errors.isEmpty)
    let seeds = try Program.run("seeds", "--master-seed", "1", "--count", "3", in: scratch).output
      .split(whereSeparator: \.isWhitespace).map { String($0) }.filter { $0.count == 16 }
    #expect(seeds.count == 3)
    for seed in seeds {
      #expect(try Program.run("fetch-model", seed, in: scratch).status == 0)
    }
    let files = seeds.map { "sequence-base-\($0).safetensors" }
    let models = try RunningProgram(
      ["predict"] + files + ["--data", "x.csv"], in: scratch
    ).end()
    #expect(models.status == 0, "\(models.errors)")
    #expect(models.output == sweep.output)
    #expect(rows(sweep.output).count == 3 && rows(sweep.output)[0].last == "sd_prediction")
    let two = try Program.run(
      "predict", "--sweep", "sequence", "--trials", "2", "--data", "x.csv", in: scratch)
    #expect(two.status == 0 && two.output != sweep.output)
  }

  /// Killed at any time, an interrupted training goes on to the same bits.
  @Test func aKilledTrainingGoesOn() throws {
    let scratch = try Scratch()
    let text = try String(contentsOfFile: Program.example, encoding: .utf8)
      .replacingOccurrences(of: "epochs: 100", with: "epochs: 60000")
    try text.write(
      to: scratch.url.appendingPathComponent("long.yaml"), atomically: true, encoding: .utf8)
    let seed = "74298876fc8d8048"
    let whole = try Program.run(
      "train", seed, "--spec", "long.yaml", "--save", "whole.safetensors", in: scratch)
    #expect(whole.status == 0)
    let arguments = [
      "train", seed, "--spec", "long.yaml", "--save", "part.safetensors", "--checkpoint-every",
      "0.05",
    ]
    let part = scratch.url.appendingPathComponent("part.safetensors")
    for number: Int32 in [SIGKILL, SIGTERM] {
      let before = try? FileManager.default.attributesOfItem(atPath: part.path)
      let running = try RunningProgram(arguments, in: scratch)
      // For a checkpoint that is newer than the last.
      wait(until: {
        let now = try? FileManager.default.attributesOfItem(atPath: part.path)
        return now?[.systemFileNumber] as? Int != before?[.systemFileNumber] as? Int
      })
      running.send(number)
      let ended = try running.end()
      #expect(number == SIGKILL || ended.status == 128 + SIGTERM && ended.errors.contains("resume"))
      let shown = try Program.run("show", "part.safetensors", "--format", "json", in: scratch)
      #expect(try shown.status == 0 && shown.json["status"] == "training")
    }
    let rest = try RunningProgram(arguments, in: scratch).end()
    #expect(rest.status == 0)
    func digest(_ text: String) -> Substring? {
      text.split(separator: "\n").first { $0.contains("weights") }
    }
    #expect(digest(rest.output) != nil && digest(rest.output) == digest(whole.output))
    // To run it again is to look.
    let again = try RunningProgram(arguments, in: scratch).end()
    #expect(again.status == 0 && again.output == rest.output)
  }

  @Test func aRecordedTrialsModelIsFetched() throws {
    let scratch = try Scratch()
    let ran = try Program.run("run", Program.example, "--trials", "3", in: scratch)
    #expect(ran.status == 0)
    let fetched = try Program.run(
      "fetch-model", "74298876fc8d8048", "--save", "models/", in: scratch)
    #expect(fetched.status == 2 && fetched.errorLines.count == 1, "there is no such directory")
    let saved = try Program.run("fetch-model", "74298876fc8d8048", in: scratch)
    #expect(saved.status == 0)
    let name = "sequence-base-74298876fc8d8048.safetensors"
    #expect(try Program.run("evaluate", name, in: scratch).output.contains("identical"))
    let unknown = try Program.run("fetch-model", "0000000000000000", in: scratch)
    #expect(unknown.status == 2 && unknown.errors.contains("has no trial with seed"))
  }

  /// What Keras makes of such files is for scripts/keras-models.
  @Test func aModelIsWrittenAsKerasWritesIt() throws {
    let scratch = try Scratch()
    #expect(try train(in: scratch).status == 0)
    for (name, start) in [("m.keras", "PK"), ("m.weights.h5", "\u{89}HDF"), ("m.json", "{")] {
      let ended = try Program.run("export-model", "model.safetensors", "--save", name, in: scratch)
      #expect(ended.status == 0)
      // Early stopping brought back the weights of an earlier epoch.
      #expect(ended.errors.contains("the optimizer's state is not in") == (name != "m.json"))
      let bytes = try Data(contentsOf: scratch.url.appendingPathComponent(name))
      #expect(bytes.starts(with: start.unicodeScalars.map { UInt8($0.value) }))
    }
    let other = try Program.run("export-model", "model.safetensors", "--save", "m.pt", in: scratch)
    #expect(other.status == 2 && other.errorLines.count == 1 && other.errors.contains("the ending"))
    let foreign = try Program.run("export-model", "m.keras", "--save", "n.keras", in: scratch)
    #expect(foreign.status == 2 && foreign.errors.contains("not a safetensors file"))
  }

  /// The mistakes that lose models elsewhere, made on purpose.
  @Test func theReloadExampleHolds() throws {
    let scratch = try Scratch()
    let script = Program.root.appendingPathComponent("examples/reload.sh").path
    let ended = try RunningProgram([script, Program.path], in: scratch, program: "/bin/bash").end()
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(ended.output.contains("the same predictions, bit for bit"))
    #expect(ended.output.contains("as after 4 at once"))
    #expect(ended.output.contains("identical to the metrics on record"))
  }

  @Test func mistakesAreNamed() throws {
    let scratch = try Scratch()
    #expect(try train(in: scratch).status == 0)
    let flowers = try String(contentsOf: Self.flowers, encoding: .utf8)
    func complaint(_ arguments: String...) throws -> String {
      let ended = try RunningProgram(arguments, in: scratch).end()
      #expect(ended.status == 2 && ended.output.isEmpty && ended.errorLines.count == 1)
      return ended.errors
    }
    func write(_ name: String, _ text: String) throws {
      try text.write(
        to: scratch.url.appendingPathComponent(name), atomically: true, encoding: .utf8)
    }
    let model = "model.safetensors"
    try write("a.csv", flowers.replacingOccurrences(of: "petal_length", with: "petals"))
    #expect(
      try complaint("predict", model, "--data", "a.csv").contains("no column `petal_length`"))
    // What stands in the column of the target does not matter where nobody asks for it.
    try write("c.csv", flowers.replacingOccurrences(of: "setosa", with: "?"))
    #expect(try Program.run("predict", model, "--data", "c.csv", in: scratch).status == 0)
    try write("b.csv", flowers.replacingOccurrences(of: "setosa", with: "Setosa"))
    #expect(
      try complaint("predict", model, "--data", "b.csv", "--losses").contains(
        "category `Setosa`, which the training samples did not have"))
    // The same data under the same path, in another order.
    let folder = scratch.url.appendingPathComponent("examples/data")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let swapped = rows(flowers).map { [$0[1], $0[0]] + $0[2...] }
      .map { $0.joined(separator: ",") }.joined(separator: "\n")
    try write("examples/data/iris.csv", swapped)
    #expect(
      try complaint("evaluate", model).contains(
        "represented otherwise than when it was trained: input column 0 is `sepal_width`, not "
          + "`sepal_length`"))
    try write("examples/data/iris.csv", flowers.replacingOccurrences(of: "5.1", with: "5.2"))
    #expect(try complaint("evaluate", model).contains("the mean of sepal_length is"))
    try write("cut.safetensors", "x")
    #expect(try complaint("show", "cut.safetensors").contains("not a model's file"))
    #expect(try complaint("predict", "absent", "--data", "a.csv").contains("No such file"))
    // A file that is something else is never overwritten.
    #expect(
      try complaint(
        "train", "74298876fc8d8048", "--spec", Program.example, "--save", model
      ).contains("nothing was changed"))
    #expect(try Program.run("show", model, in: scratch).status == 0)
  }
}
