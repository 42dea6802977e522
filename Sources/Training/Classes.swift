import Kernels
import SweepModel

/// The classes that a model tells apart: one value of a prediction for each.
struct Classes {
  let count: Int
  /// Predictions of each sample: the positions of a sequence, or 1.
  let positions: Int
  let isMasked: Bool
  let form: TargetForm

  /// How far the probabilities of a target may be from adding up to 1: what rounding each of many
  /// to binary32 can do, and no more.
  private static let tolerance = 1e-3

  /// - Throws: ``ComponentError`` where predictions and targets are not those of classes.
  init(_ kind: String, comparison: Comparison, form: TargetForm) throws(ComponentError) {
    let predictions = comparison.predictionShape
    guard let last = predictions.last else {
      throw ComponentError(
        message: "\(kind) needs one prediction for each class, but the model predicts samples of "
          + "shape \(predictions)")
    }
    count = last
    positions = predictions.dropLast().reduce(1, *)
    isMasked = comparison.maskedPositions != nil
    self.form = form
    let targets = comparison.targetShape
    let fits =
      switch form {
      // One number for each position, with or without an axis of its own.
      case .sparse:
        targets == Array(predictions.dropLast()) || targets == predictions.dropLast() + [1]
      case .categorical: targets == predictions
      }
    guard fits else {
      throw ComponentError(
        message: Self.mismatch(kind, form, predictions: predictions, targets: targets))
    }
  }

  private static func mismatch(
    _ kind: String, _ form: TargetForm, predictions: [Int], targets: [Int]
  ) -> String {
    let other = "sparse_\(kind)"
    let count = predictions[predictions.count - 1]
    return switch form {
    case .sparse where predictions.count > 1:
      "\(kind) needs one class number for each of the predictions, which have shape "
        + "\(predictions), but the targets have shape \(targets): make the model predict one "
        + "position for each target"
    case .sparse where targets.count == 1 && targets[0] > 1 && targets[0] != count:
      "\(kind) has targets of shape \(targets), but the model predicts one class for each sample: "
        + "for a class at each position give the recurrent layer return_sequences: true and leave "
        + "out what ends the positions"
    case .sparse:
      "\(kind) needs targets of one class number, but they have shape \(targets): "
        + "for one-hot targets use \(kind.dropFirst("sparse_".count))"
    case .categorical where targets.isEmpty || targets == [1]:
      "\(kind) needs targets of \(count) probabilities, but they have shape \(targets): "
        + "for class numbers use \(other)"
    case .categorical:
      "\(kind) needs targets of the predictions' shape \(predictions), but they have shape "
        + "\(targets): make the last layer's units match"
    }
  }

  /// Checks each sample's target: that it is a class's number, or probabilities.
  ///
  /// - Throws: ``ComponentError`` that names the first sample, from 0, whose target is neither.
  func checkTargets(of data: TrainingData) throws(ComponentError) {
    switch form {
    case .sparse: try checkNumbers(data.targets)
    case .categorical: try checkProbabilities(data.targets)
    }
  }

  private func checkNumbers(_ targets: [Float]) throws(ComponentError) {
    // Written so that NaN is refused.
    let limit = Float(count)
    let wrong = targets.firstIndex { !($0 >= 0 && $0 < limit && $0 == $0.rounded(.down)) }
    guard let wrong else { return }
    throw ComponentError(value: targets[wrong]) { value in
      "sample \(wrong / positions) has the target \(value), which is no class: with "
        + (count == 1
          ? "1 unit in the last layer the only class is 0"
          : "\(count) units in the last layer the classes are the whole numbers 0 to \(count - 1)")
    }
  }

  private func checkProbabilities(_ targets: [Float]) throws(ComponentError) {
    for position in 0..<targets.count / count {
      let sample = position / positions
      let target = targets[position * count..<(position + 1) * count]
      let sum = target.reduce(0.0) { $0 + Double($1) }
      guard target.allSatisfy({ $0 >= 0 }), abs(sum - 1) <= Self.tolerance else {
        throw ComponentError(
          message: "the target of sample \(sample) is no probabilities: "
            + "they are 0 or more and add up to 1")
      }
    }
  }

  func shape(_ batch: PredictedBatch) -> RowsShape {
    RowsShape(lanes: batch.lanes, rows: batch.rows * positions, width: count)
  }
}
