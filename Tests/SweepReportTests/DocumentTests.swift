import Foundation
import Randomness
import SweepModel
import SweepReport
import Testing

/// docs/json.md is a promise to programs: its examples, written by hand, are what we print.
@Suite struct DocumentTests {
  @Test func everyExampleOfTheDocumentationIsWhatWePrint() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(components: "..", "..", "docs", "json.md")
    let page = try String(contentsOf: file, encoding: .utf8)
    let examples = page.components(separatedBy: "```json\n").dropFirst().map {
      $0.components(separatedBy: "```")[0]
    }
    let documents = try documents()
    #expect(examples.count == documents.count)
    for (example, document) in zip(examples, documents) { #expect(document == example) }
  }

  /// By another program's reader: what is not JSON, it refuses.
  @Test func everyDocumentIsJSON() throws {
    for document in try documents() {
      #expect(try JSONSerialization.jsonObject(with: Data(document.utf8)) is [String: Any])
    }
  }

  /// `JSONDecoder` rounds numbers correctly; on Linux `JSONSerialization` does not.
  @Test func numbersReadBackToTheSameBits() throws {
    struct Read<Value: Decodable>: Decodable { let metrics: [String: Value] }
    let seed = UInt64.random(in: .min ... .max)
    var generator = SplitMix64(state: seed)
    for _ in 0..<500 {
      let value = Double(bitPattern: generator.next())
      let text = Data(document(of: Example.completed(0, [value]), including: []).utf8)
      if value.isFinite {
        let metrics = try JSONDecoder().decode(Read<Double>.self, from: text).metrics
        let read = metrics["mean_squared_error"]
        #expect(read?.bitPattern == value.bitPattern, "\(value), seed \(seed)")
      }
    }
  }

  @Test(arguments: [(Double.nan, "nan"), (-.nan, "nan"), (.infinity, "inf"), (-.infinity, "-inf")])
  func whatIsNoNumberIsAString(value: Double, text: String) {
    let document = document(of: Example.completed(0, [value]), including: [])
    #expect(document.contains("\"mean_squared_error\": \"\(text)\""))
  }

  @Test func historyIsNullWhereItWasNotKept() throws {
    var measurements = Example.measurements([0.25])
    measurements.history = []
    let result = Example.result(0, .completed(measurements))
    #expect(document(of: result, including: .history).contains("\"history\": null"))
    let failed = Example.result(0, .failed(reason: ""))
    #expect(document(of: failed, including: .history).contains("\"history\": null"))
  }

  /// The documents of docs/json.md, in its order.
  private func documents() throws -> [String] {
    let trials = Example.results
    var recorded = Example.measurements([0.05])
    recorded.history[2] = 0.125
    recorded.variableFingerprints[1] = 7
    recorded.weightsDigest = WeightsDigest(hashing: [])
    let verdict = RerunVerdict(
      recorded: Example.result(0, .completed(recorded)), rerun: trials[0],
      variant: Example.base.variant, variableNames: ["embedding/table", "dense/kernel"])
    let rerun = RerunReport(
      sweep: "sequence", variant: Example.base, result: trials[0], verdict: verdict)
    let seeds = SeedList(
      masterSeed: MasterSeed(42),
      trials: [0, 1].map { TrialReference(TrialIndex(UInt64($0)), TrialSeed(Example.seeds[$0])) })
    return [
      document(of: trials[0], including: [.history, .seconds]),
      document(of: trials[3], including: .seconds), document(of: trials[5], including: .seconds),
      rerun.json.indentedText + "\n", try violation(),
      try Example.summary().text(as: .json), try trust(), try history(),
      try #require(try ComparisonExample.comparison()).text(as: .json), seeds.text(as: .json),
      Self.status.text(as: .json),
    ]
  }

  /// The member that a summary has of a sweep whose workers disagree.
  private func trust() throws -> String {
    let json = try Example.summary(trust: TrustExample.report).json
    return JSONValue.object([.init("trust", try #require(json["trust"]))]).indentedText + "\n"
  }

  /// The member that `rerun` adds to a trial of which workers gave two results.
  private func violation() throws -> String {
    let report = RerunReport(
      sweep: "sequence", variant: Example.base, result: TrustExample.result(1),
      verdict: .notRecorded, dispute: TrustExample.settled)
    return JSONValue.object([.init("violation", try #require(report.json["violation"]))])
      .indentedText + "\n"
  }

  /// A coordinator with a sweep and a worker.
  private static var status: CoordinatorStatus {
    var sweep = SweepStatus(
      name: "sequence", masterSeed: MasterSeed(42), variants: 2, trials: 8, asked: 16)
    sweep.recorded = 12
    sweep.diverged = 2
    sweep.failed = 1
    sweep.openAudits = 3
    var status = CoordinatorStatus()
    status.epoch = 2
    status.uptimeSeconds = 12.5
    status.store = "/data/seedsweep.sqlite"
    status.uncommittedResults = 4
    status.sweeps = [sweep]
    var worker = WorkerStatus(
      id: Array(0..<16), host: "lab-3:4711", processor: "AMD EPYC 9654", slots: 48, leases: 2,
      trialsPerSecond: 1250.5, silentSeconds: 0.25, key: "lab-3", isStalled: false)
    worker.resources = WorkerResources(
      slotsOrigin: "SLURM_CPUS_PER_TASK", memoryBytes: 96 << 30,
      memoryOrigin: "memory limit of cgroup /slurm/job_71")
    worker.memoryNeededBytes = 1 << 30
    worker.remainingSeconds = 3_540.5
    status.workers = [worker]
    var missing = WaitingReason(.dataMissing, isBlocking: false)
    (missing.sweep, missing.variant, missing.variants) = ("sequence", "slow", 1)
    (missing.workers, missing.connected, missing.trials) = (1, 2, 4)
    missing.host = "lab-4:812"
    missing.detail = "data.csv.path: a.csv: there is no such file"
    missing.retrySeconds = 12.5
    status.waiting = [missing]
    return status
  }

  @Test func statusAsTablesIsHarmlessToATerminal() {
    var status = Self.status
    status.workers[0].host = "a\u{1B}[2Jb\nc"
    let table = status.text(as: .table)
    #expect(table.contains("sequence  running        12     16         2       1"))
    #expect(!table.unicodeScalars.contains("\u{1B}") && table.contains("lab-3"))
    #expect(table.contains("59:01") && table.contains("1 GiB of 96 GiB"))
    #expect(table.contains("SLURM_CPUS_PER_TASK"))
  }

  /// The member that `report --history` adds to a variant.
  private func history() throws -> String {
    var builder = VariantSummary.Builder(Example.base, trials: 8, withHistory: true)
    for result in Example.results { try builder.add(result) }
    let summary = SweepSummary(
      sweep: Example.sweep, trials: 8, variants: [builder.summary(violations: 0)],
      showsHistory: true)
    guard case .array(let variants)? = summary.json["variants"],
      let history = variants[0]["history"]
    else { throw ReportError.tooManyPairs }
    return JSONValue.object([JSONValue.Member("history", history)]).indentedText + "\n"
  }

  private func document(
    of result: TrialResult, including extras: TrialDocument.Extras
  ) -> String {
    let document = TrialDocument(sweep: "sequence", variant: Example.base, result: result)
    return JSONValue.object(document.members(including: extras)).indentedText + "\n"
  }
}
