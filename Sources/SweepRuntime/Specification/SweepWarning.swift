import SweepSpecification
import Training

/// Something of a specification that can be trained but is probably not meant.
public struct SweepWarning: Hashable, Sendable, CustomStringConvertible {
  /// The specification's file as it was given.
  public let file: String
  /// Where it stands.
  public let position: SourcePosition
  /// What happens.
  public let reason: String
  /// How to mend it; empty where there may be nothing to mend.
  public let mending: String

  init(file: String, position: SourcePosition, _ warning: TrainingWarning) {
    self.file = file
    self.position = position
    reason = warning.reason
    mending = warning.mending
  }

  /// `FILE:LINE:COLUMN: REASON: MENDING`, or without the last.
  public var description: String {
    "\(file):\(position.line):\(position.column): "
      + (mending.isEmpty ? reason : "\(reason): \(mending)")
  }
}
