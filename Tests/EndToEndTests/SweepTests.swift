import Foundation
import SweepModel
import Testing

/// Whole sweeps by real worker processes.
@Suite struct SweepTests {
  /// The numeric contract's last table.
  private static let golden = [
    (
      index: 0, seed: "1e3f18356e752082", metric: 0.083793512810694262,
      weights: "4d7d9df1c29fd1353d103e9bcad28141c26c64eee28e61971fc2220f14f868d9"
    ),
    (
      index: 1, seed: "74298876fc8d8048", metric: 0.010025916318732521,
      weights: "f029f8d69ec4319680f998f259818da4e3ef5141ce4106cf7203f465dd8ce661"
    ),
  ]

  @Test func exportIsTheSameForAnyNumberOfWorkers() throws {
    var exports: [String] = []
    for workers in ["1", "2", "5"] {
      let scratch = try Scratch()
      let run = try Program.run("run", Program.example, "--workers", workers, in: scratch)
      #expect(run.status == 0)
      #expect(run.errors.isEmpty, "\(run.errors)")
      exports.append(try Export.withoutSeconds(in: scratch))
    }
    #expect(exports[0].split(separator: "\n").count == 100)
    #expect(exports[0] == exports[1])
    #expect(exports[0] == exports[2])
    for golden in Self.golden {
      let line = try #require(exports[0].split(separator: "\n").dropFirst(golden.index).first)
      #expect(line.contains("\"seed\":\"\(golden.seed)\""))
      #expect(line.contains("\"mean_squared_error\":\(golden.metric)"))
      #expect(line.contains("\"weights_sha256\":\"\(golden.weights)\""))
    }
  }

  @Test(arguments: [Program.path, Program.debugPath], ["reference", "baseline", "avx2", "avx512"])
  func rerunGivesTheContractsBits(program: String, instructionSet: String) throws {
    let scratch = try Scratch()
    for golden in Self.golden {
      let rerun = try Program.run(
        "rerun", golden.seed, "--spec", Program.example, "--format", "json", in: scratch,
        program: program, environment: ["SEEDSWEEP_ISA": instructionSet])
      // Not every machine has every instruction set; the error then lists what there is.
      if rerun.status == 2, rerun.errors.contains("SEEDSWEEP_ISA") { return }
      #expect(rerun.status == 0, "\(rerun.errors)")
      let json = try rerun.json
      #expect(json["metrics"]?["mean_squared_error"] == .number(golden.metric))
      #expect(json["weights_sha256"] == .string(golden.weights))
      #expect(json["index"] == .integer(Int64(golden.index)))
      #expect(json["verdict"] == "not_recorded")
    }
  }

  /// Workers that end because the work is done are no deaths, however many they are.
  @Test(arguments: ["2", "64"]) func manyWorkersEndQuietly(workers: String) throws {
    let scratch = try Scratch()
    let run = try Program.run(
      "run", Program.example, "--trials", "500", "--workers", workers, in: scratch)
    #expect(run.status == 0)
    // A busy machine takes so long that progress is shown.
    let lines = run.errors.split(separator: "\n").filter { !$0.contains("trials/s") }
    #expect(lines.isEmpty, "\(lines)")
  }

  @Test func rerunOfARecordedTrialIsIdentical() throws {
    let scratch = try Scratch()
    #expect(try Program.run("run", Program.example, "--trials", "5", in: scratch).status == 0)
    let rerun = try Program.run("rerun", "74298876fc8d8048", "--format", "json", in: scratch)
    #expect(rerun.status == 0)
    #expect(try rerun.json["verdict"] == "identical")
    let text = try Program.run("rerun", "74298876fc8d8048", in: scratch)
    #expect(text.output.contains("identical"))
  }

  /// Metrics of validation go through worker, wire, store, summary, export and rerun.
  @Test func validationIsPartOfResultsEverywhere() throws {
    let scratch = try Scratch()
    let text = try String(contentsOfFile: Program.example, encoding: .utf8)
      .replacingOccurrences(of: "batch_size: all", with: "batch_size: 4\n  validation_split: 0.25")
    let specification = try scratch.write(text, to: "split.yaml")
    let run = try Program.run(
      "run", specification, "--trials", "3", "--format", "json", in: scratch)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("\"val_mean_squared_error\""))
    let export = try Program.run("export", "--format", "jsonl", "--history", in: scratch).output
    let trial = try JSONValue(parsing: try #require(export.split(separator: "\n").first).utf8)
    let validation = try #require(trial["metrics"]?["val_mean_squared_error"])
    guard case .array(let history)? = trial["history"]?["val_mean_squared_error"] else {
      Issue.record("\(export)")
      return
    }
    // That of the last epoch, to the bit.
    #expect(history.count == 100 && history.last == validation)
    let rerun = try Program.run("rerun", "74298876fc8d8048", "--format", "json", in: scratch)
    #expect(try rerun.json["verdict"] == "identical")
  }

