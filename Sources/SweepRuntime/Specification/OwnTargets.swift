import SweepModel

/// Why targets cannot be compared with what a model predicts.
enum TargetMismatch: Error {
  /// They have another shape, and are no numbers of classes.
  case shape(predicted: [Int], targets: [Int])
  /// A sample, counted from 1, is of a class that the model does not have.
  case unknownClass(Float, sample: Int, classes: Int)
}

extension TrainingData {
  /// The samples' own targets, from the sample `first` on, in the shape of predictions: as they are, or
  /// one-hot where they are numbers of classes.
  ///
  /// A model that learns what another predicts (`targets_from`) is measured by these wherever samples keep
  /// their own targets: in validation, in a test, and on new samples.
  func ownTargets(
    from first: Int = 0, predictedShape shape: [Int]
  ) throws(TargetMismatch) -> [Float] {
    let width = targetShape.reduce(1, *)
    let own = targets[(first * width)...]
    if targetShape == shape { return Array(own) }
    guard targetShape == shape.dropLast() || targetShape == shape.dropLast() + [1] else {
      throw .shape(predicted: shape, targets: targetShape)
    }
    let classes = shape.last ?? 1
    var oneHot = [Float](repeating: 0, count: own.count * classes)
    for (place, value) in own.enumerated() {
      guard let number = Int(exactly: value), (0..<classes).contains(number) else {
        throw .unknownClass(value, sample: place / width + 1, classes: classes)
      }
      oneHot[place * classes + number] = 1
    }
    return oneHot
  }

  /// The same samples with other targets.
  func withTargets(_ targets: [Float], shape: [Int]) -> TrainingData {
    var made = TrainingData(
      sampleCount: sampleCount, inputShape: inputShape, targetShape: shape, inputs: inputs,
      targets: targets, sampleWeights: sampleWeights, parts: parts, vocabulary: vocabulary,
      classNames: classNames)
    made.representation = representation
    return made
  }
}
