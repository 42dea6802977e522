import Checkpoints
import Training

/// Writes checkpoints of a training to a file: every so many seconds, and where it is to stop.
final class CheckpointKeeper {
  private let path: String
  private let record: ModelRecord
  private let seconds: Double
  private let mayContinue: () -> Bool
  private var last = ContinuousClock.now

  /// Whether the training is to stop; its last checkpoint is written then.
  private(set) var hasStopped = false

  init(path: String, record: ModelRecord, seconds: Double, mayContinue: @escaping () -> Bool) {
    self.path = path
    self.record = record
    self.seconds = seconds
    self.mayContinue = mayContinue
  }

  var taker: SnapshotTaker {
    SnapshotTaker(isDue: { self.isDue }, take: { try self.take($0) })
  }

  private var isDue: Bool {
    !mayContinue() || ContinuousClock.now - last >= .seconds(seconds)
  }

  private func take(_ snapshot: TrainingSnapshot) throws {
    try ModelFile.write(snapshot, record, to: path)
    last = .now
    if !mayContinue() { hasStopped = true }
  }
}
