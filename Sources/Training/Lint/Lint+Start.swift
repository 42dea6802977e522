import SweepModel

/// Rules about what training begins with.
extension Lint {
  /// Given weights, no shuffle and no dropout: then nothing is drawn, and repeats show nothing.
  @Sendable static func equalTrials(_ subject: LintSubject) -> [TrainingWarning] {
    let variant = subject.variant
    // Custom components may draw what they like.
    guard !subject.drawsValues, !variant.training.shuffle, variant.components.isEmpty,
      !variant.layers.contains(where: { $0.kind == DropoutLayer.schema.kind })
    else { return [] }
    return [
      TrainingWarning(
        path: "initial_weights",
        reason:
          "all weights are given and nothing is shuffled or dropped, so that all trials are identical",
        mending: "set training.shuffle: true, or run one trial")
    ]
  }

  /// A model of which nothing is trained.
  @Sendable static func nothingToTrain(_ subject: LintSubject) -> [TrainingWarning] {
    guard !subject.trainsValues else { return [] }
    return [
      TrainingWarning(
        path: "model", reason: "no variable is trained, so that training changes nothing",
        mending: "leave `trainable: false` out of one layer")
    ]
  }
}
