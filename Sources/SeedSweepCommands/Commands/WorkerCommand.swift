import ArgumentParser
import Foundation
import Kernels
import Scheduling
import SweepModel
import SweepRuntime
import Training

/// `seedsweep worker`: trains what a coordinator lends it.
struct WorkerCommand: ComponentCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker",
    abstract: "Train trials for a coordinator.",
    discussion: """
      The coordinator may be started later, and may be away for a while: the worker waits for it and \
      keeps its results until they are acknowledged. While it is idle it says why, once for each reason; \
      a key that the coordinator does not allow yet is tried again and again. SIGTERM or Ctrl-C makes it \
      return the trials that it has not begun, finish the others if --grace allows, and leave; a second \
      one, for SIGTERM after more than two seconds, makes it leave at once. In a Slurm job it does the same before the job's time is over.
      """)

  @OptionGroup var coordinator: TargetOptions

  @Option(
    help: """
      Trials, or packs of small ones, to train at a time (default: one for each core that the CPU \
      affinity, the cgroup's CPU quota and Slurm leave to this process).
      """)
  var slots: Int?

  @Option(
    help: ArgumentHelp(
      "Leave when the coordinator has been silent for so many seconds (default: wait for ever).",
      valueName: "seconds"))
  var giveUpAfter: Int?

  @Option(
    help: ArgumentHelp(
      """
      Leave before this time is over, and begin no trial that would not be finished by then: seconds, \
      MM:SS, HH:MM:SS or D-HH:MM:SS (default: until $SLURM_JOB_END_TIME in a Slurm job, else no limit).
      """, valueName: "time"))
  var timeLimit: String?

  @Option(
    help: ArgumentHelp(
      "Seconds that a graceful shutdown may take, trials and acknowledgements together (default: 10).",
      valueName: "seconds"))
  var grace: Double?

  @Option(
    help: ArgumentHelp(
      """
      Exit status after a graceful shutdown, also at the time limit: a scheduler that replaces only what \
      failed needs another than 0, such as 75.
      """, valueName: "status"))
  var drainedStatus: Int32 = 0

  @OptionGroup var data: DataOption
  @OptionGroup var cache: CacheOptions
  @OptionGroup var logging: LogOption

  @Option(help: .hidden)
  var identity: String?

  @Option(help: .hidden)
  var memoryShare: UInt64?

  @Flag(help: .hidden)
  var exitWithParent = false

  private static let mostPatienceSeconds = 10_000_000
  private static let graceSeconds = 0.1...86_400
  /// Those above them have meanings of their own in a shell.
  private static let drainedStatuses: ClosedRange<Int32> = 0...125

  func validate() throws {
    if let slots, !(1...Limits.slots).contains(slots) {
      throw ValidationError("--slots \(slots): a worker has 1 to \(Limits.slots)")
    }
    if let giveUpAfter, !(1...Self.mostPatienceSeconds).contains(giveUpAfter) {
      throw ValidationError("--give-up-after \(giveUpAfter): 1 to \(Self.mostPatienceSeconds)")
    }
    if let grace, !Self.graceSeconds.contains(grace) {
      throw ValidationError("--grace \(grace): 0.1 to 86400 seconds")
    }
    if !Self.drainedStatuses.contains(drainedStatus) {
      throw ValidationError("--drained-status \(drainedStatus): 0 to 125")
    }
    if let timeLimit {
      guard let seconds = TimeLimit.seconds(timeLimit) else {
        throw ValidationError(
          "--time-limit \(timeLimit): seconds, MM:SS, HH:MM:SS or D-HH:MM:SS, up to 10000 days")
      }
      guard Double(seconds) > policy.drainGrace.seconds else {
        throw ValidationError(
          "--time-limit \(timeLimit) leaves no time to train: it must be longer than --grace, which is "
            + "\(policy.drainGrace.seconds) seconds")
      }
    }
    if let identity, WorkerID(hex: identity) == nil {
      throw ValidationError("--identity \(identity): 32 hexadecimal digits")
    }
  }

  private var policy: SchedulingPolicy {
    var policy = SchedulingPolicy(giveUpAfter: giveUpAfter.map { .seconds($0) })
    if let grace { policy.drainGrace = .milliseconds(Int64(grace * 1_000)) }
    return policy
  }

  private var limit: TimeLimit? {
    guard let timeLimit, let seconds = TimeLimit.seconds(timeLimit) else { return .ofSlurmJob }
    return TimeLimit(duration: .seconds(seconds), origin: "--time-limit")
  }

  func run(_ registry: ComponentRegistry) throws {
    // Before anything that takes time.
    let limit = exitWithParent ? nil : limit
    let start = ContinuousClock.now
    let target = try coordinator.target()
    let usable = UsableResources.ofThisProcess
    let slots = slots ?? usable.defaultCount(limit: Limits.slots)
    let resources = WorkerResources(usable, chosenSlots: self.slots, memoryShare: memoryShare)
    let service = try perform { () throws(RuntimeError) in
      let kernels = try KernelSet.ofThisProcess()
      let identity = try WorkerIdentity.ofThisProcess(
        id: identity.flatMap(WorkerID.init(hex:)), slots: slots, resources: resources,
        kernels: kernels, registry: registry)
      return try WorkerService(
        target: target, identity: identity, kernels: kernels,
        data: WorkerData(
          own: exitWithParent ? data.filesOfRun : data.ownFiles,
          cache: cache.location(ProcessInfo.processInfo.environment)),
        policy: policy, timeLimit: limit.map { $0.duration - start.duration(to: .now) },
        registry: registry,
        log: logging.logger("worker"))
    }
    if exitWithParent {
      ParentWatch.start(whenGone: service.orphan)
    } else {
      Diagnostics.line(resources.summary(slots: slots, timeLimit: limit))
    }
    let interruption = try Interruption(stop: service.drain)
    let reason = try withExtendedLifetime(interruption) {
      try perform { () throws(RuntimeError) in try service.run() }
    }
    let place = service.coordinatorPlace
    switch reason {
    case .finished: break
    case .drained: try leaveEarly()
    case .outOfTime:
      Diagnostics.line(
        "the time limit is near; this worker returned what it could not finish and left")
      try leaveEarly()
    case .gaveUp(resultsLeft: 0):
      Diagnostics.line(
        "no word from the coordinator at \(place); this worker holds no results and left")
    case .neverWelcomed:
      // Perhaps the sweep was done before it came: who starts many workers need not hear of failures.
      let missing = coordinator.access.flatMap {
        FileManager.default.fileExists(atPath: $0) ? nil : $0
      }
      Diagnostics.line(
        missing.map {
          "there is no access file \($0): no coordinator wrote it, or its path is another; this "
            + "worker left"
        }
          ?? "no coordinator answered at \(place): it has ended, or is not there yet, or the address is "
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

  /// Ends with the status that was asked for, as the sweep may not be done.
  private func leaveEarly() throws {
    if drainedStatus != 0 { throw CommandFailure(status: drainedStatus) }
  }
}
