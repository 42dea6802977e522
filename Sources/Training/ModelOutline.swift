import SweepModel

/// What the layers of a model make of samples of a shape: paths, shapes and variables, before there are
/// data, a loss or an optimizer.
package struct ModelOutline: Sendable {
  /// One layer.
  package struct LayerOutline: Sendable {
    /// The layer's path, which those of its variables begin with.
    package let path: String
    /// The shape of a sample of its output.
    package let outputShape: [Int]
    /// Its variables, the trainable ones first.
    package let variables: [PlannedVariable]
  }

  /// The layers, from input to output.
  package let layers: [LayerOutline]

  /// The variables of all layers.
  package var variables: [PlannedVariable] { layers.flatMap(\.variables) }

  /// The shape of a sample of the output.
  package var outputShape: [Int] { layers[layers.count - 1].outputShape }

  /// Resolves the layers.
  ///
  /// - Throws: ``TrainingError`` for the first that does not fit.
  package init(layers: [Configuration], inputShape: [Int]) throws(TrainingError) {
    guard (1...Limits.layers).contains(layers.count) else {
      throw TrainingError(
        path: "model", message: "\(layers.count) layers, but there can be 1 to \(Limits.layers)")
    }
    for (position, layer) in layers.enumerated() {
      do {
        try TrainingVocabulary.vocabulary.check(layer, family: .layer, path: "model[\(position)]")
      } catch {
        throw TrainingError(error)
      }
    }
    let planned = try PlannedLayer.resolve(layers, inputShape: inputShape)
    try PlanChecks.checkInstances(layers: planned)
    self.layers = planned.map {
      LayerOutline(path: $0.path, outputShape: $0.layer.outputShape, variables: $0.variables)
    }
  }
}
