import Foundation

/// The cores and the memory that this process may use, and what limits each.
///
/// The machine may have more than its scheduler or its container gives to this process: more threads than
/// cores would only take turns, and more memory than the limit would end the process.
public struct UsableResources: Hashable, Sendable {
  /// Cores, at least 1.
  public let cores: Limited<Int>
  /// Bytes of memory.
  public let memory: Limited<UInt64>

  /// A limit and what sets it.
  public struct Limited<Value: Hashable & Sendable>: Hashable, Sendable {
    /// The limit.
    public let value: Value
    /// What sets it, such as "CPU affinity".
    public let origin: String
  }

  /// What the kernel says of this process and its machine, beside cgroups.
  struct System {
    /// Cores that are switched on.
    var onlineCores: Int
    /// Cores that this process may run on; nil where the system does not say.
    var affineCores: Int?
    /// Bytes of the machine's memory.
    var physicalMemory: UInt64
    /// The process's own limits of memory, by their names; those that are not set are not there.
    var memoryLimits: [(name: String, bytes: UInt64)] = []
  }

  /// The resources of this process.
  public static let ofThisProcess = UsableResources(
    .ofThisProcess, files: SystemFiles(), environment: ProcessInfo.processInfo.environment)

  /// The least of what the system, cgroups and a scheduler's environment allow.
  init(_ system: System, files: SystemFiles, environment: [String: String]) {
    let groups = ControlGroupLimits(files: files)
    var cores = [Limited(value: system.onlineCores, origin: "online cores")]
    if let count = system.affineCores {
      cores.append(Limited(value: count, origin: "CPU affinity"))
    }
    if let quota = groups.processors {
      // A part of a core is one that can be used.
      let count = Int(clamping: Int64(min(quota.value.rounded(.up), 1e9)))
      cores.append(Limited(value: count, origin: "CPU quota of cgroup \(quota.group)"))
    }
    if let slurm = SlurmVariables.cores(environment) {
      cores.append(Limited(value: slurm.count, origin: slurm.name))
    }
    let least = Self.least(cores)
    self.cores = Limited(value: max(1, least.value), origin: least.origin)

    var memory = [Limited(value: system.physicalMemory, origin: "physical memory")]
    if let limit = groups.memory {
      memory.append(Limited(value: limit.value, origin: "memory limit of cgroup \(limit.group)"))
    }
    for limit in system.memoryLimits {
      memory.append(Limited(value: limit.bytes, origin: limit.name))
    }
    if let slurm = SlurmVariables.memory(environment, cores: self.cores.value) {
      memory.append(Limited(value: slurm.bytes, origin: slurm.name))
    }
    self.memory = Self.least(memory)
  }

  /// The least limit; of equal ones the first.
  private static func least<Value: Comparable>(_ limits: [Limited<Value>]) -> Limited<Value> {
    limits.dropFirst().reduce(limits[0]) { $1.value < $0.value ? $1 : $0 }
  }
}

/// What Slurm tells its jobs (sbatch(1), "OUTPUT ENVIRONMENT VARIABLES").
enum SlurmVariables {
  /// The cores of a task; those of the node where no task has a number of its own.
  static func cores(_ environment: [String: String]) -> (count: Int, name: String)? {
    for name in ["SLURM_CPUS_PER_TASK", "SLURM_CPUS_ON_NODE"] {
      if let count = environment[name].flatMap({ Int($0) }), count > 0 { return (count, name) }
    }
    return nil
  }

  /// The memory of a job on this node, or of `cores`; Slurm's numbers are MiB, and 0 is all there is.
  static func memory(_ environment: [String: String], cores: Int) -> (bytes: UInt64, name: String)?
  {
    func bytes(_ name: String) -> UInt64? {
      environment[name].flatMap { UInt64($0) }.flatMap {
        (1..<1 << 43).contains($0) ? $0 << 20 : nil
      }
    }
    if let bytes = bytes("SLURM_MEM_PER_NODE") { return (bytes, "SLURM_MEM_PER_NODE") }
    guard let each = bytes("SLURM_MEM_PER_CPU") else { return nil }
    let (all, isTooMuch) = each.multipliedReportingOverflow(by: UInt64(cores))
    return isTooMuch ? nil : (all, "SLURM_MEM_PER_CPU")
  }
}
