import Scheduling
import SweepModel

extension Seedsweep_V1_WorkerResources {
  init(_ resources: WorkerResources) {
    self.init()
    slotsOrigin = resources.slotsOrigin
    memoryBytes = resources.memoryBytes ?? 0
    memoryOrigin = resources.memoryOrigin
  }
}

extension WorkerResources {
  init(_ wire: Seedsweep_V1_WorkerResources) throws(ProtocolError) {
    for (name, text) in [
      ("slots_origin", wire.slotsOrigin), ("memory_origin", wire.memoryOrigin),
    ] {
      try require(text.utf8.count <= Limits.reasonLength, name)
    }
    self.init(
      slotsOrigin: wire.slotsOrigin.harmless,
      memoryBytes: wire.memoryBytes == 0 ? nil : wire.memoryBytes,
      memoryOrigin: wire.memoryOrigin.harmless)
  }
}

extension ReturnCause {
  func write(to wire: inout Seedsweep_V1_TrialsReturned) {
    switch self {
    case .notBegun: wire.cause = .notBegun
    case .tooLittleTime(let trial):
      wire.cause = .tooLittleTime
      wire.milliseconds = trial.wireMilliseconds
    case .interrupted(let time, let epochs):
      wire.cause = .interrupted
      wire.milliseconds = time.wireMilliseconds
      wire.epochs = UInt32(clamping: epochs)
    }
  }

  init(_ wire: Seedsweep_V1_TrialsReturned) throws(ProtocolError) {
    let time = Duration(wireMilliseconds: wire.milliseconds)
    switch wire.cause {
    case .notBegun: self = .notBegun
    case .tooLittleTime: self = .tooLittleTime(trial: time)
    case .interrupted: self = .interrupted(after: time, epochs: Int(wire.epochs))
    case .unspecified, .UNRECOGNIZED: throw ProtocolError(.field("cause"))
    }
  }
}

extension Duration {
  /// The most that travels, three years: enough for any time limit, and far from where sums overflow.
  private static let mostMilliseconds: UInt64 = 1_000 * 86_400 * 1_096

  /// The duration in whole milliseconds, rounded down, within what travels.
  var wireMilliseconds: UInt64 {
    let milliseconds = (seconds * 1_000).rounded(.down)
    return UInt64(min(max(0, milliseconds), Double(Self.mostMilliseconds)))
  }

  /// Takes milliseconds from the wire, within what travels.
  init(wireMilliseconds: UInt64) {
    self = .milliseconds(Int64(min(wireMilliseconds, Self.mostMilliseconds)))
  }
}
