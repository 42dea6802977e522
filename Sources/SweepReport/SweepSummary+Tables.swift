import SweepModel

extension SweepSummary {
  /// Aligned columns for a terminal.
  var table: String {
    var lines = [headline] + trust.alarms
    for section in sections {
      lines += ["", section.title + ":"] + section.table.alignedLines + section.notes
    }
    lines += trust.tableLines
    for history in histories {
      lines += ["", history.title + ":"] + history.table.alignedLines + history.notes
      for chart in history.charts { lines += [""] + chart }
    }
    return lines.map { $0 + "\n" }.joined()
  }

  /// Tables of GitHub-flavoured Markdown.
  var markdown: String {
    var lines = ["## " + headline]
    lines += trust.alarms.flatMap { ["", "**" + $0 + "**"] }
    for section in sections {
      lines += ["", section.title + ":", ""] + section.table.markdownLines
      lines += section.notes.flatMap { ["", $0] }
    }
    lines += trust.markdownLines
    for history in histories {
      lines += ["", HumanText.markdown(history.title) + ":", ""] + history.table.markdownLines
      lines += history.notes.flatMap { ["", $0] }
      for chart in history.charts { lines += ["", "```text"] + chart + ["```"] }
    }
    return lines.map { $0 + "\n" }.joined()
  }

  /// What was run, and what became of it: "sequence, master seed 1: 100 trials; 100 completed".
  private var headline: String {
    var parts = [HumanText.count(total(\.completed)) + " completed"]
    let others = [
      (total(\.diverged), "diverged"), (total(\.failed), "failed"),
      (total(\.notRun), "not run yet"),
    ]
    parts += others.filter { $0.0 > 0 }.map { HumanText.count($0.0) + " " + $0.1 }
    let each = HumanText.count(trials, "trial")
    let all =
      variants.count == 1
      ? each : HumanText.count(UInt64(variants.count), "variant") + " of " + each
    return "\(sweep), master seed \(masterSeed): \(all); " + parts.joined(separator: ", ")
  }

  /// A table with what is said above and below it.
  private struct Section {
    let title: String
    let table: TextTable
    var notes: [String] = []
  }

  private var sections: [Section] {
    var sections = [counts]
    if variants.count > 1, widestMetrics > 1 { sections.append(sideBySide) }
    if variants.contains(where: { !$0.metrics.isEmpty }) { sections += [figures, extremes] }
    if total(\.diverged) + total(\.failed) > 0 { sections.append(notCompleted) }
    return sections
  }

  private var counts: Section {
    let titles = ["asked", "completed", "diverged", "failed", "not run", "violations"]
    let rows = variants.map { variant in
      [variant.name]
        + [
          variant.trials, variant.completed, variant.diverged, variant.failed, variant.notRun,
          variant.determinismViolations,
        ].map(HumanText.count)
    }
    return Section(
      title: "Trials",
      table: TextTable(
        columns: [.name("variant")] + titles.map(TextTable.Column.figure), rows: rows))
  }

  private var figures: Section {
    let titles = ["n", "mean", "95% interval", "std dev", "median", "IQM"]
    let rows = eachMetric { variant, metric in
      guard let statistics = metric.figures?.statistics else {
        return [variant.name, metric.name, "0"]
          + Array(repeating: HumanText.none, count: titles.count - 1)
      }
      let (mean, interval) = HumanText.figures(
        mean: statistics.mean, interval: statistics.confidenceInterval)
      return [
        variant.name, metric.name, HumanText.count(UInt64(statistics.count)), mean, interval,
        statistics.standardDeviation.map(HumanText.figure) ?? HumanText.none,
        HumanText.figure(statistics.median), HumanText.figure(statistics.interquartileMean),
      ]
    }
    return Section(
      title: "Completed trials (the interval is the mean's; IQM is the mean of the middle half)",
      table: TextTable(
        columns: [.name("variant"), .name("metric")] + titles.map(TextTable.Column.figure),
        rows: rows))
  }

