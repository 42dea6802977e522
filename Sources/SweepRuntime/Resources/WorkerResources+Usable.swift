import Scheduling
import SweepModel

extension WorkerResources {
  /// What a worker may use of this process's resources.
  ///
  /// - Parameters:
  ///   - slots: The number of slots that the user chose; nil for the default.
  ///   - memoryShare: The worker's share where several workers divide the memory among themselves.
  public init(_ usable: UsableResources, chosenSlots slots: Int?, memoryShare: UInt64? = nil) {
    self.init(
      slotsOrigin: slots == nil ? usable.cores.origin : "--slots",
      memoryBytes: min(usable.memory.value, memoryShare ?? .max),
      memoryOrigin: usable.memory.origin)
  }

  /// One line for people: `2 slots (online cores), memory 23.5 GiB (physical memory)`, and the time limit
  /// if there is one.
  public func summary(slots: Int, timeLimit: TimeLimit? = nil) -> String {
    let memory = memoryBytes.map { ", memory \(ByteCount.text($0)) (\(memoryOrigin))" } ?? ""
    let time = timeLimit.map { limit in
      ", time limit \(Int(limit.duration.seconds)) s (\(limit.origin))"
    }
    return "\(slots) slot\(slots == 1 ? "" : "s") (\(slotsOrigin))\(memory)\(time ?? "")"
  }
}

extension UsableResources {
  /// The slots of a worker, or the workers of a local run, where the user chose no number.
  public func defaultCount(limit: Int) -> Int { min(cores.value, limit) }

  /// How many worker processes with one slot each fit into the memory, if each needs so much beside
  /// what every process takes.
  public func workers(needing bytes: UInt64) -> Int {
    let (each, isTooMuch) = Self.overheadBytes(under: "", slots: 1)
      .addingReportingOverflow(bytes)
    return isTooMuch ? 0 : Int(clamping: memory.value / each)
  }
}
