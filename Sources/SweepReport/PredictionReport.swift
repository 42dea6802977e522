import SweepModel

/// What one model, or several together, predict for some samples.
///
/// Of several models: the mean of their outputs in binary64, model by model in the order given; the
/// spread, their standard deviation (n − 1); and, of classes, the share of the models whose most likely
/// class is that of the mean.
public struct PredictionReport: Sendable {
  /// What one of the models predicts.
  public struct Model: Sendable {
    /// Samples × output shape.
    let predictions: [Float]
    /// The loss of each sample; nil where it is not known.
    let losses: [Float]?

    /// The predictions of a model.
    public init(predictions: [Float], losses: [Float]?) {
      self.predictions = predictions
      self.losses = losses
    }
  }

  /// The forms that it can be printed in.
  public enum Format: String, Sendable, CaseIterable {
    case csv, jsonl
  }

  private let identifiers: [String]
  private let words: [[String]]?
  /// Outputs of a sample's position, or of a sample.
  private let width: Int
  /// Positions of a sample; nil where a sample has one output vector.
  private let positions: Int?
  private let classNames: [String]?
  private let areClasses: Bool
  private let models: [Model]

  /// A report.
  ///
  /// - Parameters:
  ///   - words: The words of each sample, where its input is a sentence: its end ends the predictions.
  ///   - areClasses: Whether the outputs are probabilities of classes.
  public init(
    identifiers: [String], words: [[String]]?, outputShape: [Int], classNames: [String]?,
    areClasses: Bool, models: [Model]
  ) {
    self.identifiers = identifiers
    self.words = words
    width = outputShape.last ?? 1
    positions = outputShape.count > 1 ? outputShape.dropLast().reduce(1, *) : nil
    self.classNames = classNames
    self.areClasses = areClasses
    self.models = models
  }

  /// The number of models.
  private var isEnsemble: Bool { models.count > 1 }

  /// A row for each sample, or for each position of it.
  private struct Row {
    let sample: Int
    let position: Int?
    let means: [Double]
    let spreads: [Double]
    /// The most likely class.
    let best: Int?
    /// The share of the models that agree.
    let agreement: Double?
  }

  private func rows() -> [Row] {
    var rows: [Row] = []
    for sample in identifiers.indices {
      for position in 0..<(words.map { min($0[sample].count, positions ?? 1) } ?? positions ?? 1) {
        let start = (sample * (positions ?? 1) + position) * width
        rows.append(row(sample, positions == nil ? nil : position, start))
      }
    }
    return rows
  }

  private func row(_ sample: Int, _ position: Int?, _ start: Int) -> Row {
    let outputs = models.map { $0.predictions[start..<start + width].map(Double.init) }
    let means = (0..<width).map { place in
      outputs.reduce(0) { $0 + $1[place] } / Double(models.count)
    }
    let spreads = (0..<width).map { place in
      let squares = outputs.reduce(0) { sum, own in
        let difference = own[place] - means[place]
        return sum + difference * difference
      }
      return (squares / Double(max(1, models.count - 1))).squareRoot()
    }
    let best = areClasses ? Self.largest(means) : nil
    let agreement = best.map { best in
      Double(outputs.count { Self.largest($0) == best }) / Double(models.count)
    }
    return Row(
      sample: sample, position: position, means: means, spreads: spreads, best: best,
      agreement: agreement)
  }

  /// The first of the largest values.
  private static func largest(_ values: [Double]) -> Int {
    values.indices.reduce(0) { values[$1] > values[$0] ? $1 : $0 }
  }

  private func loss(_ sample: Int) -> Double? {
    let losses = models.compactMap { $0.losses?[sample] }
    return losses.isEmpty ? nil : losses.reduce(0) { $0 + Double($1) } / Double(losses.count)
  }

  private func name(ofClass number: Int) -> String {
    classNames.flatMap { $0.indices.contains(number) ? $0[number] : nil } ?? String(number)
  }

  private func output(_ place: Int) -> String {
    width == 1 ? "prediction" : areClasses ? "p_\(name(ofClass: place))" : "prediction_\(place)"
  }
}

extension PredictionReport {
  /// The report in a form.
  public func text(as format: Format) -> String {
    switch format {
    case .csv: csv
    case .jsonl: rows().map { JSONValue.object(members($0)).text + "\n" }.joined()
    }
  }

  private var csv: String {
    let all = rows()
    var header = ["id"]
    if positions != nil { header.append("position") }
    if words != nil, positions != nil { header.append("word") }
    if areClasses { header.append("class") }
    header += (0..<width).map(output)
    if isEnsemble { header += (0..<width).map { "sd_" + output($0) } }
    if isEnsemble, areClasses { header.append("agreement") }
    let hasLosses = models.contains { $0.losses != nil }
    if hasLosses { header.append("loss") }
    var text = CSV.line(header)
    for row in all {
      var cells = [identifiers[row.sample]]
      if let position = row.position {
        cells.append(String(position))
        if let words { cells.append(words[row.sample][position]) }
      }
      if let best = row.best { cells.append(name(ofClass: best)) }
      cells += row.means.map { CSV.number($0) }
      if isEnsemble {
        cells += row.spreads.map { CSV.number($0) }
        if let agreement = row.agreement { cells.append(CSV.number(agreement)) }
      }
      if hasLosses { cells.append(loss(row.sample).map { CSV.number($0) } ?? "") }
      text += CSV.line(cells)
    }
    return text
  }

  private func members(_ row: Row) -> [JSONValue.Member] {
    var members = [JSONValue.Member("id", .string(identifiers[row.sample]))]
    if let position = row.position {
      members.append(.init("position", .integer(Int64(position))))
      if let words { members.append(.init("word", .string(words[row.sample][position]))) }
    }
    if let best = row.best { members.append(.init("class", .string(name(ofClass: best)))) }
    members.append(.init("prediction", .array(row.means.map { .metric($0) })))
    if isEnsemble {
      members.append(.init("sd", .array(row.spreads.map { .metric($0) })))
      if let agreement = row.agreement { members.append(.init("agreement", .number(agreement))) }
    }
    if let loss = loss(row.sample) { members.append(.init("loss", .metric(loss))) }
    return members
  }
}
