/// How far a sweep is, as a line for a terminal or a log.
public struct ProgressLine: Hashable, Sendable {
  /// Trials that are in the store.
  public var done: UInt64
  /// All trials.
  public var total: UInt64
  /// Trials that were in the store before.
  public var before: UInt64
  /// Trials of this run whose loss stopped being finite.
  public var diverged: UInt64
  /// Trials of this run that failed.
  public var failed: UInt64
  /// Workers that are connected.
  public var workers: Int
  /// Seconds since this run began.
  public var seconds: Double

  /// A line with all its parts.
  public init(
    done: UInt64, total: UInt64, before: UInt64, diverged: UInt64, failed: UInt64, workers: Int,
    seconds: Double
  ) {
    self.done = done
    self.total = total
    self.before = before
    self.diverged = diverged
    self.failed = failed
    self.workers = workers
    self.seconds = seconds
  }

  /// With a bar of that many characters, such as `━━━━──── 50 of 100  12.5 trials/s  ETA 0:04`.
  public func text(barWidth: Int) -> String {
    let share = total == 0 ? 1 : Double(done) / Double(total)
    let filled = Int(share * Double(barWidth))
    let bar =
      String(repeating: "━", count: filled) + String(repeating: "─", count: barWidth - filled)
    return "\(bar)  \(text)"
  }

  /// Without a bar.
  public var text: String {
    let speed = seconds > 0 ? Double(done - before) / seconds : 0
    var parts = ["\(done) of \(total) trials", "\(Self.rate(speed)) trials/s"]
    if done < total {
      parts.append("ETA \(speed > 0 ? Self.duration(Double(total - done) / speed) : "–")")
    }
    parts.append("\(workers) worker\(workers == 1 ? "" : "s")")
    if diverged > 0 { parts.append("\(diverged) diverged") }
    if failed > 0 { parts.append("\(failed) failed") }
    return parts.joined(separator: "  ")
  }

  private static func rate(_ value: Double) -> String {
    value >= 100 ? String(Int(value.rounded())) : String((value * 10).rounded() / 10)
  }

  /// `m:ss`, `h:mm:ss`, or days beyond two of them.
  private static func duration(_ seconds: Double) -> String {
    let days = seconds / 86_400
    if days >= 2 { return days < 1e6 ? "\(Int(days)) days" : "more than a million days" }
    let whole = Int(seconds.rounded(.up))
    func padded(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let (hours, minutes) = (whole / 3_600, whole / 60 % 60)
    return hours > 0
      ? "\(hours):\(padded(minutes)):\(padded(whole % 60))" : "\(minutes):\(padded(whole % 60))"
  }
}
