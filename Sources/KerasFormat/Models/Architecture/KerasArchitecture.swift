import SweepModel
import Training

/// A model of Keras in SeedSweep's terms, without its variables.
package struct KerasArchitecture: Sendable {
  /// The layers from input to output; those of models within the model stand in their places.
  package internal(set) var layers: [Configuration]
  /// The path of each layer, which its variables' paths begin with.
  package internal(set) var paths: [String]
  /// The lengths of a sample's axes; nil for those of any length, and where nothing is said of them.
  package internal(set) var inputAxes: [Int?]?
  /// The paths of the layers that are not trained.
  package var frozen: Set<String> = []
  /// How it was compiled, if it was. An optimizer's state is read where it has that optimizer.
  package var compilation: KerasCompilation?
  /// What Keras does while it trains the model, and SeedSweep does not, such as dropout within an LSTM:
  /// predictions are the same. Whoever trains the model should refuse it; ``notes`` say so too.
  package internal(set) var trainingDifferences: [String] = []
  /// What a reader of the result should know.
  package internal(set) var notes: [String] = []
  /// Who wrote it.
  package internal(set) var writer: KerasWriter
  var tree: LayerTree

  /// The shape of a sample, where all of it is known.
  package var inputShape: [Int]? {
    guard let inputAxes, !inputAxes.contains(nil) else { return nil }
    return inputAxes.compactMap(\.self)
  }

  /// The shape to plan the variables with: no variable's shape depends on the axes of any length.
  var planningShape: [Int]? { inputAxes?.map { $0 ?? Self.someLength } }

  /// A length that windows fit into.
  private static let someLength = 512

  /// The architecture of a model that a specification describes.
  ///
  /// - Throws: ``TrainingError`` where the layers do not fit together.
  package init(layers: [Configuration], inputShape: [Int]) throws(TrainingError) {
    let outline = try ModelOutline(layers: layers, inputShape: inputShape)
    self.layers = layers
    paths = outline.layers.map(\.path)
    frozen = Set(
      zip(layers, paths).filter { $0.0.arguments["trainable"] == .boolean(false) }.map(\.1))
    inputAxes = inputShape
    writer = KerasWriter(version: nil)
    tree = LayerTree(of: layers, paths: paths)
  }

  init(
    layers: [Configuration], paths: [String], inputAxes: [Int?]?, tree: LayerTree,
    writer: KerasWriter
  ) {
    self.layers = layers
    self.paths = paths
    self.inputAxes = inputAxes
    self.tree = tree
    self.writer = writer
  }

  /// The same for samples of another shape, such as that of the data.
  package func taking(inputShape: [Int]) -> KerasArchitecture {
    var other = self
    other.inputAxes = inputShape
    return other
  }
}

/// How a model was compiled, as far as SeedSweep has it.
package struct KerasCompilation: Sendable {
  /// The loss.
  package var loss: Configuration?
  /// The metrics.
  package var metrics: [Configuration] = []
  /// The optimizer.
  package var optimizer: Configuration?
  /// Keras's name of the optimizer's class.
  var optimizerClass: String?

  /// A compilation.
  package init(
    loss: Configuration? = nil, metrics: [Configuration] = [], optimizer: Configuration? = nil
  ) {
    self.loss = loss
    self.metrics = metrics
    self.optimizer = optimizer
  }
}
