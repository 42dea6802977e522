/// How far a sweep is, as one line for a terminal or a log.
public struct ProgressLine: Hashable, Sendable {
  /// Trials that are in the store.
  public var done: UInt64
  /// All trials.
  public var total: UInt64
  /// Trials that were in the store before this run.
  public var before: UInt64
  /// Trials of this run that diverged.
  public var diverged: UInt64
  /// Trials of this run that failed.
  public var failed: UInt64
  /// Workers that are connected.
  public var workers: Int
  /// Seconds since this run began.
  public var seconds: Double
  /// What is waited for, where nothing goes on; nil where something does.
  public var waiting: String?

  /// A line with all its parts.
  public init(
    done: UInt64, total: UInt64, before: UInt64, diverged: UInt64, failed: UInt64, workers: Int,
    seconds: Double, waiting: String? = nil
  ) {
    self.done = done
    self.total = total
    self.before = before
    self.diverged = diverged
    self.failed = failed
    self.workers = workers
    self.seconds = seconds
    self.waiting = waiting
  }

  /// In at most `width` columns, with a bar before it where there is room for one.
  ///
  /// A line that is wider than its terminal could not be drawn over.
  public func text(width: Int) -> String {
    let text = text
    let barWidth = min(Self.longestBar, width - text.count - 2)
    guard barWidth >= Self.shortestBar else { return String(text.prefix(max(0, width))) }
    let filled = Int(share * Double(barWidth))
    return String(repeating: "━", count: filled)
      + String(repeating: "─", count: barWidth - filled) + "  " + text
  }

  private static let longestBar = 24
  private static let shortestBar = 6

  /// Such as "1,200 of 10,000 trials (12%)  812 trials/s  ETA 0:11  4 workers  1 failed".
  public var text: String {
    var parts = [
      "\(HumanText.count(done)) of \(HumanText.count(total, "trial")) (\(Int(share * 100))%)",
      "\(HumanText.rate(rate)) trials/s",
    ]
    if done < total {
      let remaining = rate > 0 ? HumanText.clock(Double(total - done) / rate) : HumanText.none
      parts.append("ETA \(remaining)")
    }
    parts.append(HumanText.count(UInt64(max(0, workers)), "worker"))
    if diverged > 0 { parts.append("\(HumanText.count(diverged)) diverged") }
    if failed > 0 { parts.append("\(HumanText.count(failed)) failed") }
    if let waiting { parts.append("waiting: \(waiting)") }
    return parts.joined(separator: "  ")
  }

  /// From 0 to 1, also where a store has more trials than are asked for.
  private var share: Double { done < total ? Double(done) / Double(total) : 1 }

  /// Trials of this run per second.
  private var rate: Double {
    seconds > 0 && done > before ? Double(done - before) / seconds : 0
  }
}
