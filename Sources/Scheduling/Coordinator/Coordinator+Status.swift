import SweepModel

extension Coordinator {
  /// How one worker is.
  public struct WorkerCondition: Hashable, Sendable {
    /// The worker.
    public let worker: WorkerID
    /// Its machine's name and process's number.
    public let host: String
    /// Its CPU's model.
    public let processor: String
    /// Trials, or packs of them, that it trains at a time.
    public let slots: Int
    /// Leases that it holds.
    public let leases: Int
    /// Its speed at the job of its first lease; 0 where none has ended yet.
    public let trialsPerSecond: Double
    /// Time since its last message.
    public let silence: Duration
    /// Whether a lease of it expired without progress since.
    public let isStalled: Bool
    /// The key that the transport authenticated; nil without keys.
    public let key: PublicKey?
    /// What it may use of its machine.
    public let resources: WorkerResources
    /// Bytes of memory that the variant takes which it began last; nil before the first.
    public let memoryNeeded: UInt64?
    /// Time until its time limit; nil without one.
    public let remaining: Duration?
  }

  /// How the workers are, by identifier. Costs O(workers).
  public func workerConditions(at now: Instant) -> [WorkerCondition] {
    workers.keys.sorted().compactMap { id in
      workers[id].map { state in
        let job = state.leases.first.flatMap { leases[$0]?.job }
        return WorkerCondition(
          worker: id, host: state.host, processor: state.processor, slots: state.slots,
          leases: state.leases.count, trialsPerSecond: job.flatMap { state.speed(of: $0) } ?? 0,
          silence: state.lastHeard.duration(to: now), isStalled: state.isStalled,
          key: state.peer?.key, resources: state.resources, memoryNeeded: state.memoryNeeded,
          remaining: state.leavesAt.map { max(.zero, now.duration(to: $0)) })
      }
    }
  }

  /// The slots of the registered workers.
  public var slotCount: Int { workers.values.reduce(0) { $0 + $1.slots } }

  /// The leases that workers hold.
  public var leaseCount: Int { leases.count }
}
