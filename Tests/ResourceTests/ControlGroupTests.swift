import Testing

@testable import SweepRuntime

/// The cgroups that limit a process, however a system mounts them.
@Suite struct ControlGroupTests {
  private func paths(
    _ controller: String, membership: String, mounts: String
  ) -> [String] {
    ControlGroups(membership: membership, mounts: mounts).folders(of: controller).map(\.path)
  }

  @Test func allAncestorsCountAndTheProcessItselfComesFirst() {
    let mounts = SystemFolder.mount("/sys/fs/cgroup", type: "cgroup2")
    #expect(
      paths("memory", membership: "0::/user.slice/app.scope\n", mounts: mounts) == [
        "/sys/fs/cgroup/user.slice/app.scope", "/sys/fs/cgroup/user.slice", "/sys/fs/cgroup",
      ])
  }

  @Test func namespaceShowsItsOwnGroupAsTheRoot() {
    let mounts = SystemFolder.mount("/sys/fs/cgroup", type: "cgroup2", optionalFields: "")
    #expect(paths("cpu", membership: "0::/\n", mounts: mounts) == ["/sys/fs/cgroup"])
  }

  @Test func containerWithoutANamespaceSeesItsGroupAtTheMount() {
    let mounts = SystemFolder.mount(
      "/sys/fs/cgroup/memory", root: "/docker/4f2a", type: "cgroup", options: "rw,memory")
    #expect(
      paths("memory", membership: "4:memory:/docker/4f2a/inner\n", mounts: mounts) == [
        "/sys/fs/cgroup/memory/inner", "/sys/fs/cgroup/memory",
      ])
    // The names are whole: /docker/4f2a is no parent of /docker/4f2ab.
    #expect(
      paths("memory", membership: "4:memory:/docker/4f2ab\n", mounts: mounts)
        == ["/sys/fs/cgroup/memory"])
  }

  @Test func groupOutsideOfTheNamespaceLeavesWhatIsMounted() {
    let mounts = SystemFolder.mount("/sys/fs/cgroup", type: "cgroup2")
    #expect(
      paths("memory", membership: "0::/../../other\n", mounts: mounts) == ["/sys/fs/cgroup"])
  }

  @Test func hybridLooksAtBothVersions() {
    let mounts =
      SystemFolder.mount("/sys/fs/cgroup/cpu,cpuacct", type: "cgroup", options: "rw,cpu,cpuacct")
      + SystemFolder.mount("/sys/fs/cgroup/unified", type: "cgroup2")
      + SystemFolder.mount("/sys/fs/cgroup/systemd", type: "cgroup", options: "rw,name=systemd")
    let membership = "5:cpuacct,cpu:/batch\n1:name=systemd:/a\n0::/a:b\n"
    #expect(
      paths("cpu", membership: membership, mounts: mounts) == [
        "/sys/fs/cgroup/cpu,cpuacct/batch", "/sys/fs/cgroup/cpu,cpuacct",
        "/sys/fs/cgroup/unified/a:b", "/sys/fs/cgroup/unified",
      ])
    #expect(
      paths("memory", membership: membership, mounts: mounts)
        == ["/sys/fs/cgroup/unified/a:b", "/sys/fs/cgroup/unified"])
  }

  @Test func mountPointsMayHoldBlanks() {
    let mounts = SystemFolder.mount("/my\\040groups\\134x", type: "cgroup2")
    #expect(paths("cpu", membership: "0::/\n", mounts: mounts) == ["/my groups\\x"])
  }

  @Test(arguments: ["", "\n\n", "0", "a:b", "0::", "31 23 0:28 / -", ":::\u{0}:/", "- - - - - - -"])
  func whatIsNoCgroupIsSkipped(text: String) {
    #expect(paths("cpu", membership: text, mounts: text).isEmpty)
  }
}

/// What the files of cgroups say.
@Suite struct ControlGroupLimitTests {
  private static let unified = SystemFolder.mount("/cg", type: "cgroup2")

  private func limits(_ files: [String: String]) throws -> ControlGroupLimits {
    let folder = try SystemFolder(files)
    // The folder is gone with its owner.
    return withExtendedLifetime(folder) { ControlGroupLimits(files: folder.files) }
  }

  @Test func leastOfAllAncestorsHolds() throws {
    let limits = try limits([
      "/proc/self/cgroup": "0::/a/b\n", "/proc/self/mountinfo": Self.unified,
      "/cg/a/b/cpu.max": "max 100000\n", "/cg/a/cpu.max": "150000 100000\n",
      "/cg/a/b/memory.max": "4294967296\n", "/cg/a/memory.max": "1073741824\n",
    ])
    #expect(limits.processors?.value == 1.5 && limits.processors?.group == "/a")
    #expect(limits.memory?.value == 1 << 30 && limits.memory?.group == "/a")
  }

  @Test func versionOneHasFilesOfItsOwn() throws {
    let mounts =
      SystemFolder.mount("/cg/cpu", type: "cgroup", options: "rw,cpu")
      + SystemFolder.mount("/cg/memory", type: "cgroup", options: "rw,memory")
    let limits = try limits([
      "/proc/self/cgroup": "2:memory:/job\n1:cpu:/job\n", "/proc/self/mountinfo": mounts,
      "/cg/cpu/job/cpu.cfs_quota_us": "25000\n", "/cg/cpu/job/cpu.cfs_period_us": "50000\n",
      "/cg/cpu/cpu.cfs_quota_us": "-1\n", "/cg/cpu/cpu.cfs_period_us": "100000\n",
      "/cg/memory/job/memory.limit_in_bytes": "536870912\n",
      "/cg/memory/memory.limit_in_bytes": "9223372036854771712\n",
    ])
    #expect(limits.processors?.value == 0.5)
    #expect(limits.memory?.value == 512 << 20 && limits.memory?.group == "/job")
  }

  @Test(arguments: [
    "max", "max 100000", "", "-1 100000", "0 100000", "100 0", "nan nan", "1e400 5", "x y",
    "9223372036854771712", "99999999999999999999999",
  ]) func noLimitIsNone(text: String) throws {
    let limits = try limits([
      "/proc/self/cgroup": "0::/\n", "/proc/self/mountinfo": Self.unified,
      "/cg/memory.max": text.hasPrefix("0") || text.hasPrefix("100") ? "max" : text,
      "/cg/cpu.max": text.hasPrefix("9") ? "max" : text,
    ])
    #expect(limits.processors == nil && limits.memory == nil)
  }

  @Test func filesThatAreMissingSetNothing() throws {
    #expect(try limits([:]).memory == nil)
    let limits = try limits([
      "/proc/self/cgroup": "0::/a\n", "/proc/self/mountinfo": Self.unified,
    ])
    #expect(limits.processors == nil && limits.memory == nil)
  }
}
