import SweepModel

/// Something of a variant that can be trained but is probably not meant.
public struct TrainingWarning: Hashable, Sendable {
  /// Where in the specification it stands, such as `model[2].dense.activation`.
  public let path: String
  /// What happens.
  public let reason: String
  /// How to mend it.
  public let mending: String

  /// What happens and how to mend it.
  init(path: String, reason: String, mending: String) {
    self.path = path
    self.reason = reason
    self.mending = mending
  }

  /// Something that a user should know, where there may be nothing to mend.
  public init(path: String, note: String) {
    self.init(path: path, reason: note, mending: "")
  }
}

extension TrainingPlan {
  /// What is probably not meant, in the order of the rules.
  public var warnings: [TrainingWarning] {
    let subject = LintSubject(self)
    return Lint.rules.flatMap { $0(subject) }
  }
}

/// The rules: small functions of a variant and its data, none of which knows another.
enum Lint {
  static let rules: [@Sendable (LintSubject) -> [TrainingWarning]] = [
    unreachableTargets, softmaxWithRegression, valuesThatAreNoProbabilities, hardProbabilities,
    dropoutOfPredictions, metricsOfAnotherTask, alwaysRight, validationWithoutClasses, largeInputs,
    equalTrials, nothingToTrain,
  ]
}

/// What the rules look at.
struct LintSubject {
  let variant: ResolvedVariant
  let data: TrainingData
  /// The shape of one sample's prediction.
  let predictionShape: [Int]
  /// The kind of the activation that ends the model.
  let lastActivation: String?
  let trainingSamples: Range<Int>
  let validationSamples: Range<Int>
  /// Whether the trial's seed draws the first values of some variable.
  let drawsValues: Bool
  /// Whether the optimizer changes any variable.
  let trainsValues: Bool

  init(_ plan: TrainingPlan) {
    variant = plan.variant
    data = plan.data
    predictionShape = plan.layers[plan.layers.count - 1].layer.outputShape
    lastActivation = Comparison.lastActivation(of: plan.variant.layers, plan.registry)
    trainingSamples = plan.trainingSamples
    validationSamples = plan.validationSamples
    trainsValues = plan.variables.contains(where: \.isTrainable)
    drawsValues = plan.startingState?.values.contains(nil) ?? true
  }

  var loss: Configuration { variant.training.loss }

  /// Losses that take targets for quantities.
  var isRegression: Bool {
    [
      MeanSquaredError.schema, MeanAbsoluteError.schema, MeanAbsolutePercentageError.schema,
      Huber.schema,
    ].contains { $0.kind == loss.kind }
  }

  /// Whether the loss is a cross-entropy of classes, by number or one-hot.
  var isOfClasses: Bool {
    [CategoricalCrossentropy.schema, SparseCategoricalCrossentropy.schema].contains {
      $0.kind == loss.kind
    }
  }

  /// Where the activation of the last layer is written.
  var lastActivationPath: String {
    let last = variant.layers.count - 1
    return "model[\(last)].\(variant.layers[last].kind).activation"
  }
}