  private var extremes: Section {
    let rows = eachMetric { variant, metric in
      guard let figures = metric.figures else {
        return [variant.name, metric.name] + Array(repeating: HumanText.none, count: 6)
      }
      func cells(_ value: Double, _ trial: TrialReference) -> [String] {
        [HumanText.figure(value), trial.index.description, trial.seed.hex]
      }
      return [variant.name, metric.name]
        + cells(figures.statistics.minimum, figures.minimum)
        + cells(figures.statistics.maximum, figures.maximum)
    }
    return Section(
      title: "Extremes, and the trials that have them",
      table: TextTable(
        columns: [
          .name("variant"), .name("metric"), .figure("minimum"), .figure("index"), .name("seed"),
          .figure("maximum"), .figure("index"), .name("seed"),
        ],
        rows: rows))
  }

  private var notCompleted: Section {
    let rows = variants.flatMap { variant in
      variant.notCompleted.map { trial in
        [
          variant.name, trial.index.description, trial.seed.hex, trial.status.rawValue,
          Self.detail(of: trial.outcome),
        ]
      }
    }
    let others = total(\.diverged) + total(\.failed) - UInt64(rows.count)
    return Section(
      title: "Not completed, and in no figure above",
      table: TextTable(
        columns: [
          .name("variant"), .figure("index"), .name("seed"), .name("status"), .name("detail"),
        ],
        rows: rows),
      notes: others == 0 ? [] : ["and \(HumanText.count(others)) more, which an export lists"])
  }

  /// Metric by metric, so that what is to be compared stands one below the other.
  private func eachMetric(_ row: (VariantSummary, MetricSummary) -> [String]) -> [[String]] {
    metricNames.flatMap { name in
      variants.flatMap { variant in
        variant.metrics.filter { $0.name == name }.map { row(variant, $0) }
      }
    }
  }

  /// The metrics of all variants, each once, in the order in which they first appear.
  private var metricNames: [String] {
    var seen: Set<String> = []
    return variants.flatMap { $0.metrics.map(\.name) }.filter { seen.insert($0).inserted }
  }

  private var widestMetrics: Int { variants.map(\.metrics.count).max() ?? 0 }

  /// A row for each variant, a column for each metric: as readable for two variants as for fifty.
  private var sideBySide: Section {
    let rows = variants.map { variant in
      [variant.name, HumanText.count(variant.completed)]
        + metricNames.map { name in
          guard
            let statistics = variant.metrics.first(where: { $0.name == name })?.figures?.statistics
          else { return HumanText.none }
          let (mean, interval) = HumanText.figures(
            mean: statistics.mean, interval: statistics.confidenceInterval)
          return interval == HumanText.none ? mean : mean + " " + interval
        }
    }
    return Section(
      title: "Side by side (mean and its 95% interval; `compare` says whether two variants differ)",
      table: TextTable(
        columns: [.name("variant"), .figure("n")] + metricNames.map(TextTable.Column.figure),
        rows: rows))
  }

  /// The history of one variant for people.
  private struct HistoryText {
    let title: String
    let table: TextTable
    let notes: [String]
    let charts: [[String]]
  }

  /// Variants whose history is shown: tables of more would hide one another.
  private static let shownHistories = 12

  private var histories: [HistoryText] {
    guard showsHistory else { return [] }
    let last = min(variants.count, Self.shownHistories) - 1
    return variants.prefix(Self.shownHistories).enumerated().map { position, variant in
      var notes = [variant.history?.note].compactMap { $0 }
      if variant.history == nil { notes.append("no history was kept") }
      if position == last, last + 1 < variants.count {
        notes.append(
          "and \(HumanText.count(UInt64(variants.count - last - 1), "more variant")), which "
            + "--format csv and json have")
      }
      return HistoryText(
        title: "History of \(variant.name) (mean over the n trials that reached the epoch)",
        table: variant.history?.table ?? TextTable(columns: [], rows: []), notes: notes,
        charts: variant.history?.charts ?? [])
    }
  }

  private static func detail(of outcome: TrialResult.Outcome) -> String {
    switch outcome {
    case .completed: ""
    case .diverged(let epoch, _): "in epoch \(epoch)"
    case .failed(let reason): reason
    }
  }
}
