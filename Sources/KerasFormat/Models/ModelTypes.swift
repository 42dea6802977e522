import SweepModel

/// What was read of a model of Keras.
package struct ImportedModel: Sendable {
  /// The layers and how they were compiled.
  package var architecture: KerasArchitecture
  /// The variables that the file filled, in model order.
  package var variables: [VariableValues] = []
  /// The paths of the variables that keep their first values, in model order.
  package var unfilled: [String] = []
  /// What the optimizer kept; nil where the file has nothing of it, or nothing that can be read.
  package var optimizerState: OptimizerState?
  /// What a user should know: conversions, values that are not finite, what was left out.
  package var notes: [String] = []

  /// The layers from input to output.
  package var layers: [Configuration] { architecture.layers }
  /// The shape of a sample, where it is known.
  package var inputShape: [Int]? { architecture.inputShape }
  /// The paths of the layers that are not trained.
  package var frozen: Set<String> { architecture.frozen }
  /// The loss, if the model was compiled with one that SeedSweep has.
  package var loss: Configuration? { architecture.compilation?.loss }
  /// The metrics.
  package var metrics: [Configuration] { architecture.compilation?.metrics ?? [] }
  /// The optimizer.
  package var optimizer: Configuration? { architecture.compilation?.optimizer }
  /// Who wrote the file, such as "Keras 3.15.1"; nil where nothing tells.
  package var writer: String? { architecture.writer.description }

  init(_ architecture: KerasArchitecture) {
    self.architecture = architecture
    notes = architecture.notes
  }
}

/// What an optimizer keeps from step to step.
package struct OptimizerState: Hashable, Sendable {
  /// Steps that were taken.
  package var iterations: Int64
  /// The learning rate, where it is no schedule.
  package var learningRate: Float?
  /// The slots in the order of Training's optimizer, each for every trainable variable in model order.
  package var slots: [[VariableValues]]
  /// Nadam's product of momenta.
  package var momentumProduct: Float?

  /// A state.
  package init(
    iterations: Int64, learningRate: Float? = nil, slots: [[VariableValues]] = [],
    momentumProduct: Float? = nil
  ) {
    self.iterations = iterations
    self.learningRate = learningRate
    self.slots = slots
    self.momentumProduct = momentumProduct
  }
}

/// A model to be written for Keras.
package struct ExportedModel: Sendable {
  /// The layers from input to output.
  package var layers: [Configuration]
  /// The shape of a sample.
  package var inputShape: [Int]
  /// The variables, all of them, in model order.
  package var variables: [VariableValues] = []
  /// The paths of the layers that are not trained.
  package var frozen: Set<String> = []
  /// The loss; without one the model is not compiled.
  package var loss: Configuration?
  /// The metrics.
  package var metrics: [Configuration] = []
  /// The optimizer.
  package var optimizer: Configuration?
  /// What the optimizer keeps; without one Keras starts it anew.
  package var optimizerState: OptimizerState?

  /// A model that is not compiled and has no variables yet.
  package init(layers: [Configuration], inputShape: [Int]) {
    self.layers = layers
    self.inputShape = inputShape
  }

  /// What was read, to be written again; nil where the shape of a sample is open.
  ///
  /// - Precondition: all variables were filled.
  package init?(_ model: ImportedModel) {
    guard let inputShape = model.inputShape else { return nil }
    self.init(layers: model.layers, inputShape: inputShape)
    variables = model.variables
    frozen = model.frozen
    loss = model.loss
    metrics = model.metrics
    optimizer = model.optimizer
    optimizerState = model.optimizerState
  }
}
