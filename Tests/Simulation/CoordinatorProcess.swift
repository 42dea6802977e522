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
  /// What waits for the writer.
  var unwritten: [Write] = []
  /// The transaction under way.
  var writing: [Write] = []
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

  /// What the store's writer is asked for.
  enum Write {
    case commit(Coordinator.Commit)
    case distrust(WorkerID)
  }

  /// What its other threads tell the thread that owns the machine.
  enum Note {
    case written([Coordinator.Event])
    case storeFailed
    case workerProcessEnded(WorkerID)
    case stopRequested
  }
}
