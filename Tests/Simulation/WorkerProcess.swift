import Scheduling
import SweepModel

/// A worker's process: the machine and what `WorkerService` keeps beside it.
final class WorkerProcess {
  var machine: Worker
  let id: WorkerID
  let traits: Traits
  var connection: Connection?
  var reconnectDelay = Time.second / 10
  /// Frames that arrived and are not read.
  var inbox = Fifo<Frame>()
  var notes = Fifo<Note>()
  /// Frames that the socket did not take, in order.
  var unsent: [(bytes: [UInt8], isResults: Bool)] = []
  var slots: [Training?]
  /// What each slot had done when its last assignment ended.
  var stepsDone: [UInt64]
  var lastTicket = 0
  var wakesAt: Time?
  var isAlive = true
  var isStopped = false
  var stoppedAt: Time = 0
  var resumedAt: Time = 0
  /// When the scheduler kills it.
  let limit: Time?
  var exit: Worker.ExitReason?
  /// Where it is to die next.
  var ambush: Ambush?
  /// Assignments, from the next on, in which a trainer hangs while heartbeats go on.
  var hangsLeft = 0

  init(_ machine: Worker, id: WorkerID, slots: Int, traits: Traits, limit: Time? = nil) {
    self.limit = limit
    self.machine = machine
    self.id = id
    self.traits = traits
    self.slots = Array(repeating: nil, count: slots)
    stepsDone = Array(repeating: 0, count: slots)
  }

  /// How this process differs from an honest and healthy one.
  struct Traits {
    /// How much slower it trains than the fastest.
    var slowness = 1.0
    /// The version of the messages that it speaks.
    var wireProtocol: Int?
    /// What it does to its results.
    var lie: Lie?
    /// Whether it cannot train a variant, by its position.
    var missing: Int?
    /// The custom components of its program.
    var components = [SimulatedSweep.component(version: 2)]
  }

  /// What a lying worker does to one of its results, now and then.
  enum Lie: CaseIterable {
    case wrongSeed, wrongMetricCount, beyondTheSweep, negativeSeconds, otherBits, failures

    /// Whether the coordinator can see by itself that it is none.
    var isImpossible: Bool { self != .otherBits && self != .failures }
  }

  /// A moment at which a process dies.
  enum Ambush { case grant, result, send }

  /// An assignment on a slot.
  struct Training {
    let ticket: Int
    let assignment: Worker.Assignment
    let startedAt: Time
    let duration: Time
    var isHanging = false
  }

  /// What its other threads tell the thread that owns the machine.
  enum Note {
    case finished(slot: Int, ticket: Int)
    case aborted(slot: Int, epochs: Int)
    case prepared(VariantDigest)
    case rejected(VariantDigest)
    case drainRequested
  }

  /// Steps of an assignment that has been trained for some time, as trainers count them.
  static let stepsOfAssignment: UInt64 = 16

  /// The slots' progress counters at a time.
  func progress(at now: Time) -> [UInt64] {
    zip(stepsDone, slots).map { done, training in
      guard let training, !training.isHanging else { return done }
      let elapsed = min(training.duration, now - training.startedAt)
      let share = Double(elapsed) / Double(max(1, training.duration))
      return done + UInt64(share * Double(Self.stepsOfAssignment))
    }
  }

  /// Whether a slot of it hangs: it may never be done.
  var isHanging: Bool { slots.contains { $0?.isHanging == true } }
}
