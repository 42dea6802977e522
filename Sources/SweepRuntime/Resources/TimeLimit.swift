import Foundation

/// How long a process may run, and what says so.
public struct TimeLimit: Hashable, Sendable {
  /// Time from now on.
  public let duration: Duration
  /// What sets it, such as "--time-limit".
  public let origin: String

  /// The longest that can be asked for, 10,000 days.
  public static let mostSeconds = 864_000_000

  /// A limit that a user has set.
  public init(duration: Duration, origin: String) {
    self.duration = duration
    self.origin = origin
  }

  /// The limit of the Slurm job that this process belongs to; nil outside of one.
  public static var ofSlurmJob: TimeLimit? {
    TimeLimit(
      environment: ProcessInfo.processInfo.environment,
      secondsSince1970: Date().timeIntervalSince1970)
  }

  /// Reads `SLURM_JOB_END_TIME`, in seconds since 1970 (Slurm 22.05 and later): a job without a limit
  /// has one far away, or 0.
  init?(environment: [String: String], secondsSince1970 now: Double) {
    let name = "SLURM_JOB_END_TIME"
    guard let end = environment[name].flatMap({ Int64($0) }), end > 0 else { return nil }
    let left = Double(end) - now
    guard left < Double(Self.mostSeconds) else { return nil }
    self.init(duration: .milliseconds(Int64(max(0, left) * 1_000)), origin: name)
  }

  /// Reads seconds, MM:SS, HH:MM:SS or D-HH:MM:SS, as Slurm prints them; nil for anything else, and for 0.
  public static func seconds(_ text: String) -> Int? {
    let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    let fields = parts[parts.count - 1].split(separator: ":", omittingEmptySubsequences: false)
    guard fields.count <= 3, parts.count == 1 || fields.count == 3 else { return nil }
    let units = [1, 60, 3_600, 86_400]
    let digits = (parts.count == 2 ? [parts[0]] : []) + fields
    var total = 0
    for (position, field) in digits.reversed().enumerated() {
      // `Int` takes signs, too.
      guard (1...9).contains(field.count), field.allSatisfy({ ("0"..."9").contains($0) }),
        let value = Int(field)
      else { return nil }
      total += value * units[position]
    }
    return (1...mostSeconds).contains(total) ? total : nil
  }
}
