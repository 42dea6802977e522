import Randomness
import SweepModel

/// Points around centres, one centre for each class.
///
/// Shapes: input `[features]`, target `[1]`, the class. Sample i is of class i mod classes.
enum BlobsDataset: DatasetKind {
  static let readsFiles = false
  static let schema = ConfigurationSchema(
    kind: "blobs", summary: "Points scattered around a centre for each class.",
    parameters: GeneratorArguments.parameters(training: 1_000, test: 0) + [
      .optional("classes", .integer(1...Limits.classes), default: .integer(3), "Centres."),
      .optional(
        "features", .integer(1...Int64(Limits.columns)), default: .integer(2),
        "Coordinates of a point."),
      .optional(
        "deviation", .number(.nonNegative), default: .number(1),
        "The standard deviation of a coordinate around its centre's, which is from -10 to 10."),
    ] + Preparation.inputParameters + Preparation.targetParameters)

  static func load(
    _ configuration: Configuration, from files: DataFiles
  ) throws(DatasetError) -> TrainingData {
    let (classes, features) = (configuration.integer("classes"), configuration.integer("features"))
    let deviation = configuration.number("deviation")
    let seed = GeneratorArguments.seed(configuration)
    let centreInstance = RandomStream.instance(ofPath: "data/blobs/centres")
    return try points(configuration, width: features, classes: classes) { sample, words in
      var centre = GeneratorWords(seed: seed, instance: centreInstance, sample: sample % classes)
      return (0..<features).map { _ in centre.uniform(-10, 10) + deviation * words.normal() }
    }
  }
}

/// Points on arms that wind around each other, one arm for each class.
///
/// Shapes: input `[2]`, target `[1]`, the class. Sample i is of class i mod classes.
enum SpiralsDataset: DatasetKind {
  static let readsFiles = false
  static let schema = ConfigurationSchema(
    kind: "spirals", summary: "Points on arms that wind around each other, one for each class.",
    parameters: GeneratorArguments.parameters(training: 1_000, test: 0) + [
      .optional("classes", .integer(1...Limits.classes), default: .integer(2), "Arms."),
      .optional(
        "turns", .number(NumberBounds(lower: 0, upper: 100)), default: .number(1.5),
        "How often an arm winds around the centre."),
      .optional(
        "noise", .number(.nonNegative), default: .number(0.02),
        "The standard deviation of a coordinate; the arms end at distance 1."),
    ] + Preparation.inputParameters + Preparation.targetParameters)

  static func load(
    _ configuration: Configuration, from files: DataFiles
  ) throws(DatasetError) -> TrainingData {
    let classes = configuration.integer("classes")
    let (turns, noise) = (configuration.number("turns"), configuration.number("noise"))
    return try points(configuration, width: 2, classes: classes) { sample, words in
      let radius = words.uniform().squareRoot()
      let angle = turns * radius + Double(sample % classes) / Double(classes)
      let direction = direction(quarters: angle * 4)
      return [
        radius * direction.x + noise * words.normal(),
        radius * direction.y + noise * words.normal(),
      ]
    }
  }

  /// The point of the unit circle at about so many quarter turns: within each quarter f, from 0 to 1, is
  /// half the angle's tangent, so that no sine is needed.
  private static func direction(quarters: Double) -> (x: Double, y: Double) {
    let whole = quarters.rounded(.down)
    let f = quarters - whole
    let (x, y) = ((1 - f * f) / (1 + f * f), (2 * f) / (1 + f * f))
    switch Int(whole) & 3 {
    case 0: return (x, y)
    case 1: return (-y, x)
    case 2: return (-x, -y)
    default: return (y, -x)
    }
  }
}

extension DatasetKind {
  /// Samples of class i mod `classes` at the points that `point` draws.
  fileprivate static func points(
    _ configuration: Configuration, width: Int, classes: Int,
    _ point: (Int, inout GeneratorWords) -> [Double]
  ) throws(DatasetError) -> TrainingData {
    let seed = GeneratorArguments.seed(configuration)
    let instance = RandomStream.instance(ofPath: "data/\(schema.kind)")
    do {
      let parts = try GeneratorArguments.parts(configuration, width: width)
      var values: [Double] = []
      values.reserveCapacity(parts.sampleCount * width)
      for sample in 0..<parts.sampleCount {
        var words = GeneratorWords(seed: seed, instance: instance, sample: sample)
        values += point(sample, &words)
      }
      let samples = Samples(
        inputShape: [width], inputs: .doubles(values), targetShape: [1],
        targets: .doubles((0..<parts.sampleCount).map { Double($0 % classes) }), parts: parts)
      return try Preparation(configuration).prepare(samples)
    } catch {
      throw Self.error(error.argument ?? "samples", error.message)
    }
  }
}
