/// Inputs with mean 0 and standard deviation 1, those of the training samples.
extension Preparation {
  /// The standardized inputs, in the samples' new order.
  ///
  /// Of each value of a sample (a feature), over the training samples in their new order and in
  /// binary64: the mean m is the sum from +0, ÷ count; the deviation s is the root of (the sum from +0
  /// of (x − m) × (x − m), ÷ count). A value becomes (x − m) ÷ s, rounded to binary32. Where all
  /// training samples have the same value, it tells nothing, and becomes +0 in every sample.
  ///
  /// - Parameters:
  ///   - width: the features of a sample.
  ///   - training: the samples, first in the new order, that are for training.
  ///   - convert: the value x.
  func standardized<Value>(
    _ values: [Value], _ width: Int, _ order: [UInt32]?, _ training: Int,
    _ convert: (Value) -> Double
  ) -> [Float] {
    func row(_ sample: Int) -> Int { (order.map { Int($0[sample]) } ?? sample) * width }
    let features = Features(width: width, training: training) { sample, visit in
      let first = row(sample)
      for feature in 0..<width { visit(feature, convert(values[first + feature])) }
    }
    var prepared: [Float] = []
    prepared.reserveCapacity(values.count)
    for sample in 0..<values.count / width {
      let first = row(sample)
      for feature in 0..<width {
        let difference = convert(values[first + feature]) - features.means[feature]
        prepared.append(
          features.isConstant[feature] ? 0 : Float(difference / features.deviations[feature]))
      }
    }
    return prepared
  }
}

/// The mean and the deviation of each feature over the training samples.
private struct Features {
  private(set) var means: [Double]
  private(set) var deviations: [Double]
  private(set) var isConstant: [Bool]

  /// - Parameter forEach: calls its second argument with each feature and its value in a sample.
  init(width: Int, training: Int, forEach: (Int, (Int, Double) -> Void) -> Void) {
    var (sums, first) = ([Double](repeating: 0, count: width), [Double](repeating: 0, count: width))
    var constant = [Bool](repeating: true, count: width)
    for sample in 0..<training {
      forEach(sample) { feature, value in
        if sample == 0 { first[feature] = value }
        if value != first[feature] { constant[feature] = false }
        sums[feature] += value
      }
    }
    let means = sums.map { $0 / Double(training) }
    var squares = [Double](repeating: 0, count: width)
    for sample in 0..<training {
      forEach(sample) { feature, value in
        let difference = value - means[feature]
        squares[feature] += difference * difference
      }
    }
    self.means = means
    deviations = squares.map { ($0 / Double(training)).squareRoot() }
    isConstant = constant
  }
}