  @Test func secondRunTrainsNothing() throws {
    let scratch = try Scratch()
    #expect(try Program.run("run", Program.example, "--trials", "20", in: scratch).status == 0)
    let before = try Program.run("export", "--format", "jsonl", in: scratch).output
    let again = try Program.run("run", Program.example, "--trials", "20", in: scratch)
    #expect(again.status == 0)
    // The seconds too: nothing was written anew.
    #expect(try Program.run("export", "--format", "jsonl", in: scratch).output == before)
  }

  @Test func moreTrialsMakeTheSweepLonger() throws {
    let scratch = try Scratch()
    #expect(try Program.run("run", Program.example, "--trials", "20", in: scratch).status == 0)
    let before = try Program.run("export", "--format", "jsonl", in: scratch).output
    #expect(try Program.run("run", Program.example, "--trials", "50", in: scratch).status == 0)
    let after = try Program.run("export", "--format", "jsonl", in: scratch).output
    #expect(after.hasPrefix(before))
    #expect(after.split(separator: "\n").count == 50)
    // A shorter look at it loses nothing.
    let short = try Program.run(
      "run", Program.example, "--trials", "10", "--format", "json", in: scratch)
    #expect(short.status == 0)
    #expect(try Program.run("export", "--format", "jsonl", in: scratch).output == after)
  }

  @Test func coordinatorAndWorkersOverTCPGiveTheSameBits() throws {
    let embedded = try Scratch()
    #expect(try Program.run("run", Program.example, in: embedded).status == 0)
    let scratch = try Scratch()
    let coordinator = try Coordinator(Program.example, in: scratch)
    let workers = try (0..<2).map { _ in
      try RunningProgram(
        ["worker", "--connect", coordinator.endpoint, "--slots", "2", "--give-up-after", "20"],
        in: scratch)
    }
    let ended = try coordinator.program.end()
    #expect(ended.status == 0, "\(ended.errors)")
    for worker in workers {
      let ended = try worker.end()
      #expect(ended.status == 0, "\(ended.errors)")
    }
    #expect(try Export.withoutSeconds(in: scratch) == Export.withoutSeconds(in: embedded))
  }

  @Test func variantsShareTheirSeeds() throws {
    let scratch = try Scratch()
    let text = try String(contentsOfFile: Program.example, encoding: .utf8)
    let specification = try scratch.write(
      text + "\nvariants:\n  slow: {training.optimizer: {adam: {learning_rate: 0.0001}}}\n",
      to: "two.yaml")
    #expect(try Program.run("run", specification, "--trials", "4", in: scratch).status == 0)
    let export = try Program.run("export", "--format", "jsonl", in: scratch)
    let lines = try export.output.split(separator: "\n").map { try JSONValue(parsing: $0.utf8) }
    let variants = lines.map { $0["variant"] }
    #expect(variants.prefix(4).allSatisfy { $0 == "base" })
    #expect(variants.suffix(4).allSatisfy { $0 == "slow" })
    let seeds = lines.compactMap { $0["seed"] }
    #expect(Array(seeds.prefix(4)) == Array(seeds.suffix(4)))
    #expect(Set(lines.compactMap { $0["weights_sha256"] }).count == 8)
  }
}

/// What `export` prints.
enum Export {
  /// JSON lines without the one member that may differ between runs.
  static func withoutSeconds(in scratch: Scratch) throws -> String {
    let export = try Program.run("export", "--format", "jsonl", "--history", in: scratch)
    #expect(export.status == 0, "\(export.errors)")
    return removingSeconds(export.output)
  }

  /// Cuts each member `,"seconds":…` out of the text, in one pass over its bytes.
  private static func removingSeconds(_ text: String) -> String {
    let member = Data(",\"seconds\":".utf8)
    var rest = Data(text.utf8)[...]
    var kept = Data(capacity: rest.count)
    while let found = rest.range(of: member) {
      kept.append(rest[..<found.lowerBound])
      rest = rest[found.upperBound...].drop { $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "}") }
    }
    kept.append(rest)
    return String(decoding: kept, as: UTF8.self)
  }
}

/// A coordinator on a free port of loopback.
struct Coordinator {
  let program: RunningProgram
  let endpoint: String

  /// With a `prefix`, such as `["/usr/bin/prlimit", …]`, that program starts it.
  init(
    _ specification: String, in scratch: Scratch, at address: String = "tcp://127.0.0.1:*",
    arguments: [String] = [], prefix: [String] = [], environment: [String: String] = [:]
  ) throws {
    let words =
      prefix + [
        Program.path, "coordinator", specification, "--listen", address, "--exit-when-done",
        "--log-level", "info",
      ] + arguments
    let program = try RunningProgram(
      Array(words.dropFirst()), in: scratch, program: words[0], environment: environment)
    var endpoint: Substring?
    wait {
      let words = program.errors.split(whereSeparator: \.isWhitespace)
      endpoint = words.first { $0.hasPrefix("tcp://") }
      return program.errors.contains("\n") && endpoint != nil || !program.isRunning
    }
    self.program = program
    if endpoint == nil {
      program.send(SIGTERM)
      let ended = try program.end()
      Issue.record("no coordinator but status \(ended.status): \(ended.errors)")
    }
    self.endpoint = String(try #require(endpoint))
  }
}
