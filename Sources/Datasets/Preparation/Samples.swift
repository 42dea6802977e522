import SweepModel

/// Values as a file or a generator has them, before they are prepared.
///
/// Binary64 holds the values of each exactly, and pictures stay at a byte for each value.
enum Values: Sendable {
  /// Whole numbers from 0 to 255.
  case bytes([UInt8])
  /// Binary32.
  case floats([Float])
  /// Binary64, and whole numbers of 32 bits; those of 64 bits are the nearest binary64.
  case doubles([Double])

  /// The number of values.
  var count: Int {
    switch self {
    case .bytes(let values): values.count
    case .floats(let values): values.count
    case .doubles(let values): values.count
    }
  }

  /// One value.
  func value(at position: Int) -> Double {
    switch self {
    case .bytes(let values): Double(values[position])
    case .floats(let values): Double(values[position])
    case .doubles(let values): values[position]
    }
  }

  /// These values, then those of `other`.
  func appending(_ other: Values) -> Values {
    switch (self, other) {
    case (.bytes(let first), .bytes(let second)): .bytes(first + second)
    case (.floats(let first), .floats(let second)): .floats(first + second)
    default: .doubles(self.doubles + other.doubles)
    }
  }

  /// As binary64.
  var doubles: [Double] {
    switch self {
    case .bytes(let values): values.map(Double.init)
    case .floats(let values): values.map(Double.init)
    case .doubles(let values): values
    }
  }
}

/// Samples as they were read or generated, before they are prepared.
///
/// Shapes: as in ``TrainingData``; samples of the training part first, then those of the validation and
/// the test part, where the files say what parts there are.
struct Samples: Sendable {
  /// The shape of one sample's input.
  var inputShape: [Int]
  /// The inputs' values, sample by sample.
  var inputs: Values
  /// The shape of one sample's target.
  var targetShape: [Int]
  /// The targets' values, sample by sample.
  var targets: Values
  /// How much each sample counts; empty where all count 1.
  var weights: [Double] = []
  /// The parts that there are already.
  var parts: DataParts
  /// See ``TrainingData/vocabulary``.
  var vocabulary: [String]?
  /// See ``TrainingData/classNames``.
  var classNames: [String]?

  /// These samples of one part as so many of training, validation and test.
  ///
  /// - Precondition: the shapes are the same; only the first and the last have samples of other parts.
  static func joining(training: Samples, validation: Samples?, test: Samples?) -> Samples {
    var joined = training
    for part in [validation, test].compactMap(\.self) {
      joined.inputs = joined.inputs.appending(part.inputs)
      joined.targets = joined.targets.appending(part.targets)
      joined.weights += part.weights
    }
    joined.parts = DataParts(
      training: training.parts.training, validation: validation?.parts.training ?? 0,
      test: test?.parts.training ?? 0)
    return joined
  }
}
