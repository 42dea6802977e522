import Scheduling
import SweepModel

/// A part of the file of a trial's model, on its way to the coordinator. Without bytes it asks how much of the
/// file is there.
public struct ModelPart: Hashable, Sendable {
  /// The job.
  public var job: JobID
  /// The trial.
  public var index: TrialIndex
  /// The whole file.
  public var file: FileDigest
  /// Bytes of the whole file.
  public var size: Int
  /// The first byte's place.
  public var offset: Int
  /// The bytes.
  public var content: [UInt8]
  /// Whether it is a checkpoint of a trial that is still trained.
  public var isCheckpoint: Bool

  /// A part with all that belongs to it.
  public init(
    job: JobID, index: TrialIndex, file: FileDigest, size: Int, offset: Int, content: [UInt8],
    isCheckpoint: Bool = false
  ) {
    self.job = job
    self.index = index
    self.file = file
    self.size = size
    self.offset = offset
    self.content = content
    self.isCheckpoint = isCheckpoint
  }
}

/// What the coordinator says to a ``ModelPart``.
public enum ModelAnswer: Hashable, Sendable {
  /// It has the file up to `position`, which is the file's size once it is verified and durable; the worker
  /// may send what lies before `limit`.
  case kept(FileDigest, position: Int, limit: Int)
  /// It does not keep the file, for a reason for people.
  case refused(FileDigest, reason: String)

  /// Which file it is about.
  public var file: FileDigest {
    switch self {
    case .kept(let file, _, _), .refused(let file, _): file
    }
  }
}
