import SweepModel
import SweepReport
import Testing

@Suite struct TrustReportTests {
  static let alarm =
    "DETERMINISM VIOLATION: 2 trials gave other bits when run again (1 settled by a majority of "
    + "workers, 1 open); do not trust this sweep before you know why"

  @Test func aTableListsEveryResultWithItsWorker() throws {
    let text = try Example.summary(trust: TrustExample.report).text(as: .table)
    #expect(text.split(separator: "\n")[1] == Self.alarm)
    #expect(
      text.contains(
        """

        Trials that gave more than one result (first 16 digits of weights and history):
        variant  index  seed              result    status     weights           history           \
        worker                  machine     processor  kernels  version
        base         4  b013aee3c34eddf6  open      completed  9a129038d9a00aed  259aa8ef98a8b91d  \
        0a0a0a0a                node-1:311  Zen 9      avx512   0.1.0
        base         4  b013aee3c34eddf6  open      completed  9a129038d9a00aed  089001a35679a33e  \
        old worker              –           –          –        –
        base         1  03d7b32dadd083f4  stands    completed  9a129038d9a00aed  259aa8ef98a8b91d  \
        0a0a0a0a                node-1:311  Zen 9      avx512   0.1.0
        base         1  03d7b32dadd083f4  stands    completed  9a129038d9a00aed  259aa8ef98a8b91d  \
        0b0b0b0b                node-2:97   Lake 4     avx2     0.1.0
        base         1  03d7b32dadd083f4  outvoted  completed  d9298a10d1b07358  259aa8ef98a8b91d  \
        0c0c0c0c (quarantined)  node-3:5    Lake 4     avx2     0.1.0

        Quarantined workers of this store: their results yield to any other's:
        worker                  machine   processor  kernels  version  outvoted
        0c0c0c0c (quarantined)  node-3:5  Lake 4     avx2     0.1.0           2

        Audits: 30 done, 4 open until another worker has time

        """))
    #expect(text.contains("\n3 trials stand on the word of quarantined workers alone: "))
  }

  @Test func oneMatterIsOneLine() throws {
    // The counts of results by variant are those of the same trials.
    let text = try Example.summary(violations: 3, trust: TrustExample.report).text(as: .table)
    #expect(text.split(separator: "\n").filter { $0.contains("VIOLATION") } == [Self.alarm[...]])
    var comparison = try #require(try ComparisonExample.comparison(violations: 3))
    comparison.trust = TrustExample.report
    let compared = comparison.text(as: .table).split(separator: "\n")
    #expect(compared.filter { $0.contains("VIOLATION") } == [Self.alarm[...]])
  }

  @Test func whatIsSettledIsToldAsSettled() {
    var report = TrustExample.report
    report.counts[0].openTrials = 0
    report.counts[0].unsupported = 0
    #expect(
      report.alarms == [
        "DETERMINISM VIOLATION: 2 trials gave other bits when run again (2 settled by a majority of "
          + "workers); what the majority gave stands: find out what is wrong with the others"
      ])
  }

  @Test func markdownShowsTheSame() throws {
    let text = try Example.summary(trust: TrustExample.report).text(as: .markdown)
    #expect(text.contains("\n**\(Self.alarm)**\n"))
    #expect(text.contains("\n| base | 1 | 03d7b32dadd083f4 | outvoted | completed | "))
    #expect(text.contains("\nAudits: 30 done, 4 open"))
  }

  @Test func whatIsNotShownIsCounted() throws {
    var report = TrustExample.report
    report.counts[1].violatedTrials = 100
    report.quarantinedCount = 7
    let text = try Example.summary(trust: report).text(as: .table)
    #expect(text.contains("102 trials gave other bits"))
    #expect(text.contains("\nand 100 more trials\n"))
    #expect(text.contains("\nand 6 more\n"))
  }

  @Test func aComparisonShowsThem() throws {
    var comparison = try #require(try ComparisonExample.comparison())
    for format in [SummaryFormat.table, .markdown] {
      #expect(!comparison.text(as: format).contains("VIOLATION"))
    }
    comparison.trust = TrustExample.report
    for format in [SummaryFormat.table, .markdown] {
      let text = comparison.text(as: format)
      #expect(text.contains(Self.alarm))
      #expect(text.contains("outvoted"))
    }
    #expect(comparison.json["trust"]?["open"] == .integer(1))
  }

  @Test func aReRunSaysWhichOfTheResultsItRepeats() {
    let report = RerunReport(
      sweep: "sequence", variant: Example.base, result: TrustExample.result(1, weights: "other"),
      verdict: .notRecorded, dispute: TrustExample.settled)
    #expect(
      report.text.hasSuffix(
        """
        DETERMINISM VIOLATION: workers gave 2 results of this trial (settled by a majority of workers):
          stands, not the same as now: weights 9a129038d9a00aed by 0a0a0a0a, node-1:311, Zen 9, avx512, \
        0.1.0; 0b0b0b0b, node-2:97, Lake 4, avx2, 0.1.0
          outvoted, the same as now: weights d9298a10d1b07358 by 0c0c0c0c (quarantined), node-3:5, \
        Lake 4, avx2, 0.1.0

        """))
  }

  @Test func aViolationIsUncleanAndAnAuditIsNot() throws {
    let sweep = Sweep(name: "s", masterSeed: MasterSeed(1), trials: 1, variants: [Example.base])
    let results = [[Example.completed(0, [1])]]
    var counts = TrustReport.Counts()
    counts.auditsDone = 1
    counts.auditsOpen = 1
    #expect(try Example.summary(of: sweep, results, trust: TrustReport(counts: [counts])).isClean)
    counts.violatedTrials = 1
    let trust = TrustReport(counts: [counts])
    #expect(try !Example.summary(of: sweep, results, trust: trust).isClean)
    #expect(TrustReport().alarms.isEmpty)
  }
}
