import Statistics
import SweepModel

extension HistorySummary {
  /// Epochs that a table shows; of more, as many spread evenly, the first and the last among them.
  private static let shownEpochs = 20

  /// The member `history` of a variant's document (docs/json.md).
  var json: JSONValue {
    [
      "trials": .count(trials),
      "reached": .array(reached.map { .count($0) }),
      "columns": .object(
        columns.map { column in
          var quantiles = IntervalQuantiles()
          let intervals = column.epochs.map { quantiles.interval($0) }
          func list(_ values: [Double?]) -> JSONValue { .array(values.map { .optionalMetric($0) }) }
          return JSONValue.Member(
            column.name,
            [
              "count": .array(column.epochs.map { .count($0.count) }),
              "mean": list(column.epochs.map(\.mean)),
              "standard_deviation": list(column.epochs.map(\.standardDeviation)),
              "lower": list(intervals.map { $0?.lowerBound }),
              "upper": list(intervals.map { $0?.upperBound }),
            ])
        }),
    ]
  }

  static let csvColumns = [
    "sweep", "variant", "epoch", "reached", "column", "count", "mean", "standard_deviation",
    "interval_lower", "interval_upper",
  ]

  /// One row for each epoch and column.
  func csvLines(sweep: String, variant: String) -> String {
    var quantiles = IntervalQuantiles()
    var text = ""
    for epoch in reached.indices {
      for column in columns {
        let statistics = column.epochs[epoch]
        let interval = quantiles.interval(statistics)
        text += CSV.line([
          sweep, variant, String(epoch + 1), String(reached[epoch]), column.name,
          String(statistics.count), CSV.number(statistics.mean),
          CSV.number(statistics.standardDeviation), CSV.number(interval?.lowerBound),
          CSV.number(interval?.upperBound),
        ])
      }
    }
    return text
  }

  /// Mean and interval of each column by epoch; a cell whose mean is over fewer trials than reached the
  /// epoch says over how many.
  var table: TextTable {
    var quantiles = IntervalQuantiles()
    let rows = Self.shown(of: reached.count).map { epoch in
      let cells = columns.flatMap { column -> [String] in
        let statistics = column.epochs[epoch]
        guard let mean = statistics.mean else { return [HumanText.none, HumanText.none] }
        var (figure, interval) = HumanText.figures(
          mean: mean, interval: quantiles.interval(statistics))
        if statistics.count < reached[epoch] {
          interval += " of \(HumanText.count(statistics.count))"
        }
        if figure.isEmpty { figure = HumanText.none }
        return [figure, interval]
      }
      return [HumanText.count(UInt64(epoch + 1)), HumanText.count(reached[epoch])] + cells
    }
    return TextTable(
      columns: [.figure("epoch"), .figure("n")]
        + columns.flatMap { [.figure($0.name), .figure("95% interval")] },
      rows: rows)
  }

  /// What a table leaves out; nil where it shows every epoch.
  var note: String? {
    reached.count > Self.shownEpochs
      ? "\(Self.shownEpochs) of \(HumanText.count(UInt64(reached.count))) epochs; "
        + "--format csv and json have all" : nil
  }

  /// A chart of each column with that of validation.
  var charts: [[String]] {
    columns.filter { !$0.name.hasPrefix("val_") || !isValidation($0.name) }.compactMap { column in
      var curves = [TextChart.Curve(name: column.name, mark: "o", values: column.means)]
      if let validation = columns.first(where: { $0.name == "val_" + column.name }) {
        curves.append(TextChart.Curve(name: validation.name, mark: "x", values: validation.means))
      }
      let lines = TextChart(curves: curves).lines
      return lines.isEmpty ? nil : lines
    }
  }

  private func isValidation(_ name: String) -> Bool {
    columns.contains { "val_" + $0.name == name }
  }

  private static func shown(of count: Int) -> [Int] {
    guard count > shownEpochs else { return Array(0..<count) }
    return (0..<shownEpochs).map { $0 * (count - 1) / (shownEpochs - 1) }
  }
}

extension HistorySummary.Column {
  fileprivate var means: [Double?] { epochs.map(\.mean) }
}
