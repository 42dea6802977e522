import Scheduling
import SweepModel
import SweepProtocol

/// Workers that join a coordinator and are lost: what each costs it, whatever the others are.
///
/// So many workers hold their leases of a sweep. One more says hello, is lent its leases, and its process ends
/// without a word, over and over; messages are not encoded.
public struct ChurnRun {
  private var machine: Coordinator
  private var now: Time = 0
  private var lastNumber: Int

  /// A coordinator with so many workers, each with its first leases.
  public init(workers: Int, trials: UInt64) {
    let sweep = Sweep(
      name: "churn", masterSeed: SimulatedSweep.masterSeed, trials: trials,
      variants: [SimulatedSweep.variants[0]])
    let job = CoordinatorJob(sweep: sweep, variant: sweep.variants[0], recorded: IntervalSet())
    machine = Coordinator(
      jobs: [job], epoch: CoordinatorEpoch(1), goldenWeights: SimulatedSweep.goldenWeights,
      endsWhenFinished: true)
    lastNumber = 0
    for _ in 0..<workers { _ = join() }
  }

  /// A worker comes, is lent what it should hold, and is lost; returns how many effects that has.
  public mutating func exchangeOne() -> Int {
    let (worker, effects) = join()
    return effects + machine.handle(.workerProcessEnded(worker.id), at: instant).count
  }

  /// Stops the program if the coordinator's state is off.
  public func check() { machine.checkInvariants() }

  private var instant: Instant { Instant(.nanoseconds(now)) }

  private mutating func join() -> (worker: ScaleWorker, effects: Int) {
    lastNumber += 1
    now += .microsecond
    let worker = ScaleWorker(number: lastNumber, trialTime: .millisecond, batchTime: .second)
    let hello = WorkerHello(
      worker: worker.id, incarnation: 1, host: "host", processor: "processor",
      instructionSet: "reference", slots: 1, goldenWeights: SimulatedSweep.goldenWeights,
      session: UInt64(lastNumber), held: [])
    let effects = machine.handle(.messageReceived(from: worker.peer, .hello(hello)), at: instant)
    return (worker, effects.count)
  }
}
