import Foundation
import Logging
import Scheduling
import SweepModel
import Synchronization
import Testing

@testable import SweepRuntime

/// Metrics and logs: well-formed whatever is in them, and bounded.
@Suite struct MonitoringTests {
  /// A sample's line: name, labels, value.
  private static var sample: Regex<(Substring, name: Substring, labels: Substring?)> {
    #/^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?<labels>\{[^{}\n]*\})? (?:[-+]?[0-9.]+(?:e[-+]?[0-9]+)?|NaN|[-+]Inf)$/#
  }
  private static var labels: Regex<Substring> {
    #/\{[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*"(?:,[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*")*\}/#
  }

  /// Checks the exposition format's rules; returns the names of the metrics.
  private func check(_ text: String) -> Set<String> {
    #expect(text.hasSuffix("\n"))
    var types: [String: String] = [:]
    var series: Set<String> = []
    for line in text.split(separator: "\n") {
      if line.hasPrefix("#") {
        let words = line.split(separator: " ")
        guard words[1] == "TYPE" else { continue }
        // Each metric is announced once, and its samples stand together behind that.
        #expect(types.updateValue(String(words[3]), forKey: String(words[2])) == nil)
      } else {
        guard let match = line.wholeMatch(of: Self.sample) else {
          Issue.record("\(line)")
          continue
        }
        if let labels = match.labels { #expect(labels.wholeMatch(of: Self.labels) != nil) }
        let base = match.name.replacing(#/_(?:bucket|sum|count)$/#, with: "")
        #expect(types[String(match.name)] != nil || types[String(base)] == "histogram", "\(line)")
        #expect(series.insert(String(line.split(separator: " ").dropLast().joined())).inserted)
      }
    }
    for (name, type) in types where type == "counter" { #expect(name.hasSuffix("_total")) }
    return Set(types.keys)
  }

  @Test func metricsKeepTheFormatsRules() {
    var metrics = CoordinatorMetrics()
    metrics.startTimeSeconds = 1.7e9
    metrics.sweeps = [
      .init(name: "a\"b\\c\nd", asked: 10, recorded: 3), .init(name: "ü", asked: 1, recorded: 1),
    ]
    for value in [0, 1e-9, 0.001, 3, 1e9] { metrics.commitSeconds.add(value) }
    let text = metrics.text
    let names = check(text)
    #expect(names.isSuperset(of: ["seedsweep_workers", "seedsweep_commit_seconds"]))
    #expect(text.contains(#"seedsweep_sweep_trials{sweep="a\"b\\c\nd"} 10"#))
    #expect(text.contains("seedsweep_commit_seconds_bucket{le=\"0.001\"} 3\n"))
    #expect(text.contains("seedsweep_commit_seconds_bucket{le=\"+Inf\"} 5\n"))
    #expect(text.contains("seedsweep_commit_seconds_count 5\n"))
  }

  @Test func everyReasonHasASeriesWhetherOrNotItHolds() {
    var metrics = CoordinatorMetrics()
    metrics.waiting = [WaitingReason(.noWorkers, isBlocking: true)]
    metrics.pendingTrials = 17
    let text = metrics.text
    _ = check(text)
    #expect(text.contains("seedsweep_waiting{reason=\"no_workers\"} 1\n"))
    #expect(text.contains("seedsweep_waiting{reason=\"data_missing\"} 0\n"))
    #expect(text.contains("seedsweep_trials_pending 17\n"))
  }

  @Test func seriesAreBounded() {
    var metrics = CoordinatorMetrics()
    metrics.sweeps = (0..<Limits.sweeps).map {
      .init(name: "s\($0)", asked: 2, recorded: $0 < 500 ? 2 : 1)
    }
    _ = check(metrics.text)
    let lines = metrics.text.split(separator: "\n").filter {
      $0.hasPrefix("seedsweep_sweep_trials{")
    }
    #expect(lines.count == Limits.measuredSweeps + 1)
    // What is being run comes first; nothing is lost from the sum.
    #expect(lines[0] == "seedsweep_sweep_trials{sweep=\"s500\"} 2")
    #expect(lines.last == "seedsweep_sweep_trials{sweep=\"\"} 1800")
  }

  @Test func numbersAreAsPrometheusReadsThem() {
    let pairs: [(Double, String)] = [
      (.nan, "NaN"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (0, "0"), (1e14, "100000000000000"),
      (0.25, "0.25"), (1e300, "1e+300"), (-3, "-3"),
    ]
    for (value, text) in pairs { #expect(MetricsText.number(value) == text) }
  }

  @Test func repeatedEntriesAreLeftOutAndCounted() {
    var throttle = LogThrottle()
    func judge(_ seconds: Int, _ kind: String = "garbage") -> LogThrottle.Verdict {
      throttle.judge(kind, at: Instant(.seconds(seconds)))
    }
    for _ in 0..<Limits.logEntriesPerMinute { #expect(judge(0) == .write) }
    for second in 0..<59 { #expect(judge(second) == .omit) }
    #expect(judge(59, "lost") == .write)
    #expect(judge(60) == .writeAfter(omitted: 59))
    #expect(judge(61) == .write)
  }

  @Test func strangersCannotFillALog() {
    let lines = Mutex<[String]>([])
    let log = ThrottledLog(
      Logger(label: "test") { label in
        JSONLogHandler(label: label) { line in lines.withLock { $0.append(line) } }
      })
    for number in 0..<10_000 { log.write("unknown key \(number)", kind: "unknown key") }
    log.write("another matter", kind: "revoked")
    #expect(lines.withLock { $0.count } == Limits.logEntriesPerMinute + 1)
    #expect(lines.withLock { $0.last?.contains("another matter") } == true)
  }

  @Test func entriesAreOneObjectALine() throws {
    let lines = Mutex<[String]>([])
    var logger = Logger(label: "test") { label in
      JSONLogHandler(label: label) { line in lines.withLock { $0.append(line) } }
    }
    logger[metadataKey: "worker"] = "w"
    logger.warning("a \"b\"\n\u{1B}c", metadata: ["sweep": "s\n", "list": ["x", "y"]])
    logger.debug("not urgent")
    let all = lines.withLock { $0 }
    #expect(all.count == 1)
    let line = try #require(all.first)
    #expect(line.hasSuffix("}\n") && line.count(where: \.isNewline) == 1)
    let entry = try JSONValue(parsing: line.dropLast().utf8)
    #expect(entry["level"] == "warning" && entry["logger"] == "test")
    #expect(entry["message"] == "a \"b\"\n\u{1B}c")
    #expect(entry["metadata"]?["sweep"] == "s\n" && entry["metadata"]?["worker"] == "w")
    guard case .string(let time)? = entry["time"] else {
      Issue.record("\(entry)")
      return
    }
    #expect(time.wholeMatch(of: #/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/#) != nil, "\(time)")
  }
}
