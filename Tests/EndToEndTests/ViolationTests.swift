import Foundation
import Randomness
import SweepModel
import Testing
import TrialStore

/// A trial that gave more than one result is shown by whatever tells of its sweep.
@Suite struct ViolationTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func run(_ arguments: String...) throws -> Ended {
    try RunningProgram(arguments + ["--store", "s.sqlite"], in: scratch).end()
  }

  /// Adds a result of trial 3 that is one bit off, as another worker would have given it.
  private func lie(as worker: String) throws {
    let store = try TrialStore(path: scratch.path("s.sqlite"), access: .readWrite)
    defer { try? store.close() }
    let sweep = try #require(try store.sweeps().first)
    let variant = try #require(sweep.variants.first)
    var result = try #require(try store.result(variant.key, index: TrialIndex(3)))
    var measurements = try #require(result.measurements)
    measurements.metrics[0] = measurements.metrics[0].nextUp
    measurements.weightsDigest = WeightsDigest(hashing: "one bit off".utf8)
    result.outcome = .completed(measurements)
    let details = StoredWorker(
      name: worker, host: "node-7:12", processor: "Faulty 1", instructionSet: "avx2",
      software: "9.9.9")
    _ = try store.commit([StoredBatch(variant: variant.key, results: [result], worker: details)])
  }

  @Test func everyReportShowsItAndExitsWithOne() throws {
    let first = ["run", Program.example, "--trials", "5", "--workers", "1"]
    let clean = try RunningProgram(first + ["--store", "s.sqlite"], in: scratch).end()
    #expect(clean.status == 0, "\(clean.errors)")
    let export = try run("export").output
    #expect(try run("report").status == 0)
    try lie(as: "liar")

    let report = try run("report")
    #expect(report.status == 1)
    let alarm = "DETERMINISM VIOLATION: 1 trial gave other bits when run again (1 open)"
    #expect(report.output.contains(alarm))
    for detail in ["node-7:12", "Faulty 1", "avx2", "9.9.9", "liar"] {
      #expect(report.output.contains(detail), "\(report.output)")
    }
    let markdown = try run("report", "--format", "markdown")
    #expect(markdown.status == 1 && markdown.output.contains("**\(alarm)"))
    let csv = try run("report", "--format", "csv")
    #expect(csv.status == 1 && csv.errors.contains(alarm))
    let json = try run("report", "--format", "json")
    #expect(json.status == 1)
    #expect(try json.json["trust"]?["violated_trials"] == .integer(1))

    // Nothing is left to do but the dispute, and one trial is asked for that has nothing to do with it.
    let again = try RunningProgram(
      ["run", Program.example, "--trials", "1", "--workers", "1", "--store", "s.sqlite"],
      in: scratch
    ).end()
    #expect(again.status == 1, "\(again.output) \(again.errors)")
    #expect(again.output.contains(alarm))

    let seed = MasterSeed(1).trialSeed(at: TrialIndex(3)).hex
    let disputed = try run("rerun", seed)
    #expect(disputed.output.contains("DETERMINISM VIOLATION: workers gave 2 results of this trial"))
    #expect(disputed.output.contains(", the same as now: "))

    let exported = try run("export")
    #expect(exported.status == 0 && exported.errors.contains(alarm))

    // Two honest votes decide: the sweep is right again, and still not to be passed over.
    let coordinator = try RunningProgram(
      ["run", Program.example, "--trials", "5", "--workers", "2", "--store", "s.sqlite"],
      in: scratch
    ).end()
    #expect(coordinator.status == 1)
    let settled = "1 trial gave other bits when run again (1 settled by a majority of workers)"
    #expect(coordinator.output.contains(settled), "\(coordinator.output) \(coordinator.errors)")
    #expect(Self.withoutSeconds(try run("export").output) == Self.withoutSeconds(export))
  }

  private static func withoutSeconds(_ csv: String) -> [String] {
    csv.split(separator: "\n").map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).dropLast().joined(separator: ",")
    }
  }
}
