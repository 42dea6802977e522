import SweepModel

extension Coordinator {
  /// Counts for those who measure; cheap enough to be asked for each second.
  public struct Census: Hashable, Sendable {
    /// The workers that are registered.
    public let workers: Int
    /// Their slots.
    public let slots: Int
    /// The leases that they hold.
    public let leases: Int
  }

  /// How many there are. Costs O(workers).
  public var census: Census {
    Census(
      workers: workers.count, slots: workers.values.reduce(0) { $0 + $1.slots },
      leases: leases.count)
  }
}
