import Kernels
import SweepModel
import Testing

@testable import Training

/// What Keras itself makes of the same optimizers and callbacks (see KerasTraining.swift).
enum KerasTraining {
  /// The weights of a dense layer after 1 and after 50 steps.
  struct Trajectory: Sendable, CustomTestStringConvertible {
    let optimizer: Configuration
    let first: [Float]
    let last: [Float]

    init(_ optimizer: Configuration, first: [Float], last: [Float]) {
      self.optimizer = optimizer
      self.first = first
      self.last = last
    }

    var testDescription: String { optimizer.json.canonicalText }
  }

  /// What a callback does with a history of `val_loss`.
  struct Watched: Sendable, CustomTestStringConvertible {
    let callback: Configuration
    let history: Int
    let epochs: Int
    /// The epoch whose weights the model has in the end.
    let weightsOfEpoch: Int
    /// The learning rate after each epoch; it begins as 0.05.
    let rates: [Double]

    init(
      _ callback: Configuration, history: Int, epochs: Int, weightsOfEpoch: Int, rates: [Double]
    ) {
      self.callback = callback
      self.history = history
      self.epochs = epochs
      self.weightsOfEpoch = weightsOfEpoch
      self.rates = rates
    }

    var testDescription: String { "\(callback.json.canonicalText), history \(history)" }
  }

  /// A configuration with its defaults, whole numbers being what their argument takes.
  static func configuration(
    _ kind: String, _ given: [String: ArgumentValue] = [:]
  ) -> Configuration {
    let vocabulary = TrainingVocabulary.vocabulary
    let families: [ConfigurationFamily] = [.optimizer, .schedule, .callback, .regularizer]
    guard let schema = families.lazy.compactMap({ vocabulary.schema($0, kind: kind) }).first else {
      preconditionFailure("no \(kind)")
    }
    var arguments = given
    for parameter in schema.parameters where given[parameter.name] == nil {
      arguments[parameter.name] = parameter.defaultValue
    }
    return Configuration(kind: kind, arguments: arguments)
  }
}

@Suite struct KerasTrainingTests {
  @Test(arguments: KerasTraining.optimizers)
  func optimizersGoWhereKerasGoes(_ trajectory: KerasTraining.Trajectory) throws {
    let ends: [(epochs: Int, weights: [Float], tolerance: Float)] = [
      (1, trajectory.first, 1e-5), (50, trajectory.last, 3e-5),
    ]
    for (epochs, expected, tolerance) in ends {
      let sketch = VariantSketch(
        layers: [dense(2, kernelInitializer: "ones")],
        data: unevenData(samples: 9, inputs: 3, targets: 2), optimizer: trajectory.optimizer,
        epochs: epochs)
      let trainer = Trainer(plan: try sketch.plan(), kernels: try .selected, lanes: 1)
      _ = trainer.train([firstTrial], keepsHistory: false)
      let weights = trainer.variableValues(lane: 0).flatMap { $0 }
      for (weight, other) in zip(weights, expected) {
        #expect(abs(weight - other) < tolerance, "after \(epochs) steps: \(weight), Keras \(other)")
      }
    }
  }

  @Test(arguments: KerasTraining.stopping + KerasTraining.plateaus)
  func callbacksDoWhatKerasDoes(_ watched: KerasTraining.Watched) throws {
    let kind = TrainingVocabulary.callbacks.kind(of: watched.callback) { $0.schema }
    var callback = try kind.init(
      watched.callback,
      training: WatchedTraining(columns: ["loss", "val_loss"], hasConstantRate: true))
    var (rate, rates) = (0.05, [Double]())
    var kept: Int?
    for (epoch, value) in KerasTraining.histories[watched.history].enumerated() {
      let actions = [.nan, value].withUnsafeBufferPointer { row in
        callback.epochEnded(epoch, row: HistoryRow(values: row.baseAddress!), rate: rate)
      }
      rate = actions.rate ?? rate
      rates.append(rate)
      if actions.keepsWeights { kept = epoch }
      if actions.stops { break }
    }
    #expect(rates.count == watched.epochs)
    #expect(rates == watched.rates)
    #expect(kept ?? rates.count - 1 == watched.weightsOfEpoch)
  }

  /// The identity of a variant is its canonical text: what is not used is not in it.
  @Test func newArgumentsLeaveVariantsAsTheyWere() {
    let texts = ["sgd", "adam", "rmsprop"].map {
      KerasTraining.configuration($0).json.canonicalText
    }
    #expect(
      texts == [
        #"{"sgd":{"learning_rate":0.01,"momentum":0,"nesterov":false}}"#,
        #"{"adam":{"beta_1":0.9,"beta_2":0.999,"epsilon":1e-7,"learning_rate":0.001}}"#,
        #"{"rmsprop":{"epsilon":1e-7,"learning_rate":0.001,"rho":0.9}}"#,
      ])
    #expect(
      DenseLayer.schema.parameters.filter { $0.defaultValue == nil }.map(\.name).sorted()
        == ["bias_regularizer", "kernel_regularizer", "name", "units"])
  }
}
