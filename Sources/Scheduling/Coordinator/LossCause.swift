/// Why a worker counts as lost.
public enum LossCause: Hashable, Sendable {
  /// Nothing was heard of it for so long: it was killed, or is cut off.
  case silence(Duration)
  /// Its process ended by itself, as whoever started it saw.
  case exited(status: Int32)
  /// Its process was ended by a signal.
  case killed(signal: Int32)
  /// Its process ended in a way that nobody saw.
  case ended
  /// Another process took its place.
  case replaced

  /// The signal that the system sends when it is out of memory.
  private static let killSignal: Int32 = 9

  /// What happened and what to do, for people.
  public var text: String {
    switch self {
    case .silence(let duration):
      "silent for \(duration.components.seconds) s: killed (out of memory?), or cut off"
    case .exited(let status): "its process ended with status \(status)"
    case .killed(Self.killSignal):
      "its process was killed (SIGKILL): the system may be out of memory; use fewer workers or slots"
    case .killed(let signal): "its process was ended by signal \(signal)"
    case .ended: "its process ended"
    case .replaced: "another process of the same identity took its place"
    }
  }
}
