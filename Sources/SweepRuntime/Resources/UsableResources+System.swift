import Foundation

extension UsableResources.System {
  /// What the kernel says of this process.
  static var ofThisProcess: Self {
    Self(
      onlineCores: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))),
      affineCores: CoreList.affine(files: SystemFiles())?.count,
      physicalMemory: ProcessInfo.processInfo.physicalMemory, memoryLimits: memoryLimits)
  }

  /// The limits of this process's address space and data that are set.
  private static var memoryLimits: [(name: String, bytes: UInt64)] {
    #if os(Linux)
      let resources = [
        (UsableResources.addressSpace, __rlimit_resource_t(RLIMIT_AS.rawValue)),
        ("RLIMIT_DATA", __rlimit_resource_t(RLIMIT_DATA.rawValue)),
      ]
    #else
      let resources = [(UsableResources.addressSpace, RLIMIT_AS), ("RLIMIT_DATA", RLIMIT_DATA)]
    #endif
    return resources.compactMap { name, resource in
      var limit = rlimit()
      guard getrlimit(resource, &limit) == 0, limit.rlim_cur < rlim_t(1) << 62 else { return nil }
      return (name, UInt64(limit.rlim_cur))
    }
  }
}

extension UsableResources {
  /// Bytes that a worker process itself takes of a memory limit, beside data and slots.
  ///
  /// A limit of the address space counts what is mapped, and not only what is used.
  static func overheadBytes(under origin: String, slots: Int) -> UInt64 {
    let heap: UInt64 = 64 << 20
    guard origin == addressSpace, let text = SystemFiles().text("/proc/self/statm"),
      let pages = text.split(separator: " ").first.flatMap({ UInt64($0) })
    else { return heap }
    let stacks = UInt64(slots + 8) * UInt64(threadStackBytes)
    return heap + stacks + pages * UInt64(sysconf(Int32(_SC_PAGESIZE)))
  }

  fileprivate static let addressSpace = "RLIMIT_AS"
}
