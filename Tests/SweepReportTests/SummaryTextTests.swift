import SweepModel
import SweepReport
import Testing

/// The renderings of a summary against text written by hand; figures from `make-golden.py`.
@Suite struct SummaryTextTests {
  @Test func table() throws {
    #expect(
      try Example.summary().text(as: .table) == """
        sequence, master seed 42: 2 variants of 8 trials; 5 completed, 1 diverged, 1 failed, 9 not run yet

        Trials:
        variant  asked  completed  diverged  failed  not run  violations
        base         8          5         1       1        1           0
        slow         8          0         0       0        8           0

        Completed trials (the interval is the mean's; IQM is the mean of the middle half):
        variant  metric              n   mean    95% interval  std dev   median      IQM
        base     mean_squared_error  5  0.032  [0.016, 0.048]  0.01304  0.03000  0.03000
        slow     mean_squared_error  0      –               –        –        –        –

        Extremes, and the trials that have them:
        variant  metric              minimum  index  seed              maximum  index  seed
        base     mean_squared_error  0.02000      1  03d7b32dadd083f4  0.05000      0  6d3e048f1022172d
        slow     mean_squared_error        –      –  –                       –      –  –

        Not completed, and in no figure above:
        variant  index  seed              status    detail
        base         3  bad56946354ba891  diverged  in epoch 2
        base         5  a4d91a963122544e  failed    it crashed 5 workers, the last by signal 9

        """)
  }

  @Test func markdown() throws {
    #expect(
      try Example.summary(violations: 1).text(as: .markdown) == """
        ## sequence, master seed 42: 2 variants of 8 trials; 5 completed, 1 diverged, 1 failed, 9 not run yet

        Trials:

        | variant | asked | completed | diverged | failed | not run | violations |
        | --- | --: | --: | --: | --: | --: | --: |
        | base | 8 | 5 | 1 | 1 | 1 | 1 |
        | slow | 8 | 0 | 0 | 0 | 8 | 0 |

        Completed trials (the interval is the mean's; IQM is the mean of the middle half):

        | variant | metric | n | mean | 95% interval | std dev | median | IQM |
        | --- | --- | --: | --: | --: | --: | --: | --: |
        | base | mean_squared_error | 5 | 0.032 | [0.016, 0.048] | 0.01304 | 0.03000 | 0.03000 |
        | slow | mean_squared_error | 0 | – | – | – | – | – |

        Extremes, and the trials that have them:

        | variant | metric | minimum | index | seed | maximum | index | seed |
        | --- | --- | --: | --: | --- | --: | --: | --- |
        | base | mean_squared_error | 0.02000 | 1 | 03d7b32dadd083f4 | 0.05000 | 0 | 6d3e048f1022172d |
        | slow | mean_squared_error | – | – | – | – | – | – |

        Not completed, and in no figure above:

        | variant | index | seed | status | detail |
        | --- | --: | --- | --- | --- |
        | base | 3 | bad56946354ba891 | diverged | in epoch 2 |
        | base | 5 | a4d91a963122544e | failed | it crashed 5 workers, the last by signal 9 |

        """)
  }

  @Test(arguments: [
    // A figure, and how the columns mean and 95% interval show it with its neighbours.
    ([1234.5, 1235.5, 1236.5], "1235.5  [1233.0, 1238.0]"),
    ([0.97, 0.98, 0.99], "0.980  [0.955, 1.005]"),
    ([2e-7, 4e-7, 6e-7], "4.000e-07  [-9.683e-08, 8.968e-07]"),
    ([1e12, 2e12, 3e12], "2.000e+12  [-4.841e+11, 4.484e+12]"),
    ([0.5, 0.5, 0.5], "0.5000  [0.5000, 0.5000]"),
    ([-0.25], "-0.2500                  –"),
    ([1.7e308, -1.7e308], "0      [-inf, inf]"),
  ])
  func meansHaveTheDigitsThatTheirIntervalsSupport(values: [Double], expected: String) throws {
    let sweep = Sweep(
      name: "values", masterSeed: MasterSeed(1), trials: UInt64(values.count),
      variants: [Example.base])
    let results = values.enumerated().map { Example.completed(UInt64($0), [$1]) }
    let table = try Example.summary(of: sweep, [results]).text(as: .table)
    #expect(squeezed(table).contains(squeezed(expected)), "\(table)")
  }

  @Test func reasonsCannotCommandTheTerminalNorTheTable() throws {
    let sweep = Sweep(name: "s", masterSeed: MasterSeed(1), trials: 1, variants: [Example.base])
    let reason = "a\u{1b}[2Jb\r\nc|d\u{301}|\u{301}\u{202e}e"
    let summary = try Example.summary(of: sweep, [[Example.result(0, .failed(reason: reason))]])
    #expect(summary.text(as: .table).contains("a [2Jb  c|d\u{301}|\u{301} e\n"))
    #expect(summary.text(as: .markdown).contains("a [2Jb  c\\|d\u{301}\\|\u{301} e |\n"))
  }

  @Test func saysHowManyItDoesNotShow() throws {
    let sweep = Sweep(
      name: "s", masterSeed: MasterSeed(1), trials: 1_234, variants: [Example.base])
    let results = (UInt64(0)..<1_234).map { Example.result($0, .failed(reason: "no")) }
    let table = try Example.summary(of: sweep, [results]).text(as: .table)
    #expect(table.hasPrefix("s, master seed 1: 1,234 trials; 0 completed, 1,234 failed\n"))
    #expect(table.hasSuffix("\nand 1,224 more, which an export lists\n"))
  }

  private func squeezed(_ text: String) -> String {
    text.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
  }
}
