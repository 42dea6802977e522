import SweepModel

/// A loss of one's own, for one position at a time: a sample, or a position of a sequence.
///
/// What weighs samples, masks positions and takes means comes after it. A registered loss is a metric
/// of the same name too.
public protocol CustomLoss: CustomComponent {
  /// A loss between such predictions and targets; the configuration fits
  /// ``CustomComponent/parameters``.
  ///
  /// - Throws: ``ComponentError`` where they cannot be compared.
  init(_ configuration: Configuration, comparison: ComparedShapes) throws(ComponentError)

  /// The loss of one position; writes its gradient by the predictions, all 0 before, to `gradient`.
  func evaluate(predictions: Values, targets: Values, gradient: MutableValues) -> Float
}

/// A metric of one's own: a function of sums over positions, each a sample or a position of a
/// sequence.
public protocol CustomMetric: CustomComponent {
  /// A metric between such predictions and targets; the configuration fits
  /// ``CustomComponent/parameters``.
  ///
  /// - Throws: ``ComponentError`` where they cannot be compared.
  init(_ configuration: Configuration, comparison: ComparedShapes) throws(ComponentError)

  /// The sums that it keeps; by default 1.
  var sumCount: Int { get }

  /// Adds one position, which no mask leaves out, to the sums: in binary64, positions in order.
  func add(predictions: Values, targets: Values, to sums: MetricAccumulator)

  /// The metric of these sums over `count` positions; by default the first divided by the count, and
  /// 0 where there is no position.
  func value(sums: [Double], count: Int) -> Double
}

extension CustomMetric {
  /// One.
  public var sumCount: Int { 1 }

  /// The mean of what was added to the first sum.
  public func value(sums: [Double], count: Int) -> Double {
    count == 0 ? 0 : sums[0] / Double(count)
  }
}

/// What a model predicts and what that is compared with, for one sample.
public struct ComparedShapes: Hashable, Sendable {
  /// The shape of a sample's prediction.
  public let predictionShape: [Int]
  /// The shape of a sample's target.
  public let targetShape: [Int]
  /// Positions of a sample that are compared one by one: all axes of the predictions but the last,
  /// or those of the mask.
  public let positions: Int
  /// Values that the model predicts for a position.
  public let predictionWidth: Int
  /// Values of a position's target.
  public let targetWidth: Int

  /// - Throws: ``ComponentError`` where there is no target for each position.
  init(_ kind: String, _ comparison: Comparison) throws(ComponentError) {
    predictionShape = comparison.predictionShape
    targetShape = comparison.targetShape
    positions = comparison.maskedPositions ?? predictionShape.dropLast().reduce(1, *)
    predictionWidth = predictionShape.reduce(1, *) / positions
    let targets = targetShape.reduce(1, *)
    targetWidth = targets / positions
    guard targets.isMultiple(of: positions), targetWidth > 0 else {
      throw ComponentError(
        message: "\(kind) compares \(positions) positions of each sample, as the model predicts "
          + "samples of shape \(predictionShape), but the targets have shape \(targetShape): make "
          + "the last layer's output match")
    }
  }
}

/// The sums of a custom metric.
public struct MetricAccumulator {
  private let start: UnsafeMutablePointer<Double>
  /// As many as the metric keeps.
  public let count: Int

  init(_ start: UnsafeMutablePointer<Double>, count: Int) {
    self.start = start
    self.count = count
  }

  /// A sum, to be added to.
  public subscript(number: Int) -> Double {
    get {
      precondition(number >= 0 && number < count, "a custom metric has \(count) sums")
      return start[number]
    }
    nonmutating set {
      precondition(number >= 0 && number < count, "a custom metric has \(count) sums")
      start[number] = newValue
    }
  }
}
