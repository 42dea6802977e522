import Foundation
import SweepModel
import Testing

@testable import SweepRuntime

/// The least of all limits holds, and says what sets it.
@Suite struct UsableResourcesTests {
  private func usable(
    online: Int = 64, affine: Int? = 64, memory: UInt64 = 1 << 38,
    limits: [(name: String, bytes: UInt64)] = [], quota: String = "max 100000",
    _ environment: [String: String] = [:]
  ) throws -> UsableResources {
    let folder = try SystemFolder([
      "/proc/self/cgroup": "0::/job\n",
      "/proc/self/mountinfo": SystemFolder.mount("/cg", type: "cgroup2"),
      "/cg/job/cpu.max": quota, "/cg/job/memory.max": "274877906943",
    ])
    return UsableResources(
      UsableResources.System(
        onlineCores: online, affineCores: affine, physicalMemory: memory, memoryLimits: limits),
      files: folder.files, environment: environment)
  }

  @Test func coresAreTheLeastOfAllLimits() throws {
    #expect(try usable().cores == .init(value: 64, origin: "online cores"))
    #expect(try usable(affine: 3).cores == .init(value: 3, origin: "CPU affinity"))
    #expect(try usable(affine: nil).cores.value == 64)
    let quota = try usable(affine: 8, quota: "250000 100000").cores
    #expect(quota == .init(value: 3, origin: "CPU quota of cgroup /job"))
    #expect(try usable(quota: "1000 100000").cores.value == 1)
    let task = try usable(["SLURM_CPUS_PER_TASK": "4", "SLURM_CPUS_ON_NODE": "2"]).cores
    #expect(task == .init(value: 4, origin: "SLURM_CPUS_PER_TASK"))
    #expect(try usable(["SLURM_CPUS_ON_NODE": "2"]).cores.value == 2)
    for text in ["", "0", "-3", "many", "4(x2)"] {
      #expect(try usable(["SLURM_CPUS_PER_TASK": text]).cores.value == 64)
    }
  }

  @Test func memoryIsTheLeastOfAllLimits() throws {
    #expect(try usable().memory == .init(value: 1 << 38 - 1, origin: "memory limit of cgroup /job"))
    #expect(try usable(memory: 1 << 30).memory == .init(value: 1 << 30, origin: "physical memory"))
    #expect(try usable(limits: [("RLIMIT_AS", 5)]).memory == .init(value: 5, origin: "RLIMIT_AS"))
    let node = try usable(["SLURM_MEM_PER_NODE": "2048"]).memory
    #expect(node == .init(value: 2 << 30, origin: "SLURM_MEM_PER_NODE"))
    let each = ["SLURM_MEM_PER_CPU": "512", "SLURM_CPUS_PER_TASK": "4"]
    #expect(try usable(each).memory == .init(value: 2 << 30, origin: "SLURM_MEM_PER_CPU"))
    // 0 stands for all that the node has; more than there can be is no limit.
    for text in ["0", "", "18446744073709551615"] {
      let all = ["SLURM_MEM_PER_NODE": text, "SLURM_MEM_PER_CPU": text]
      #expect(try usable(all).memory.value == 1 << 38 - 1)
    }
  }

  @Test func affinityIsOfCoresThatAreOnline() throws {
    let folder = try SystemFolder([
      "/proc/self/status": "Name:\tx\nCpus_allowed:\tff\nCpus_allowed_list:\t0,2-5,9\n",
      "/sys/devices/system/cpu/online": "0-3,9-10\n",
    ])
    #expect(CoreList.affine(files: folder.files)?.count == 4)
    #expect(CoreList.affine(files: try SystemFolder([:]).files) == nil)
  }

  @Test(arguments: ["", ",", "1-", "-1", "3-2", "1-2-3", "a", "1,,2", "0-99999999999999999999"])
  func whatIsNoListOfCoresIsRefused(text: String) { #expect(CoreList(text[...]) == nil) }

  @Test func thisMachineHasACoreAndMemory() {
    let usable = UsableResources.ofThisProcess
    #expect(usable.cores.value >= 1 && usable.memory.value > 1 << 20)
    #expect(usable.cores.value <= ProcessInfo.processInfo.activeProcessorCount)
  }

  @Test func workersDivideTheMemory() throws {
    let usable = try usable(memory: 1 << 30)
    #expect(usable.workers(needing: 64 << 20) == 8)
    #expect(usable.workers(needing: 1 << 30) == 0)
    #expect(usable.workers(needing: .max) == 0)
    let resources = WorkerResources(usable, chosenSlots: 2, memoryShare: 1 << 29)
    #expect(resources.summary(slots: 2) == "2 slots (--slots), memory 512 MiB (physical memory)")
  }

  @Test(
    arguments: [
      (0, "0 B"), (1_023, "1023 B"), (1_024, "1 KiB"), (1_536, "1.5 KiB"), (1 << 20, "1 MiB"),
      (1 << 20 - 1, "1 MiB"), (25_270_000_000, "23.5 GiB"), (UInt64.max, "16 EiB"),
    ] as [(UInt64, String)]) func bytesHaveThreeDigits(bytes: UInt64, text: String)
  {
    #expect(ByteCount.text(bytes) == text)
  }
}
