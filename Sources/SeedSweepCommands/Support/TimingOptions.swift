import ArgumentParser
import Scheduling

/// How soon a coordinator gives up a worker that is silent or gets nothing done.
struct TimingOptions: ParsableArguments {
  private static let usual = SchedulingPolicy()

  @Option(
    help: ArgumentHelp(
      "How often workers report that they are there (default: 1).", valueName: "seconds"))
  var heartbeatInterval: Double?

  @Option(
    help: ArgumentHelp(
      """
      Silence after which a worker counts as lost and its trials are reassigned, and after which a \
      worker registers anew (default: 10).
      """,
      valueName: "seconds"))
  var silenceLimit: Double?

  @Option(
    help: ArgumentHelp(
      """
      Time in which a worker that reports must get anything done, before its trials are reassigned \
      (default: 60).
      """,
      valueName: "seconds"))
  var leaseDuration: Double?

  /// A heartbeat this short keeps the coordinator busy with nothing else when workers are many.
  private static let leastSeconds = 0.01
  private static let mostSeconds = 86_400.0
  /// A single heartbeat that comes late must not cost a worker its trials.
  private static let heartbeatsOfSilence = 3

  func validate() throws {
    let given = [
      ("--heartbeat-interval", heartbeatInterval), ("--silence-limit", silenceLimit),
      ("--lease-duration", leaseDuration),
    ]
    for (name, seconds) in given {
      // NaN is in no range.
      guard let seconds, !(Self.leastSeconds...Self.mostSeconds).contains(seconds) else { continue }
      throw ValidationError(
        "\(name) \(seconds): \(Self.leastSeconds) to \(Int(Self.mostSeconds)) seconds")
    }
    let policy = policy
    let leastSilence = policy.heartbeatInterval * Self.heartbeatsOfSilence
    guard policy.silenceLimit >= leastSilence else {
      throw ValidationError(
        "--silence-limit must be at least \(Self.heartbeatsOfSilence) times --heartbeat-interval: "
          + "\(policy.silenceLimit) is less than \(leastSilence)")
    }
    guard policy.leaseDuration >= policy.silenceLimit else {
      throw ValidationError(
        "--lease-duration must be at least --silence-limit: \(policy.leaseDuration) is less than "
          + "\(policy.silenceLimit)")
    }
  }

  /// The policy with what was given; only milliseconds travel to the workers.
  var policy: SchedulingPolicy {
    var policy = Self.usual
    func set(_ time: WritableKeyPath<SchedulingPolicy, Duration>, to seconds: Double?) {
      if let seconds { policy[keyPath: time] = .milliseconds(Int64(seconds * 1_000)) }
    }
    set(\.heartbeatInterval, to: heartbeatInterval)
    set(\.silenceLimit, to: silenceLimit)
    set(\.leaseDuration, to: leaseDuration)
    return policy
  }
}
