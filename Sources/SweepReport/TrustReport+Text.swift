import SweepModel

extension TrustReport {
  /// What must not be overlooked, a line each; none where all is well.
  public var alarms: [String] {
    var lines: [String] = []
    let violated = total(\.violatedTrials)
    if violated > 0 {
      let open = total(\.openTrials)
      let settled = violated - open
      let parts = [
        settled > 0 ? "\(HumanText.count(settled)) settled by a majority of workers" : nil,
        open > 0 ? "\(HumanText.count(open)) open" : nil,
      ].compactMap { $0 }
      let advice =
        open > 0
        ? "do not trust this sweep before you know why"
        : "what the majority gave stands: find out what is wrong with the others"
      lines.append(
        "DETERMINISM VIOLATION: \(HumanText.count(violated, "trial")) gave other bits when run "
          + "again (\(parts.joined(separator: ", "))); \(advice)")
    }
    let unsupported = total(\.unsupported)
    if unsupported > 0 {
      lines.append(
        "\(HumanText.count(unsupported, "trial")) stand on the word of quarantined workers alone: "
          + "the same `seedsweep run` or `coordinator` trains them again")
    }
    return lines
  }

  /// What else there is to say, a line each.
  var notes: [String] {
    let (done, open) = (total(\.auditsDone), total(\.auditsOpen))
    guard done + open > 0 else { return [] }
    let waiting = open > 0 ? ", \(HumanText.count(open)) open until another worker has time" : ""
    return ["Audits: \(HumanText.count(done)) done\(waiting)"]
  }

  /// A table with its title, and what is said below it.
  struct Section {
    let title: String
    let table: TextTable
    let notes: [String]
  }

  /// The tables of disputes and of quarantined workers, where there are any.
  var sections: [Section] {
    var sections: [Section] = []
    if !disputes.isEmpty { sections.append(disputeSection) }
    if quarantinedCount > 0 { sections.append(quarantineSection) }
    return sections
  }

  private var disputeSection: Section {
    let rows = disputes.flatMap { dispute in
      dispute.results.flatMap { result in
        result.workers.map { worker in
          [
            dispute.variant, dispute.trial.index.description, dispute.trial.seed.hex,
            dispute.state(of: result), result.result.status.rawValue,
            Self.short(result.result.measurements?.weightsDigest.hex),
            Self.short(result.result.measurements?.historyDigest.hex),
          ] + worker.cells
        }
      }
    }
    let others = total(\.violatedTrials) - min(total(\.violatedTrials), UInt64(disputes.count))
    return Section(
      title: "Trials that gave more than one result (first 16 digits of weights and history)",
      table: TextTable(
        columns: [
          .name("variant"), .figure("index"), .name("seed"), .name("result"), .name("status"),
          .name("weights"), .name("history"),
        ] + Worker.columns,
        rows: rows),
      notes: others == 0 ? [] : ["and \(HumanText.count(others, "more trial"))"])
  }

  private var quarantineSection: Section {
    let others = quarantinedCount - min(quarantinedCount, UInt64(quarantined.count))
    return Section(
      title: "Quarantined workers of this store: their results yield to any other's",
      table: TextTable(
        columns: Worker.columns + [.figure("outvoted")],
        rows: quarantined.map { $0.cells + [HumanText.count(UInt64(max(0, $0.failures)))] }),
      notes: others == 0 ? [] : ["and \(HumanText.count(others)) more"])
  }

  /// What stands below a report's own tables.
  var tableLines: [String] {
    var lines: [String] = []
    for section in sections {
      lines += ["", section.title + ":"] + section.table.alignedLines + section.notes
    }
    if !notes.isEmpty { lines += [""] + notes }
    return lines
  }

  /// The same in Markdown.
  var markdownLines: [String] {
    var lines: [String] = []
    for section in sections {
      lines += ["", section.title + ":", ""] + section.table.markdownLines
      lines += section.notes.flatMap { ["", $0] }
    }
    return lines + notes.flatMap { ["", $0] }
  }

  static func short(_ digest: String?) -> String {
    digest.map { String($0.prefix(16)) } ?? HumanText.none
  }
}

extension TrustReport.Dispute {
  /// One word for what became of one of the results.
  func state(of result: TrustReport.Result) -> String {
    switch (result.stands, isSettled) {
    case (true, true): "stands"
    case (false, true): "outvoted"
    case (_, false): "open"
    }
  }
}

extension TrustReport.Worker {
  static let columns: [TextTable.Column] = [
    .name("worker"), .name("machine"), .name("processor"), .name("kernels"), .name("version"),
  ]

  var cells: [String] {
    // The first digits of an identifier are enough for people; other names are shown whole.
    let short = Hexadecimal.bytes(name)?.count == 16 ? String(name.prefix(8)) : name
    return [short + (isQuarantined ? " (quarantined)" : "")]
      + [host, processor, instructionSet, software].map { $0 ?? HumanText.none }
  }
}
