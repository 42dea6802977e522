import SweepModel

/// How much each sample counts in the loss: its own weight × that of its class.
///
/// Source: Keras, trainers/data_adapters/data_adapter_utils.py, `class_weight_to_sample_weights`;
/// class weights are for the samples that are trained on.
enum LossWeights {
  /// The weight of each sample, each factor rounded to binary32 first; empty where all are 1.
  ///
  /// - Throws: ``TrainingError`` where the targets are not those of so many classes.
  static func resolve(
    _ classWeights: [Double], training: Range<Int>, comparison: Comparison
  ) throws(TrainingError) -> [Float] {
    let data = comparison.data
    if classWeights.isEmpty { return data.sampleWeights }
    func error(_ message: String) -> TrainingError {
      TrainingError(path: "training.class_weight", message: message)
    }
    let width = data.targetShape.reduce(1, *)
    guard data.targetShape.count <= 1 else {
      throw error(
        "class weights need one class for each sample, but its targets have shape "
          + "\(data.targetShape)")
    }
    // One prediction, such as a probability, does not tell how many classes there are.
    let classes = width > 1 ? width : comparison.predictionShape.last ?? 1
    if classes > 1, classes != classWeights.count {
      throw error("there are \(classWeights.count) weights for \(classes) classes")
    }
    let factors = classWeights.map { Float($0) }
    var weights = data.sampleWeights
    if weights.isEmpty { weights = Array(repeating: 1, count: data.sampleCount) }
    for sample in training {
      let target = data.targets[sample * width..<(sample + 1) * width]
      let number = width == 1 ? Double(target[target.startIndex]) : Double(target.firstLargest)
      guard let place = Int(exactly: number), factors.indices.contains(place) else {
        let problem = ComponentError(value: number) { value in
          "sample \(sample) has the target \(value), but there are weights for the classes "
            + "0 to \(factors.count - 1)"
        }
        throw TrainingError(problem, place: "training.class_weight")
      }
      weights[sample] *= factors[place]
    }
    return weights
  }
}

extension ArraySlice<Float> {
  /// The place of the first of the largest values.
  fileprivate var firstLargest: Int {
    var place = startIndex
    for other in indices where self[other] > self[place] { place = other }
    return place - startIndex
  }
}
