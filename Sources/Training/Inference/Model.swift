import SweepModel

/// The layers of a trained model, without anything that only training needs.
public struct Model: Sendable {
  /// The shape of one sample's input.
  public let inputShape: [Int]
  /// The shape of one sample's prediction.
  public let outputShape: [Int]
  /// The variables in model order.
  public let variables: [PlannedVariable]

  let layers: [PlannedLayer]
  /// The activation that the loss takes over in training, and that predictions need.
  let fused: FusedActivation?

  /// The model of a variant whose samples have `inputShape`.
  ///
  /// - Parameter registry: The components that the program has.
  /// - Throws: ``TrainingError`` where the layers do not fit.
  public init(
    variant: ResolvedVariant, inputShape: [Int], registry: ComponentRegistry = .builtIn
  ) throws(TrainingError) {
    // It may come from a file that somebody made to do harm.
    try PlanChecks.checkModel(of: variant, registry)
    guard (1...Limits.axes).contains(inputShape.count), inputShape.allSatisfy({ $0 > 0 }),
      CheckedCount(shape: inputShape) <= CheckedCount(Limits.dataValues)
    else { throw TrainingError(path: "", message: "no sample has the shape \(inputShape)") }
    let configurations: [Configuration]
    (configurations, fused) = Comparison.takingActivation(
      of: variant.layers, loss: variant.training.loss, registry)
    layers = try PlannedLayer.resolve(configurations, inputShape: inputShape, registry)
    try PlanChecks.checkInstances(layers: layers)
    self.inputShape = inputShape
    outputShape = layers[layers.count - 1].layer.outputShape
    variables = layers.flatMap(\.variables)
    guard InferenceMemory.byteCount(of: layers) <= CheckedCount(Limits.arenaBytes) else {
      throw TrainingError(
        path: "model", message: "it needs more than \(Limits.arenaBytes >> 30) GiB of memory")
    }
  }

  /// The values of all variables.
  public var parameterCount: Int { variables.reduce(0) { $0 + $1.count } }
}

extension Model {
  /// Checks that the model can take these inputs.
  ///
  /// - Throws: ``TrainingError`` for the first that it cannot, as an embedding of another vocabulary.
  public func check(_ inputs: [Float]) throws(TrainingError) {
    do throws(ComponentError) { try layers[0].layer.check(inputs) } catch {
      throw TrainingError(error, place: "model[0]")
    }
  }
}
