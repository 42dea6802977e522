import Randomness
import SweepModel

/// What is done to samples before they are trained on, alike for every kind that takes these arguments
/// (docs/datasets.md, "Preparation").
///
/// The steps, in order: the samples are divided into parts; inputs are scaled; inputs are
/// standardized; targets become one-hot; inputs take their shape. Everything is computed in binary64,
/// and rounded to binary32 once, at the end.
struct Preparation {
  /// What inputs are multiplied with.
  var scale = 1.0
  /// Whether inputs are standardized.
  var standardizes = false
  /// The shape of a sample's input; nil to keep its own.
  var shape: [Int]?
  /// The number of classes of one-hot targets; nil to keep the targets.
  var oneHotClasses: Int?
  /// How samples are divided into parts.
  var division = Division()

  /// The arguments for inputs that are measurements.
  static let inputParameters: [ConfigurationSchema.Parameter] = [
    .optional(
      "scale", .number(NumberBounds(lower: -.infinity)), default: .number(1),
      "What inputs are multiplied with, such as 1/255 for pixels."),
    .optional(
      "standardize", .boolean, default: .boolean(false),
      "Whether inputs get mean 0 and standard deviation 1, those of the training samples."),
    .optional(
      "shape", .list(.integer(1...Int64(Limits.dataValues)), count: 1...Limits.axes), default: nil,
      "The shape of a sample's input, such as 784 or [28, 28, 1]; its own where left out."),
  ]

  /// The arguments for targets that are class numbers.
  static let targetParameters: [ConfigurationSchema.Parameter] = [
    .optional(
      "one_hot", .integer(1...Limits.classes), default: nil,
      "Makes class numbers vectors of so many values, 1 at the class's place and 0 elsewhere.")
  ]

  /// What the arguments of `configuration` say; those that its kind does not take are left out.
  init(_ configuration: Configuration) {
    let arguments = configuration.arguments
    if let scale = arguments["scale"]?.number { self.scale = scale }
    if arguments["standardize"] == .boolean(true) { standardizes = true }
    if arguments["shape"] != nil { shape = configuration.integers("shape") }
    if arguments["one_hot"] != nil { oneHotClasses = configuration.integer("one_hot") }
    division = Division(configuration)
  }

  /// The samples prepared.
  ///
  /// - Throws: ``PreparationProblem`` where the arguments and the samples do not fit each other.
  func prepare(_ samples: Samples) throws(PreparationProblem) -> TrainingData {
    let (order, parts) = try division.divide(samples.parts)
    let targets = try preparedTargets(samples, order)
    let inputShape = try self.inputShape(samples.inputShape)
    let (inputs, standardization) = try preparedInputs(samples, order, training: parts.training)
    var weights = samples.weights.map(Float.init)
    if let sample = weights.firstIndex(where: { !$0.isFinite }) {
      throw PreparationProblem(
        argument: "weight", message: "that of sample \(sample + 1) is too large for binary32")
    }
    if let order, !weights.isEmpty { weights = order.map { weights[Int($0)] } }
    var data = TrainingData(
      sampleCount: parts.sampleCount, inputShape: inputShape, targetShape: targets.shape,
      inputs: inputs, targets: targets.values,
      sampleWeights: weights, parts: parts, vocabulary: samples.vocabulary,
      classNames: samples.classNames)
    data.representation.scale = scale
    data.representation.standardization = standardization
    return data
  }

  private func inputShape(_ own: [Int]) throws(PreparationProblem) -> [Int] {
    guard let shape else { return own }
    let width = own.reduce(1, *)
    var rest = width
    for length in shape where rest > 0 { rest = rest % length == 0 ? rest / length : 0 }
    guard rest == 1 else {
      throw PreparationProblem(
        argument: "shape",
        message: "a sample has the shape \(own: "\(own)"), \(width) values, which do not fill "
          + "\(own: "\(shape)")")
    }
    return shape
  }

  private func preparedInputs(_ samples: Samples, _ order: [UInt32]?, training: Int)
    throws(PreparationProblem)
    -> (values: [Float], standardization: DataRepresentation.Standardization?)
  {
    let width = samples.inputShape.reduce(1, *)
    let inputs: [Float]
    var statistics: DataRepresentation.Standardization?
    switch samples.inputs {
    case .bytes(let values) where !standardizes:
      let table = (0...255).map { Float(Double($0) * scale) }
      inputs = Self.gather(values, width, order) { table[Int($0)] }
    case .bytes(let values):
      (inputs, statistics) = standardized(values, width, order, training) { Double($0) * scale }
    case .floats(let values) where !standardizes && scale == 1 && order == nil: inputs = values
    case .floats(let values) where !standardizes:
      inputs = Self.gather(values, width, order) { Float(Double($0) * scale) }
    case .floats(let values):
      (inputs, statistics) = standardized(values, width, order, training) { Double($0) * scale }
    case .doubles(let values) where !standardizes:
      inputs = Self.gather(values, width, order) { Float($0 * scale) }
    case .doubles(let values):
      (inputs, statistics) = standardized(values, width, order, training) { $0 * scale }
    }
    if let position = inputs.firstIndex(where: { !$0.isFinite }) {
      throw PreparationProblem(
        argument: scale == 1 ? nil : "scale",
        message:
          "value \(position % width + 1) of the input of sample \(position / width + 1) is too "
          + "large for binary32")
    }
    return (inputs, statistics)
  }

  /// Every value of every sample, in the samples' new order.
  private static func gather<Value>(
    _ values: [Value], _ width: Int, _ order: [UInt32]?, _ convert: (Value) -> Float
  ) -> [Float] {
    guard let order else { return values.map(convert) }
    var gathered: [Float] = []
    gathered.reserveCapacity(values.count)
    for sample in order {
      let first = Int(sample) * width
      for position in first..<first + width { gathered.append(convert(values[position])) }
    }
    return gathered
  }

  private func preparedTargets(_ samples: Samples, _ order: [UInt32]?)
    throws(PreparationProblem) -> (shape: [Int], values: [Float])
  {
    let width = samples.targetShape.reduce(1, *)
    let targets: [Float]
    switch samples.targets {
    case .bytes(let values): targets = Self.gather(values, width, order) { Float($0) }
    case .floats(let values): targets = Self.gather(values, width, order) { $0 }
    case .doubles(let values): targets = Self.gather(values, width, order) { Float($0) }
    }
    if let position = targets.firstIndex(where: { !$0.isFinite }) {
      throw PreparationProblem(
        argument: nil,
        message: "value \(position % width + 1) of the target of sample \(position / width + 1) is "
          + "too large for binary32")
    }
    guard let oneHotClasses else { return (samples.targetShape, targets) }
    let vectors = try OneHot(classes: oneHotClasses).vectors(targets)
    let shape = samples.targetShape == [1] ? [] : samples.targetShape
    return (shape + [oneHotClasses], vectors)
  }
}

/// Arguments of preparation that the samples do not fit.
struct PreparationProblem: Error, Hashable {
  /// The argument; nil where it is none of them.
  let argument: String?
  /// What is wrong and how to mend it.
  let message: DataMessage
}
