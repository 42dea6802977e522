import SweepModel

/// Inputs with mean 0 and standard deviation 1, those of the training samples.
extension Preparation {
  /// The standardized inputs, in the samples' new order.
  ///
  /// Of each value of a sample (a feature), over the training samples in their new order and in
  /// binary64: the mean m is the sum from +0, ÷ count; the deviation s is the root of (the sum from +0
  /// of (x − m) × (x − m), ÷ count). A value becomes (x − m) ÷ s, rounded to binary32. Where all
  /// training samples have the same value, it tells nothing, and becomes +0 in every sample.
  ///
  /// The statistics are returned with them, for inputs that are prepared later.
  ///
  /// - Parameters:
  ///   - width: the features of a sample.
  ///   - training: the samples, first in the new order, that are for training.
  ///   - convert: the value x.
  func standardized<Value>(
    _ values: [Value], _ width: Int, _ order: [UInt32]?, _ training: Int,
    _ convert: (Value) -> Double
  ) -> (values: [Float], statistics: DataRepresentation.Standardization) {
    func row(_ sample: Int) -> Int { (order.map { Int($0[sample]) } ?? sample) * width }
    let statistics = DataRepresentation.Standardization(width: width, training: training) {
      sample, visit in
      let first = row(sample)
      for feature in 0..<width { visit(feature, convert(values[first + feature])) }
    }
    var prepared: [Float] = []
    prepared.reserveCapacity(values.count)
    for sample in 0..<values.count / width {
      let first = row(sample)
      for feature in 0..<width {
        prepared.append(
          statistics.standardized(convert(values[first + feature]), feature: feature))
      }
    }
    return (prepared, statistics)
  }
}

extension DataRepresentation.Standardization {
  /// The value of a feature with mean 0 and deviation 1; +0 where the feature tells nothing.
  func standardized(_ value: Double, feature: Int) -> Float {
    deviations[feature] == 0 ? 0 : Float((value - means[feature]) / deviations[feature])
  }

  /// The statistics of the training samples.
  ///
  /// - Parameter forEach: calls its second argument with each feature and its value in a sample.
  fileprivate init(width: Int, training: Int, forEach: (Int, (Int, Double) -> Void) -> Void) {
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
    self.init(
      means: means,
      deviations: zip(squares, constant).map { square, isConstant in
        // What varies too little for binary64 must not pass for constant.
        isConstant
          ? 0 : max((square / Double(training)).squareRoot(), .leastNonzeroMagnitude)
      })
  }
}
