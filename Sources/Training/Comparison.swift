import SweepModel

/// What a model predicts, and what a loss or a metric compares that with.
struct Comparison {
  /// The shape of one sample's prediction.
  let predictionShape: [Int]
  /// The activation of the last layer that is left to the loss; the predictions are its argument.
  let fused: FusedActivation?
  /// The kind of the activation that ends the model, the one that is left to the loss too; nil where
  /// the last layer does not end with one.
  let lastActivation: String?
  /// The positions of a sequence, of which a mask may leave out some; nil where nothing is masked.
  let maskedPositions: Int?
  let data: TrainingData

  /// The shape of one sample's target.
  var targetShape: [Int] { data.targetShape }

  /// Whether the predictions are the logits of a softmax, which is left to the loss.
  var isSoftmax: Bool { fused == .softmax }

  /// Whether the model ends with a softmax over several classes.
  var endsWithSoftmax: Bool { lastActivation == Activations.softmax.kind }
}

/// An activation that a loss can compute with its own operation.
enum FusedActivation: String, Sendable {
  case softmax
  case sigmoid
}

extension Comparison {
  /// The kind of the activation that ends a model.
  static func lastActivation(
    of layers: [Configuration], _ registry: ComponentRegistry = .builtIn
  ) -> String? {
    guard let last = layers.last,
      case .configuration(let activation)? = last.arguments["activation"],
      registry.layers.kind(of: last, schema: { $0.schema }).endsWithItsActivation
    else { return nil }
    return activation.kind
  }

  /// Takes the activation off the last layer where the loss computes it with its own operation, which
  /// neither divides twice nor rounds what is nearly 1; any other activation stays with its layer.
  static func takingActivation(
    of layers: [Configuration], loss: Configuration, _ registry: ComponentRegistry = .builtIn
  ) -> (layers: [Configuration], fused: FusedActivation?) {
    let kind = registry.losses.kind(of: loss) { $0.schema }
    guard let fused = kind.fusedActivation, let last = layers.last,
      lastActivation(of: layers, registry) == fused.rawValue
    else { return (layers, nil) }
    let linear = ArgumentValue.configuration(Configuration(kind: "linear"))
    let logits = Configuration(
      kind: last.kind, arguments: last.arguments.merging(["activation": linear]) { $1 })
    return (layers.dropLast() + [logits], fused)
  }
}
