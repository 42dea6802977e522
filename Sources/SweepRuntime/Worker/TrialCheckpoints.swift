import Training

/// When checkpoints of one trial are taken: every so many seconds, when its worker is about to leave, and
/// before it stops.
final class TrialCheckpoints {
  private let seconds: Int
  private let isWanted: () -> Bool
  /// Hands a checkpoint to the coordinator; whether that has it.
  private let hand: (borrowing TrainingSnapshot) -> Bool
  private var last = ContinuousClock.now

  /// Whether the training is to stop, after one more checkpoint.
  var isStopping = false
  /// Whether that was taken.
  private(set) var hasStopped = false
  /// Whether the coordinator has a checkpoint of this training.
  private(set) var hasCheckpoint = false

  init(
    seconds: Int, isWanted: @escaping () -> Bool,
    hand: @escaping (borrowing TrainingSnapshot) -> Bool
  ) {
    self.seconds = seconds
    self.isWanted = isWanted
    self.hand = hand
  }

  var taker: SnapshotTaker {
    SnapshotTaker(isDue: { self.isDue }, take: { self.take($0) })
  }

  private var isDue: Bool {
    isStopping || isWanted() || ContinuousClock.now - last >= .seconds(seconds)
  }

  private func take(_ snapshot: borrowing TrainingSnapshot) {
    if hand(snapshot) { hasCheckpoint = true }
    last = .now
    if isStopping { hasStopped = true }
  }
}
