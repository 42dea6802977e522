import Statistics
import SweepModel
import SweepReport
import Testing

@Suite struct HistoryTests {
  /// Two epochs of loss and metric of each trial.
  private func result(_ index: UInt64, _ history: [Double], diverged: Bool = false) -> TrialResult {
    var measurements = Example.measurements([1])
    measurements.history = history
    return Example.result(
      index,
      diverged ? .diverged(atEpoch: history.count / 2, measurements) : .completed(measurements))
  }

  private func summary(_ results: [TrialResult]) throws -> HistorySummary? {
    var builder = HistorySummary.Builder(Example.base)
    for result in results { try builder.add(result) }
    return builder.summary
  }

  /// Each epoch's mean is over the trials that reached it; what is not finite is not averaged in.
  @Test func eachEpochIsOverTheTrialsThatReachedIt() throws {
    let history = try #require(
      try summary([
        result(0, [1, 10, 0.5, 20]), result(1, [3, 30], diverged: true),
        result(2, [5, 50, .nan, 40], diverged: true), Example.result(3, .failed(reason: "")),
      ]))
    #expect(history.trials == 3)
    #expect(history.reached == [3, 2])
    #expect(history.columns.map(\.name) == ["loss", "mean_squared_error"])
    let loss = history.columns[0].epochs
    #expect(loss.map(\.count) == [3, 1])
    #expect(loss.map(\.mean) == [3, 0.5])
    #expect(loss.map(\.standardDeviation) == [2, nil])
    #expect(history.columns[1].epochs.map(\.mean) == [30, 30])
  }

  @Test func historiesThatWereNotKeptAreNone() throws {
    #expect(try summary([]) == nil)
    #expect(try summary([result(0, []), Example.result(1, .failed(reason: ""))]) == nil)
  }

  @Test(arguments: [[1.0], [1, 2, 3], [1, 2, 3, 4, 5, 6]])
  func historiesOfOtherVariantsAreRefused(_ history: [Double]) {
    #expect(throws: ReportError.self) { try summary([result(0, history)]) }
  }

  @Test func everyFormShowsIt() throws {
    var builder = VariantSummary.Builder(Example.base, trials: 8, withHistory: true)
    for result in Example.results { try builder.add(result) }
    let sweep = SweepSummary(
      sweep: Example.sweep, trials: 8, variants: [builder.summary(violations: 0)],
      showsHistory: true)
    let table = sweep.text(as: .table)
    #expect(table.contains("\nHistory of base (mean over the n trials that reached the epoch):\n"))
    let row = try #require(table.split(separator: "\n").first { $0.hasSuffix(" of 5") })
    #expect(
      row.split(separator: " ").joined(separator: " ")
        == "2 6 0.2500 [0.2500, 0.2500] 0.032 [0.016, 0.048] of 5")
    #expect(table.contains("o mean_squared_error\n"))
    #expect(sweep.text(as: .markdown).contains("```text\n"))
    #expect(
      sweep.text(as: .csv).contains(
        "sequence,base,2,6,mean_squared_error,5,0.032,"))
    let json = try JSONValue(parsing: sweep.text(as: .json).utf8)
    guard case .array(let variants)? = json["variants"] else {
      Issue.record("no variants")
      return
    }
    #expect(variants[0]["history"]?["reached"] == [.integer(6), .integer(6)])
    #expect(
      variants[0]["history"]?["columns"]?["mean_squared_error"]?["count"]
        == [.integer(6), .integer(5)])
  }

  /// Curves from the first to the last epoch, higher values further up.
  @Test func curvesFallAsTheirValuesDo() throws {
    let variant = Example.variant("long", metrics: ["mean_squared_error"])
    var longer = variant.variant
    longer.training.epochs = 500
    let named = NamedVariant(name: "long", variant: longer)
    var builder = VariantSummary.Builder(named, trials: 1, withHistory: true)
    var measurements = Example.measurements([1])
    measurements.history = (0..<500).flatMap { [1 / Double(1 + $0), Double($0)] }
    try builder.add(Example.result(0, .completed(measurements)))
    let summary = SweepSummary(
      sweep: Example.sweep, trials: 1, variants: [builder.summary(violations: 0)],
      showsHistory: true)
    let lines = summary.text(as: .table).split(separator: "\n")
    #expect(lines.contains("20 of 500 epochs; --format csv and json have all"))
    let top = try #require(lines.first { $0.contains("0.1250 │") || $0.contains("│o") })
    #expect(top.contains("o"))
    #expect(lines.contains { $0.hasSuffix("logarithmic axis") })
    #expect(lines.allSatisfy { $0.count <= 120 })
  }
}
