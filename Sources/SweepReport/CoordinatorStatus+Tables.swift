import SweepModel

extension CoordinatorStatus {
  /// Tables for a terminal.
  var table: String {
    let state = isEnding ? "ending" : "up \(HumanText.clock(uptimeSeconds))"
    var lines = [
      "coordinator \(HumanText.oneLine(software)), epoch \(epoch), \(state), "
        + "store \(HumanText.oneLine(store))"
    ]
    if uncommittedResults > 0 || waitingSubmissions > 0 {
      lines.append(
        "on the way to the disk: \(HumanText.count(uncommittedResults, "result")); waiting: "
          + HumanText.count(UInt64(max(0, waitingSubmissions)), "request"))
    }
    if !waiting.isEmpty {
      lines += [""] + waiting.map(\.line)
    }
    lines += sweeps.isEmpty ? ["", "no sweeps"] : [""] + SweepStatus.table(sweeps).alignedLines
    lines += workers.isEmpty ? ["", "no workers"] : [""] + WorkerStatus.table(workers).alignedLines
    return lines.joined(separator: "\n") + "\n"
  }
}

extension SweepStatus {
  static func table(_ sweeps: [SweepStatus]) -> TextTable {
    // Where all have the same, it says nothing.
    let hasPriorities = sweeps.contains { $0.priority != 0 }
    return TextTable(
      columns: [.name("sweep")] + (hasPriorities ? [.figure("priority")] : []) + [
        .name("state"), .figure("recorded"), .figure("asked"), .figure("diverged"),
        .figure("failed"), .figure("violations"), .figure("open audits"),
      ],
      rows: sweeps.map { sweep in
        [sweep.name] + (hasPriorities ? [String(sweep.priority)] : []) + [sweep.state.rawValue]
          + [
            sweep.recorded, sweep.asked, sweep.diverged, sweep.failed, sweep.violations,
            sweep.openAudits,
          ].map(HumanText.count)
      })
  }
}

extension WorkerStatus {
  /// What is needed of what may be used.
  private var memory: String {
    let limit = resources.memoryBytes.map(ByteCount.text) ?? HumanText.none
    guard let memoryNeededBytes else { return limit }
    return "\(ByteCount.text(memoryNeededBytes)) of \(limit)"
  }

  /// Characters of an identifier that tell workers apart, as logs show them.
  private static let shownDigits = 8

  static func table(_ workers: [WorkerStatus]) -> TextTable {
    // A column that no worker has anything in says nothing.
    let hasKeys = workers.contains { $0.key != nil }
    let haveLimits = workers.contains { $0.remainingSeconds != nil }
    return TextTable(
      columns: [
        .name("worker"), .name("host"), .figure("slots"), .figure("leases"), .figure("trials/s"),
        .figure("silent"), .name("state"),
      ] + (haveLimits ? [.figure("time left")] : []) + (hasKeys ? [.name("key")] : []) + [
        .name("memory"), .name("slots set by"), .name("processor"),
      ],
      rows: workers.map { worker in
        [
          String(Hexadecimal.text(worker.id).prefix(shownDigits)), worker.host,
          String(worker.slots), String(worker.leases), HumanText.rate(worker.trialsPerSecond),
          "\(Int(min(worker.silentSeconds, 1e9))) s", worker.isStalled ? "stalled" : "well",
        ]
          + (haveLimits
            ? [worker.remainingSeconds.map(HumanText.clock) ?? HumanText.none] : [])
          + (hasKeys ? [worker.key ?? HumanText.none] : []) + [
            worker.memory, worker.resources.slotsOrigin, worker.processor,
          ]
      })
  }
}
