import SweepModel
import SweepReport
import Testing

@Suite struct SummaryCSVTests {
  @Test func oneRowForEachVariantAndMetric() throws {
    let digests = Example.sweep.variants.map(\.variant.digest.hex)
    #expect(
      try Example.summary(violations: 2, trust: TrustExample.report).text(as: .csv) == """
        sweep,master_seed,variant,variant_sha256,trials,completed,diverged,failed,not_run,\
        determinism_violations,metric,count,mean,standard_deviation,interval_lower,interval_upper,\
        median,interquartile_mean,minimum,minimum_index,minimum_seed,maximum,maximum_index,\
        maximum_seed,violated_trials,open_disputes,audits_done,audits_open
        sequence,42,base,\(digests[0]),8,5,1,1,1,2,mean_squared_error,5,0.032,0.013038404810405298,\
        0.01581068215291296,0.04818931784708704,0.03,0.03,0.02,1,03d7b32dadd083f4,0.05,0,\
        6d3e048f1022172d,2,1,30,4
        sequence,42,slow,\(digests[1]),8,0,0,0,8,0,mean_squared_error,0,,,,,,,,,,,,,0,0,0,0

        """)
  }

  /// A variant that measures nothing has been run all the same.
  @Test func aVariantWithoutMetricsHasARow() throws {
    let variant = Example.variant("bare", metrics: [])
    let sweep = Sweep(name: "s", masterSeed: MasterSeed(1), trials: 1, variants: [variant])
    let csv = try Example.summary(of: sweep, [[Example.completed(0, [])]]).text(as: .csv)
    let lines = csv.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines[1].hasPrefix("s,1,bare,"))
    #expect(lines[1].hasSuffix(",1,1,0,0,0,0,,,,,,,,,,,,,,,0,0,0,0"))
    let columns = lines.map { $0.split(separator: ",", omittingEmptySubsequences: false).count }
    #expect(columns == [28, 28])
  }

  /// One value has no spread; the largest has no finite one.
  @Test func figuresThatDoNotExistAreEmpty() throws {
    let sweep = Sweep(
      name: "s", masterSeed: MasterSeed(1), trials: 2, variants: [Example.base])
    let one = try Example.summary(of: sweep, [[Example.completed(0, [-0.0])]]).text(as: .csv)
    #expect(one.contains(",mean_squared_error,1,-0.0,,,,-0.0,-0.0,-0.0,0,"))
    let huge = [Example.completed(0, [1.7e308]), Example.completed(1, [-1.7e308])]
    let two = try Example.summary(of: sweep, [huge]).text(as: .csv)
    #expect(two.contains(",mean_squared_error,2,0.0,inf,-inf,inf,0.0,0.0,-1.7e+308,1,"))
  }
}
