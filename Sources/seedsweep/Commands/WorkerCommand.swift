import ArgumentParser
import Foundation
import Kernels
import Scheduling
import SweepModel
import SweepRuntime

/// `seedsweep worker`: trains what a coordinator lends it.
struct WorkerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker",
    abstract: "Train trials for a coordinator.",
    discussion: """
      The coordinator may be started later, and may be away for a while: the worker waits for it and \
      keeps its results until they are acknowledged. While it is idle it says why, once for each reason; \
      a key that the coordinator does not allow yet is tried again and again. SIGTERM or Ctrl-C makes it hand back what it has \
      not begun and leave; a second one makes it leave at once.
      """)

  @OptionGroup var coordinator: TargetOptions

  @Option(help: "Trials, or packs of small ones, to train at a time (default: one for each core).")
  var slots: Int?

  @Option(
    help: ArgumentHelp(
      "Leave when the coordinator has been silent for so many seconds (default: wait for ever).",
      valueName: "seconds"))
  var giveUpAfter: Int?

  @OptionGroup var data: DataOption
  @OptionGroup var logging: LogOption

  @Option(help: .hidden)
  var identity: String?

  @Flag(help: .hidden)
  var exitWithParent = false

  private static let mostPatienceSeconds = 10_000_000

  func validate() throws {
    if let slots, !(1...Limits.slots).contains(slots) {
      throw ValidationError("--slots \(slots): a worker has 1 to \(Limits.slots)")
    }
    if let giveUpAfter, !(1...Self.mostPatienceSeconds).contains(giveUpAfter) {
      throw ValidationError("--give-up-after \(giveUpAfter): 1 to \(Self.mostPatienceSeconds)")
    }
    if let identity, WorkerID(hex: identity) == nil {
      throw ValidationError("--identity \(identity): 32 hexadecimal digits")
    }
  }

  func run() throws {
    let target = try coordinator.target()
    let service = try perform { () throws(RuntimeError) in
      let kernels = try KernelSet.ofThisProcess()
      let identity = try WorkerIdentity.ofThisProcess(
        id: identity.flatMap(WorkerID.init(hex:)),
        slots: slots ?? ProcessInfo.processInfo.activeProcessorCount, kernels: kernels)
      return try WorkerService(
        target: target, identity: identity, kernels: kernels, files: data.files,
        policy: SchedulingPolicy(giveUpAfter: giveUpAfter.map { .seconds($0) }),
        log: logging.logger("worker"))
    }
    if exitWithParent { ParentWatch.start(whenGone: service.orphan) }
    let interruption = try Interruption(stop: service.drain)
    let reason = try withExtendedLifetime(interruption) {
      try perform { () throws(RuntimeError) in try service.run() }
    }
    let place = service.coordinatorPlace
    switch reason {
    case .finished, .drained: break
    case .gaveUp(resultsLeft: 0):
      Diagnostics.line(
        "no word from the coordinator at \(place); this worker holds no results and left")
    case .neverWelcomed:
      // Perhaps the sweep was done before it came: who starts many workers need not hear of failures.
      Diagnostics.line(
        "no coordinator answered at \(place): it has ended, or is not there yet, or the address is "
          + "another; this worker left")
    case .gaveUp(let count):
      throw CommandFailure(
        .environmentFailed,
        "no word from the coordinator at \(place): left with \(count) results that it did not "
          + "acknowledge; their trials will be trained again")
    case .drainedWithResultsLeft(let count):
      throw CommandFailure(
        .environmentFailed,
        "left with \(count) results that the coordinator at \(place) did not acknowledge; their "
          + "trials will be trained again")
    case .slotsHung(let count):
      throw CommandFailure(
        .environmentFailed,
        "every slot hangs in a trial that makes no progress: left with \(count) results that the "
          + "coordinator at \(place) did not acknowledge; start the worker again")
    case .refused(let refusal):
      throw CommandFailure(
        .unusableInput, "the coordinator at \(place) turned this worker away: \(refusal.text)")
    }
  }
}
