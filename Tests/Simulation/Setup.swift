import Scheduling
import SweepModel

/// What one simulation is made of: sizes, times, and which faults come how often.
///
/// Each seed draws its own (swarm testing, Groce et al. 2012): a run that has all faults at once hides what a
/// run with two of them finds.
public struct Setup: Sendable {
  /// Trials of each job.
  public var trials: UInt64 = 60
  /// Variants of the sweep.
  public var jobs = 1
  /// Where it is not empty, each job is a sweep of its own, of this priority.
  public var priorities: [Int] = []
  /// The times that machines go by.
  public var policy = SchedulingPolicy()
  /// Worker processes that whoever starts them keeps alive.
  public var workers = 3
  /// The most slots of a worker.
  public var mostSlots = 2
  /// Seconds that a trial takes, about.
  public var trialSeconds = 0.2
  /// Seconds that a message is under way, at least.
  public var latency = 0.000_1
  /// How much longer a message may take: a factor.
  public var jitter = 1.0
  /// Bytes a second of each connection and direction.
  public var bandwidth = 100e6
  /// Messages that wait on one connection, in one direction, before no more are taken.
  public var highWaterMark = 2_000
  /// Seconds that a transaction of the store takes, about.
  public var commitSeconds = 0.003
  /// Seconds that the coordinator takes for one message.
  public var messageSeconds = 0.000_02
  /// Seconds during which faults happen.
  public var faultSeconds = 0.0
  /// How often each fault comes, in events a second.
  public var faults: [(fault: Fault, rate: Double)] = []
  /// Trials that end the process that trains them, by job and index.
  public var poison: [TrialKey] = []
  /// The share of workers that a scheduler ends at a time limit, until all is mended.
  public var limitedShare = 0.0
  /// Seconds of a time limit.
  public var limitSeconds = 30.0...60
  /// The positions of the jobs that need a custom component.
  public var needing: Set<Int> = []
  /// The share of workers that have no such component, or another version of it, until all is mended.
  public var plainShare = 0.0
  /// The least share of trials that are trained again by another worker.
  public var audit = 0.0
  /// Whether the coordinator is told when a worker's process ends, as `run` is.
  public var isLocal = false
  /// Whether the coordinator's process ends as production's does; otherwise it stays for late workers.
  public var leavesWhenFinished = false
  /// Whether each state is checked after every event, or after every 16th.
  public var checksAlways = true

  /// Whether the coordinator serves clients, and stays when all is done.
  public var isService: Bool { faults.contains { $0.fault.isOfClients } }

  /// A small sweep without faults.
  public init() {}

  /// The setup of a seed of the swarm.
  public init(swarm random: inout SimulationRandom) {
    jobs = random.chance(0.3) ? random.integer(2...3) : 1
    // Most are small, so that there can be many.
    let isLarge = random.chance(0.1)
    trials = UInt64(random.magnitude(1...(isLarge ? 2_000 : 100)))
    workers = random.integer(1...(isLarge ? 6 : 4))
    mostSlots = random.integer(1...4)
    latency = random.magnitude(0.000_02...0.3)
    jitter = random.magnitude(0.01...10)
    bandwidth = random.magnitude(1e5...1e9)
    commitSeconds = random.magnitude(0.000_5...0.5)
    messageSeconds = random.magnitude(0.000_01...0.002)
    faultSeconds = random.magnitude(1...(isLarge ? 120 : 40))
    // So long that about all of the faults meet a sweep that still runs.
    let work = faultSeconds * Double(workers * mostSlots) / Double(trials * UInt64(jobs))
    trialSeconds = min(20, max(0.000_2, work * random.magnitude(0.1...1)))
    if random.chance(0.2) { highWaterMark = random.integer(2...12) }
    isLocal = random.chance(0.3)
    leavesWhenFinished = random.chance(0.3)
    checksAlways = trials * UInt64(jobs) < 1_000
    policy = Self.policy(&random)
    if random.chance(0.4) { audit = random.magnitude(0.01...1) }
    drawFaults(&random)
    if random.chance(0.15) {
      for _ in 0..<random.integer(1...3) {
        let index = UInt64(random.integer(0...Int(trials - 1)))
        poison.append(TrialKey(job: random.integer(0...(jobs - 1)), index: TrialIndex(index)))
      }
    }
    if jobs > 1, random.chance(0.7) {
      priorities = (0..<jobs).map { _ in random.chance(0.5) ? 0 : random.integer(-2...2) }
    }
    // Last, so that what a seed drew before there were time limits stays.
    if random.chance(0.3) {
      limitedShare = random.magnitude(0.2...1)
      let grace = policy.drainGrace.seconds
      let least = random.magnitude(0.5...1) * grace + random.magnitude(0.5...4) * trialSeconds
      limitSeconds = least...(least + random.magnitude(1...faultSeconds + 1))
    }
    // After that, for the same reason, components.
    if random.chance(0.25) {
      for job in 0..<jobs where jobs == 1 || random.chance(0.6) { needing.insert(job) }
      plainShare = random.magnitude(0.2...1)
    }
  }

  private mutating func drawFaults(_ random: inout SimulationRandom) {
    let share = random.magnitude(0.06...1)
    // In all between one fault in 20 s and 4 in a second, as a rule.
    let total = random.magnitude(0.05...4)
    var weights: [(Fault, Double)] = []
    for fault in Fault.allCases where random.chance(share) {
      // A coordinator that stays is another one than most.
      if fault.isOfClients, !random.chance(0.2) { continue }
      weights.append((fault, fault.weight * random.magnitude(0.1...2)))
    }
    let sum = weights.reduce(0) { $0 + $1.1 }
    faults = weights.map { ($0.0, $0.1 / sum * total) }
  }

  private static func policy(_ random: inout SimulationRandom) -> SchedulingPolicy {
    guard random.chance(0.6) else { return SchedulingPolicy() }
    let silence = random.magnitude(2...10)
    var policy = SchedulingPolicy(
      heartbeatInterval: .nanoseconds(Time(seconds: silence / 10)),
      silenceLimit: .nanoseconds(Time(seconds: silence)),
      leaseDuration: .nanoseconds(Time(seconds: random.magnitude(silence...60))),
      leaseTarget: .nanoseconds(Time(seconds: random.magnitude(0.1...4))),
      leasesPerWorker: random.integer(1...4),
      batchDelay: .nanoseconds(Time(seconds: random.magnitude(0.001...1))),
      assignmentTarget: .nanoseconds(Time(seconds: random.magnitude(0.002...1))),
      drainGrace: .nanoseconds(Time(seconds: random.magnitude(0.5...10))))
    if random.chance(0.3) {
      policy.giveUpAfter = .nanoseconds(Time(seconds: silence + random.magnitude(20...300)))
    }
    return policy
  }
}

/// One trial of a simulation: the position of its job, and its index.
public struct TrialKey: Hashable, Comparable, Sendable {
  /// The position of the job.
  public var job: Int
  /// The trial's index.
  public var index: TrialIndex

  /// A key.
  public init(job: Int, index: TrialIndex) {
    self.job = job
    self.index = index
  }

  /// By job, then by index.
  public static func < (left: TrialKey, right: TrialKey) -> Bool {
    (left.job, left.index) < (right.job, right.index)
  }
}
