/// The least limits that a process's cgroups set.
///
/// A file that is missing, unreadable or says `max` sets none: the root group has no such files, and a
/// controller may be off.
struct ControlGroupLimits {
  /// A limit and the group that sets it.
  struct Limit<Value: Comparable & Sendable>: Sendable {
    let value: Value
    let group: String
  }

  /// CPUs, as a share of time: 1.5 is one and a half.
  let processors: Limit<Double>?
  /// Bytes.
  let memory: Limit<UInt64>?

  /// Reads the limits of this process, as `files` show them.
  init(files: SystemFiles) {
    guard let membership = files.text("/proc/self/cgroup"),
      let mounts = files.text("/proc/self/mountinfo")
    else {
      (processors, memory) = (nil, nil)
      return
    }
    let groups = ControlGroups(membership: membership, mounts: mounts)
    processors = Self.least(of: groups.folders(of: "cpu")) { folder in
      Self.processors(in: folder, files)
    }
    memory = Self.least(of: groups.folders(of: "memory")) { folder in
      Self.memory(in: folder, files)
    }
  }

  /// A v1 group without a limit states the largest multiple of a page below 2⁶³.
  private static let mostBytes: UInt64 = 1 << 62

  private static func least<Value>(
    of folders: [ControlGroups.Folder], read: (ControlGroups.Folder) -> Value?
  ) -> Limit<Value>? {
    folders.compactMap { folder in read(folder).map { Limit(value: $0, group: folder.group) } }
      .min { $0.value < $1.value }
  }

  private static func processors(in folder: ControlGroups.Folder, _ files: SystemFiles)
    -> Double?
  {
    let quota: Double?
    let period: Double?
    if folder.isUnified {
      let words = files.text(folder.path + "/cpu.max")?.split(whereSeparator: \.isWhitespace) ?? []
      quota = words.first.flatMap { Double($0) }
      period = words.count > 1 ? Double(words[1]) : 100_000
    } else {
      quota = number(files.text(folder.path + "/cpu.cfs_quota_us"))
      period = number(files.text(folder.path + "/cpu.cfs_period_us"))
    }
    // Without a quota it is −1 in v1, and `max` in v2.
    guard let quota, let period, quota > 0, period > 0, quota.isFinite, period.isFinite else {
      return nil
    }
    return quota / period
  }

  private static func memory(in folder: ControlGroups.Folder, _ files: SystemFiles) -> UInt64? {
    let name = folder.isUnified ? "/memory.max" : "/memory.limit_in_bytes"
    let bytes: UInt64? = number(files.text(folder.path + name))
    return bytes.flatMap { $0 < mostBytes ? $0 : nil }
  }

  private static func number<Number: LosslessStringConvertible>(_ text: String?) -> Number? {
    text?.split(whereSeparator: \.isWhitespace).first.flatMap { Number(String($0)) }
  }
}
