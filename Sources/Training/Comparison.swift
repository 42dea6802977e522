import SweepModel

/// What a model predicts, and what a loss or a metric compares that with.
struct Comparison {
  /// The shape of one sample's prediction.
  let predictionShape: [Int]
  /// Whether the predictions are the logits of a softmax, which is left to the loss.
  let isSoftmax: Bool
  /// The positions of a sequence, of which a mask may leave out some; nil where nothing is masked.
  let maskedPositions: Int?
  let data: TrainingData

  /// The shape of one sample's target.
  var targetShape: [Int] { data.targetShape }
}

extension Comparison {
  /// Takes the softmax off the last layer where the loss computes it with its own operation, to the
  /// bit and without dividing twice; any other softmax stays with its layer.
  static func takingSoftmax(
    of layers: [Configuration], loss: Configuration
  ) -> (layers: [Configuration], isSoftmax: Bool) {
    let kind = TrainingVocabulary.losses.kind(of: loss) { $0.schema }
    guard kind.includesSoftmax, let last = layers.last,
      case .configuration(Activations.softmax)? = last.arguments["activation"],
      TrainingVocabulary.layers.kind(of: last, schema: { $0.schema }).endsWithItsActivation
    else { return (layers, false) }
    let linear = ArgumentValue.configuration(Configuration(kind: "linear"))
    let logits = Configuration(
      kind: last.kind, arguments: last.arguments.merging(["activation": linear]) { $1 })
    return (layers.dropLast() + [logits], true)
  }
}
