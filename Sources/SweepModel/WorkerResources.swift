/// What a worker may use of its machine, and what sets each limit.
public struct WorkerResources: Hashable, Sendable {
  /// What sets the number of slots, such as "CPU affinity" or "--slots".
  public var slotsOrigin: String
  /// Bytes of memory that it may use; nil where that is not known.
  public var memoryBytes: UInt64?
  /// What sets the memory limit, such as "physical memory".
  public var memoryOrigin: String

  /// Resources with all their parts; by default nothing is known of them.
  public init(slotsOrigin: String = "", memoryBytes: UInt64? = nil, memoryOrigin: String = "") {
    self.slotsOrigin = slotsOrigin
    self.memoryBytes = memoryBytes
    self.memoryOrigin = memoryOrigin
  }
}
