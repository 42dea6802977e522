import Scheduling

/// A coordinator's process: the machine and what `CoordinatorService` keeps beside it.
final class CoordinatorProcess {
  var machine: Coordinator
  /// Numbers the processes.
  let life: Int
  var connections: [PeerID: Connection] = [:]
  /// Frames that arrived and are not read.
  var inbox = Fifo<Frame>()
  var notes = Fifo<Note>()
  /// Commits that wait for the writer.
  var unwritten: [Coordinator.Commit] = []
  /// Commits of the transaction under way.
  var writing: [Coordinator.Commit] = []
  var uncommittedResults = 0
  var nextTick: Time = 0
  /// When the turn comes that is scheduled; nil for none.
  var wakesAt: Time?
  var busyUntil: Time = 0
  var isStopped = false
  var stoppedAt: Time = 0
  var isStopping = false
  var isFinished = false
  var farewellDeadline: Time = 0
  var events = 0

  init(_ machine: Coordinator, life: Int) {
    self.machine = machine
    self.life = life
  }

  /// What its other threads tell the thread that owns the machine.
  enum Note {
    case committed([(Coordinator.CommitID, [Coordinator.CommitOutcome])])
    case storeFailed
    case workerProcessEnded(WorkerID)
    case stopRequested
  }
}
