import SweepModel

/// The times and sizes by which coordinators and workers deal with each other.
public struct SchedulingPolicy: Hashable, Sendable {
  /// How often a worker says that it is there, and how often timers are looked at.
  public var heartbeatInterval: Duration
  /// Silence after which the other side counts as lost.
  public var silenceLimit: Duration
  /// Time without any progress after which a lease expires, though its worker still talks.
  public var leaseDuration: Duration
  /// How much work one lease should hold.
  public var leaseTarget: Duration
  /// Leases that a worker holds: one to work on, one so that no slot waits for the next.
  public var leasesPerWorker: Int
  /// How long a result may wait for others to be sent with.
  public var batchDelay: Duration
  /// How much work one assignment to a slot should hold.
  public var assignmentTarget: Duration
  /// How long a coordinator that has finished waits for its workers' goodbyes.
  public var farewellLimit: Duration
  /// Silence of the coordinator after which a worker leaves for good; nil to wait for ever.
  public var giveUpAfter: Duration?
  /// How long a graceful shutdown of a worker takes at most: to finish or stop what runs, and to have the
  /// results acknowledged.
  public var drainGrace: Duration
  /// Workers that a coordinator serves; others are refused.
  public var mostWorkers = Limits.workers

  /// A policy; the defaults are what production uses.
  public init(
    heartbeatInterval: Duration = .seconds(1), silenceLimit: Duration = .seconds(10),
    leaseDuration: Duration = .seconds(60), leaseTarget: Duration = .seconds(1),
    leasesPerWorker: Int = 2, batchDelay: Duration = .milliseconds(200),
    assignmentTarget: Duration = .milliseconds(100), drainGrace: Duration = .seconds(10),
    farewellLimit: Duration = .seconds(5), giveUpAfter: Duration? = nil
  ) {
    self.farewellLimit = farewellLimit
    self.giveUpAfter = giveUpAfter
    self.heartbeatInterval = heartbeatInterval
    self.silenceLimit = silenceLimit
    self.leaseDuration = leaseDuration
    self.leaseTarget = leaseTarget
    self.leasesPerWorker = leasesPerWorker
    self.batchDelay = batchDelay
    self.assignmentTarget = assignmentTarget
    self.drainGrace = drainGrace
  }
}
