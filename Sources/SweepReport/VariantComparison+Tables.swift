import Statistics
import SweepModel

extension VariantComparison {
  /// The comparison in a form, ending with a line feed.
  public func text(as format: SummaryFormat) -> String {
    switch format {
    case .table: table
    case .markdown: markdown
    case .csv: csv
    case .json: json.indentedText + "\n"
    }
  }

  private var headline: String {
    "\(sweep), master seed \(masterSeed): \(a.name) (A) and \(b.name) (B), "
      + "\(HumanText.count(pairs, "pair")) of trials with the same seed"
  }

  private var table: String {
    var lines = [headline] + trust.alarms
    lines += [""] + conclusions
    lines += [""] + figures.alignedLines
    if leftOut > 0 { lines += ["", leftOutTitle + ":"] + leftOutTable.alignedLines + leftOutNotes }
    lines += trust.tableLines
    lines += [""] + notes
    return lines.map { HumanText.oneLine($0) + "\n" }.joined()
  }

  private var markdown: String {
    var lines = ["## " + HumanText.markdown(headline)]
    lines += trust.alarms.flatMap { ["", "**" + HumanText.markdown($0) + "**"] }
    lines += [""] + conclusions.map { "- " + HumanText.markdown($0) }
    lines += [""] + figures.markdownLines
    if leftOut > 0 {
      lines += ["", leftOutTitle + ":", ""] + leftOutTable.markdownLines
      lines += leftOutNotes.flatMap { ["", $0] }
    }
    lines += trust.markdownLines
    lines += notes.flatMap { ["", HumanText.markdown($0)] }
    return lines.map { $0 + "\n" }.joined()
  }

  private var conclusions: [String] {
    metrics.map { ComparisonConclusion($0, a: a.name, b: b.name).text }
  }

  private var figures: TextTable {
    let titles = [
      "mean A", "mean B", "A − B", "95% interval", "std dev", "P(A better)", "95% interval", "p",
    ]
    return TextTable(
      columns: [.name("metric"), .name("better")] + titles.map(TextTable.Column.figure),
      rows: metrics.map { metric in
        let figures = metric.figures
        let difference = figures.difference
        let (mean, interval) = HumanText.figures(
          mean: difference.mean, interval: difference.confidenceInterval)
        let share = metric.probabilityInterval
        let (lower, upper) = (Self.share(share.lowerBound), Self.share(share.upperBound))
        // Of a metric without a direction it is the probability that A is higher.
        let mark = metric.direction == .unknown ? "*" : ""
        return [
          metric.name, metric.direction.rawValue, HumanText.figure(figures.meanA),
          HumanText.figure(figures.meanB), mean, interval,
          difference.standardDeviation.map(HumanText.figure) ?? HumanText.none,
          Self.share(metric.probability) + mark, "[\(lower), \(upper)]",
          ComparisonConclusion.probability(figures.test.pValue),
        ]
      })
  }

  private static func share(_ value: Double) -> String {
    let hundredths = (value * 100).rounded()
    let digits = String(Int(hundredths) % 100)
    return "\(Int(hundredths) / 100).\(digits.count < 2 ? "0" : "")\(digits)"
  }

  private var leftOutTitle: String {
    let verb = leftOut == 1 ? "makes" : "make"
    return "\(HumanText.count(leftOut, "trial")) of \(HumanText.count(trials)) \(verb) no pair "
      + "(\(a.fate); \(b.fate))"
  }

  private var leftOutTable: TextTable {
    func text(_ status: TrialStatus?) -> String { status?.rawValue ?? "not run" }
    return TextTable(
      columns: [.figure("index"), .name("seed"), .name(a.name), .name(b.name)],
      rows: shownLeftOut.map {
        [$0.trial.index.description, $0.trial.seed.hex, text($0.a), text($0.b)]
      })
  }

  private var leftOutNotes: [String] {
    let others = leftOut - UInt64(shownLeftOut.count)
    return others == 0 || shownLeftOut.isEmpty ? [] : ["and \(HumanText.count(others)) more"]
  }

  /// How the figures were made.
  private var notes: [String] {
    guard let figures = metrics.first?.figures else { return [] }
    var notes = [
      "A − B: mean with Student's t interval. P: share of the pairs, ties half; percentile interval of "
        + "\(HumanText.count(UInt64(figures.probability.resamples))) bootstrap resamples."
    ]
    let exact = metrics.filter { $0.figures.test.isExact }.count
    let flips = metrics.first { !$0.figures.test.isExact }.map {
      "\(HumanText.count(UInt64($0.figures.test.flips))) random sign flips"
    }
    let ways =
      [exact > 0 ? "all sign flips" : nil, flips].compactMap { $0 }.joined(separator: ", or ")
    notes.append(
      "p: two-sided, from \(ways). Random numbers: stream `bootstrap` under master seed "
        + "\(masterSeed), the same on every machine.")
    if a.diverged + b.diverged + a.failed + b.failed > 0 {
      notes.append(
        "Trials that diverged or failed are in no figure: a variant may be better where it completes, "
          + "and complete less often.")
    }
    if metrics.contains(where: { Self.isSinglePoint($0) }) {
      notes.append(
        "Where all pairs agree, the interval of P is a single point and says nothing; see p.")
    }
    if metrics.contains(where: { $0.direction == .unknown }) {
      notes.append("* The name does not tell which value is better: P is that A is higher.")
    }
    if metrics.count > 1 {
      notes.append(
        "\(metrics.count) metrics were tested: of 20 without a difference, one has p ≤ 0.05 by chance."
      )
    }
    if !metricsOfOne.isEmpty {
      notes.append("Of one variant only: \(metricsOfOne.joined(separator: ", ")).")
    }
    return notes
  }

  private static func isSinglePoint(_ metric: MetricComparison) -> Bool {
    let interval = metric.figures.probability.interval
    let isOneSided = metric.figures.pairs.greaterA == 0 || metric.figures.pairs.greaterB == 0
    return interval.lowerBound == interval.upperBound && isOneSided
  }
}
