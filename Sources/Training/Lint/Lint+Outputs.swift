import SweepModel

/// Rules about what a model predicts and what it is compared with.
extension Lint {
  /// Targets of a regression beyond what the last activation can give.
  @Sendable static func unreachableTargets(_ subject: LintSubject) -> [TrainingWarning] {
    guard subject.isRegression, let activation = subject.lastActivation else { return [] }
    let bounds: (range: ClosedRange<Float>, text: String)
    switch activation {
    case "relu": bounds = (0...Float.infinity, "below 0, where relu never is")
    case _ where Activations.isSigmoid(activation):
      bounds = (0...1, "outside 0 to 1, which is all that \(activation) gives")
    case "tanh": bounds = (-1...1, "outside −1 to 1, which is all that tanh gives")
    default: return []
    }
    let count = subject.data.targets.count
    let beyond = subject.data.targets.count { !bounds.range.contains($0) }
    let mending = "give the last layer no activation"
    if beyond > 0 {
      return [
        TrainingWarning(
          path: subject.lastActivationPath,
          reason: "\(beyond) of \(count) targets are \(bounds.text)",
          mending: activation == "relu" ? mending : "\(mending), or scale the targets")
      ]
    }
    guard activation == "relu" else { return [] }
    return [
      TrainingWarning(
        path: subject.lastActivationPath,
        reason: "a relu that predicts 0 for every sample has no gradient and never learns again",
        mending: "\(mending), or softplus where predictions must not be below 0")
    ]
  }

  /// A softmax that a loss for quantities is taken of.
  @Sendable static func softmaxWithRegression(_ subject: LintSubject) -> [TrainingWarning] {
    guard subject.lastActivation == "softmax" else { return [] }
    let isBinary = subject.loss.kind == BinaryCrossentropy.schema.kind
    guard subject.isRegression || isBinary else { return [] }
    let oneHot = "categorical_crossentropy"
    return [
      TrainingWarning(
        path: "training.loss",
        reason: isBinary
          ? "binary_crossentropy takes each prediction for a probability of its own, but those of a "
            + "softmax add up to 1"
          : "the gradient of \(subject.loss.kind) through a softmax vanishes where the prediction is "
            + "surely wrong",
        mending: isBinary
          ? "use \(oneHot), or the activation sigmoid where a sample may have several classes"
          : "use \(oneHot)")
    ]
  }

  /// Losses and metrics of probabilities on predictions that are none.
  @Sendable static func valuesThatAreNoProbabilities(_ subject: LintSubject) -> [TrainingWarning] {
    guard let activation = subject.lastActivation,
      activation != Activations.softmax.kind, !Activations.isSigmoid(activation)
    else { return [] }
    var warnings: [TrainingWarning] = []
    let losses = [BinaryCrossentropy.schema.kind, KullbackLeiblerDivergence.schema.kind]
    for (path, used) in subject.objectives {
      let isBinary = used.kind == losses[0]
      let takesLogits = used.arguments["from_logits"] == .boolean(true)
      if losses.contains(used.kind), !takesLogits {
        warnings.append(
          TrainingWarning(
            path: path,
            reason: "\(used.kind) takes probabilities, but the model ends with \(activation): what "
              + "is beyond 0 and 1 is clipped and has no gradient",
            mending: isBinary
              ? "give the last layer the activation sigmoid, or set from_logits: true"
              : "give the last layer the activation softmax"))
      }
    }
    for (number, metric) in subject.variant.metrics.enumerated() {
      let names = ["threshold", "thresholds"]
      guard ["binary_accuracy", "precision", "recall"].contains(metric.kind),
        let name = names.first(where: { metric.arguments[$0] != nil }),
        metric.number(name) > 0, subject.loss.arguments["from_logits"] == .boolean(true)
      else { continue }
      warnings.append(
        TrainingWarning(
          path: "metrics[\(number)]",
          reason: "the model predicts logits, of which \(metric.number(name)) is no even chance",
          mending: "set \(name): 0"))
    }
    return warnings
  }

  /// A cross-entropy of a hard sigmoid, which is surely right or wrong too soon.
  @Sendable static func hardProbabilities(_ subject: LintSubject) -> [TrainingWarning] {
    guard let activation = subject.lastActivation, Activations.isSigmoid(activation),
      activation != FusedActivation.sigmoid.rawValue,
      subject.loss.kind == BinaryCrossentropy.schema.kind
    else { return [] }
    let takesLogits = subject.loss.arguments["from_logits"] == .boolean(true)
    return [
      TrainingWarning(
        path: subject.lastActivationPath,
        reason: takesLogits
          ? "from_logits says that the model predicts logits, but it ends with \(activation)"
          : "\(activation) is 0 or 1 beyond its slope and has no gradient there, however wrong the "
            + "prediction is",
        mending: takesLogits ? "take one of the two out" : "use sigmoid")
    ]
  }

  /// A dropout that nothing follows.
  @Sendable static func dropoutOfPredictions(_ subject: LintSubject) -> [TrainingWarning] {
    let last = subject.variant.layers.count - 1
    let layer = subject.variant.layers[last]
    guard layer.kind == DropoutLayer.schema.kind, layer.number("rate") > 0 else { return [] }
    return [
      TrainingWarning(
        path: "model[\(last)].\(layer.kind)",
        reason: "the last layer is a dropout: in training the predictions themselves are set to 0",
        mending: "put it before the last layer with units")
    ]
  }
}

extension LintSubject {
  /// The loss and the metrics with their paths.
  var objectives: [(path: String, configuration: Configuration)] {
    [("training.loss", loss)]
      + variant.metrics.enumerated().filter { $1 != loss }.map { ("metrics[\($0)]", $1) }
  }
}
