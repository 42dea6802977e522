import Foundation
import SweepModel
import Testing

/// `grid`, `report` and `compare` over a small sweep by real processes.
@Suite struct CompareTests {
  private func sweep(in scratch: Scratch, trials: String = "8") throws {
    let text = try String(contentsOfFile: Program.example, encoding: .utf8)
      .replacingOccurrences(of: "epochs: 100", with: "epochs: 10")
    let path = try scratch.write(
      text + "grid: {training.optimizer.adam.learning_rate: [0.001, 0.01]}\n", to: "grid.yaml")
    let run = try Program.run("run", path, "--trials", trials, in: scratch)
    #expect(run.status == 0, "\(run.errors)")
  }

  private static let (slow, fast) = ("learning_rate-0.001", "learning_rate-0.01")

  @Test func twoVariantsAreComparedAndTheirHistoriesShown() throws {
    let scratch = try Scratch()
    try sweep(in: scratch)
    let compare = try Program.run(
      "compare", Self.slow, Self.fast, "--format", "json", in: scratch)
    #expect(compare.status == 0, "\(compare.errors)")
    let json = try compare.json
    #expect(json["pairs"] == .integer(8) && json["left_out"] == .integer(0))
    let metric = try #require(json["metrics"]?["mean_squared_error"])
    #expect(metric["better"] == "lower")
    // All of 2⁸ signs; a faster rate is better within ten epochs, whatever the seed.
    #expect(metric["sign_flip_test"]?["p_value"] == .number(2 / 256))
    #expect(metric["conclusion"]?["verdict"] == "b_better")
    let again = try Program.run("compare", Self.slow, Self.fast, "--format", "json", in: scratch)
    #expect(again.output == compare.output)
    let report = try Program.run("report", "--history", in: scratch)
    #expect(report.status == 0 && report.output.contains("History of \(Self.fast) "))
  }

  @Test func whatCannotBeComparedIsSaid() throws {
    let scratch = try Scratch()
    try sweep(in: scratch, trials: "1")
    for (arguments, fragment) in [
      ([Self.slow, Self.fast], "1 pair of completed trials"),
      ([Self.slow, "learning_rat-0.01"], "did you mean `learning_rate-0.01`?"),
      ([Self.slow, Self.slow], "needs two variants"),
      ([Self.slow, Self.fast, "--metric", "accuracy"], "both have mean_squared_error"),
      ([Self.slow, Self.fast, "--trials", "0"], "--trials 0"),
      ([Self.slow, Self.fast, "--sweep", "none"], "has no sweep `none`"),
    ] {
      let ended = try RunningProgram(["compare"] + arguments, in: scratch).end()
      #expect(ended.status == 2 && ended.output.isEmpty)
      #expect(ended.errorLines.count == 1 && ended.errors.contains(fragment), "\(ended.errors)")
    }
  }
}
