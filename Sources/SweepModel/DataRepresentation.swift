/// How raw values become the inputs of a model, and what its outputs stand for.
///
/// All of it that was found in the training samples and not written in the specification is here, so
/// that new data are prepared as those were that the model was trained on: with another word list,
/// another order of columns or other means the same model predicts nonsense, without any error.
public struct DataRepresentation: Hashable, Sendable {
  /// A column of a table.
  public struct Column: Hashable, Sendable {
    /// Its name; its number, from 1, where the table has no header.
    public var name: String
    /// Where its cells are names of categories: the names, by their numbers from 0.
    public var categories: [String]?

    /// A column.
    public init(name: String, categories: [String]? = nil) {
      self.name = name
      self.categories = categories
    }
  }

  /// The mean and the deviation of each feature of the training samples, in binary64.
  public struct Standardization: Hashable, Sendable {
    /// The means.
    public var means: [Double]
    /// The deviations; 0 where all training samples have one value, which becomes +0.
    public var deviations: [Double]

    /// Statistics of as many features each.
    public init(means: [Double], deviations: [Double]) {
      self.means = means
      self.deviations = deviations
    }
  }

  /// The columns of a table that make an input, in their order; empty where the data are no table.
  public var inputColumns: [Column]
  /// Those that make a target, likewise.
  public var targetColumns: [Column]
  /// What inputs are multiplied with.
  public var scale: Double
  /// What inputs are standardized with after that; nil where they are not.
  public var standardization: Standardization?
  /// The shape of one sample's input.
  public var inputShape: [Int]
  /// See ``TrainingData/vocabulary``.
  public var vocabulary: [String]?
  /// See ``TrainingData/classNames``.
  public var classNames: [String]?

  /// A representation with all its parts.
  public init(
    inputColumns: [Column] = [], targetColumns: [Column] = [], scale: Double = 1,
    standardization: Standardization? = nil, inputShape: [Int], vocabulary: [String]? = nil,
    classNames: [String]? = nil
  ) {
    self.inputColumns = inputColumns
    self.targetColumns = targetColumns
    self.scale = scale
    self.standardization = standardization
    self.inputShape = inputShape
    self.vocabulary = vocabulary
    self.classNames = classNames
  }
}

extension DataRepresentation {
  /// The first thing in which `other` differs, in words; nil where it is the same.
  public func firstDifference(from other: DataRepresentation) -> String? {
    if inputShape != other.inputShape {
      return "an input has shape \(other.inputShape), not \(inputShape)"
    }
    if let difference = Self.difference(
      inputColumns.map(\.name), other.inputColumns.map(\.name), "input column")
    {
      return difference
    }
    if let difference = Self.difference(
      targetColumns.map(\.name), other.targetColumns.map(\.name), "target column")
    {
      return difference
    }
    for (own, new) in zip(inputColumns + targetColumns, other.inputColumns + other.targetColumns) {
      if let difference = Self.difference(
        own.categories ?? [], new.categories ?? [], "category of column \(own.name)")
      {
        return difference
      }
    }
    if let difference = Self.difference(vocabulary ?? [], other.vocabulary ?? [], "word") {
      return difference
    }
    if let difference = Self.difference(classNames ?? [], other.classNames ?? [], "class") {
      return difference
    }
    if scale != other.scale { return "inputs are multiplied with \(other.scale), not \(scale)" }
    return standardizationDifference(from: other)
  }

  private func standardizationDifference(from other: DataRepresentation) -> String? {
    switch (standardization, other.standardization) {
    case (nil, nil): return nil
    case (nil, .some): return "inputs are standardized, and were not"
    case (.some, nil): return "inputs are not standardized, and were"
    case (.some(let own), .some(let new)):
      for (name, pairs) in [
        ("mean", zip(own.means, new.means)), ("deviation", zip(own.deviations, new.deviations)),
      ] {
        for (feature, (mine, others)) in pairs.enumerated() where mine != others {
          let column = inputColumns.indices.contains(feature) ? inputColumns[feature].name : nil
          return "the \(name) of \(column ?? "feature \(feature + 1)") is \(others), not \(mine)"
        }
      }
      return nil
    }
  }

  private static func difference(_ own: [String], _ new: [String], _ what: String) -> String? {
    for (number, (mine, others)) in zip(own, new).enumerated() where mine != others {
      return "\(what) \(number) is `\(others.prefix(40))`, not `\(mine.prefix(40))`"
    }
    if own.count != new.count {
      let names = own.count < new.count ? new : own
      let first = names[min(own.count, new.count)].prefix(40)
      return own.count < new.count
        ? "\(what) \(own.count) `\(first)` is new" : "\(what) \(new.count) `\(first)` is missing"
    }
    return nil
  }
}

/// Identifies how raw values become a model's inputs, and what its outputs stand for.
public typealias RepresentationDigest = Digest<DataRepresentation>
