import Kernels
import SweepModel
import Testing
import Training

/// Embeddings, recurrent layers, normalizations and their masks.
@Suite struct SequenceTests {
  /// Weights and metrics after some steps.
  private func trained(
    _ layers: [Configuration], _ data: TrainingData, kernels: KernelSet? = nil
  ) throws -> [[UInt32]] {
    let sketch = VariantSketch(
      layers: layers, data: data, optimizer: adam(rate: 0.01), epochs: 2, batchSize: .samples(4))
    let trainer = Trainer(plan: try sketch.plan(), kernels: try kernels ?? .selected, lanes: 1)
    _ = trainer.train([firstTrial], keepsHistory: false)
    return trainer.variableValues(lane: 0).map { $0.map(\.bitPattern) }
  }

  static let lastOfSequences: [Configuration] = [
    recurrent("lstm", 5), recurrent("gru", 5), recurrent("lstm", 5, backwards: true),
    bidirectional(recurrent("lstm", 3)), bidirectional(recurrent("gru", 3), "ave"),
    recurrent("gru", 5, resetAfter: false), recurrent("lstm", 5, gates: "hard_sigmoid_keras2"),
    bidirectional(recurrent("gru", 3, gates: "hard_sigmoid", resetAfter: false)),
  ]

  @Test(arguments: lastOfSequences) func paddingChangesNoBit(_ layer: Configuration) throws {
    let results = try [7, 10, 20].map { length in
      try trained(
        [embedding(9, 4, masks: true), recurrent("gru", 4, sequences: true), layer, dense(2)],
        sentences(9, length: length, words: 9, longest: 7, targets: 2))
    }
    #expect(results[1] == results[0])
    #expect(results[2] == results[0])
    // Without the mask it does.
    let unmasked = try [7, 10].map { length in
      try trained(
        [embedding(9, 4), layer, dense(2)],
        sentences(9, length: length, words: 9, longest: 7, targets: 2))
    }
    #expect(unmasked[1] != unmasked[0])
  }

  @Test func aBatchWithoutWordsTrainsNothingBeforeTheLastLayer() throws {
    let data = TrainingData(
      sampleCount: 4, inputShape: [3], targetShape: [1],
      inputs: Array(repeating: 0, count: 12), targets: [1, 2, 3, 4])
    let layers = [
      embedding(5, 4, masks: true), bidirectional(recurrent("lstm", 3, sequences: true)),
      normalization("batch_normalization"), recurrent("gru", 3, sequences: true),
      recurrent("gru", 3, resetAfter: false), dense(1),
    ]
    let sketch = VariantSketch(layers: layers, data: data, optimizer: sgd(rate: 0.1), epochs: 1)
    for kernels in KernelSet.available {
      for lanes in [1, 3] {
        let trainer = Trainer(plan: try sketch.plan(), kernels: kernels, lanes: lanes)
        let trials = Array(repeating: firstTrial, count: lanes)
        _ = try #require(trainer.train(trials, keepsHistory: false))
        let values = trainer.variableValues(lane: lanes - 1)
        // The state stays 0, so that the last layer's kernel has no gradient, and its bias has one.
        #expect(values[values.count - 1][0] > 0.1)
        let isFinite = values.joined().allSatisfy { $0.isFinite }
        #expect(isFinite)
      }
    }
  }

  static let problems: [(layers: [Configuration], message: String)] = [
    ([embedding(4, 3), dense(1)], "sample 1 has the value 4.0"),
    ([dense(4), embedding(9, 3), dense(1)], "it can only stand first"),
    ([recurrent("lstm", 3), dense(1)], "sequences of vectors"),
    ([embedding(9, 3), recurrent("lstm", 3, activation: "relu"), dense(1)], "activation"),
    ([embedding(9, 3), recurrent("gru", 3, gates: "tanh"), dense(1)], "recurrent_activation"),
    (
      [embedding(9, 3), recurrent("gru", 3, gates: "relu"), dense(1)],
      "by sigmoid, hard_sigmoid, hard_sigmoid_keras2, not by relu"
    ),
    ([embedding(9, 3), bidirectional(dense(3)), dense(1)], "takes lstm or gru, not dense"),
    ([embedding(9, 3), normalization("batch_normalization", axis: 1), dense(1)], "axis"),
    (
      [embedding(9, 3), bidirectional(recurrent("lstm", 3, activation: "relu")), dense(1)],
      "layer.lstm.activation"
    ),
  ]

  @Test(arguments: problems.indices) func whatCannotBeTrainedIsNamed(_ number: Int) throws {
    let (layers, message) = Self.problems[number]
    let data = TrainingData(
      sampleCount: 2, inputShape: [2], targetShape: [1], inputs: [1, 3, 4, 2], targets: [0, 1])
    let error = #expect(throws: TrainingError.self) {
      _ = try VariantSketch(layers: layers, data: data).plan()
    }
    #expect(error.map { "\($0)".contains(message) } == true, "\(error.map { "\($0)" } ?? "")")
  }

  @Test(arguments: [Float.nan, .infinity, -1, 0.5, 1e30]) func whatIsNoNumberOfAWordIsRefused(
    _ value: Float
  ) {
    let data = TrainingData(
      sampleCount: 1, inputShape: [2], targetShape: [1], inputs: [1, value], targets: [0])
    #expect(throws: TrainingError.self) {
      _ = try VariantSketch(
        layers: [embedding(4, 3), recurrent("lstm", 2), dense(1)], data: data
      ).plan()
    }
  }

  @Test func variablesHaveKerasPaths() throws {
    let data = sentences(3, length: 4, words: 5, targets: 1)
    let plan = try VariantSketch(
      layers: [
        embedding(5, 3), bidirectional(recurrent("lstm", 2, sequences: true)),
        normalization("batch_normalization"), recurrent("gru", 2), dense(1),
      ], data: data
    ).plan()
    #expect(
      plan.variables.map(\.path) == [
        "embedding/embeddings", "bidirectional/forward_lstm/lstm_cell/kernel",
        "bidirectional/forward_lstm/lstm_cell/recurrent_kernel",
        "bidirectional/forward_lstm/lstm_cell/bias",
        "bidirectional/backward_lstm/lstm_cell/kernel",
        "bidirectional/backward_lstm/lstm_cell/recurrent_kernel",
        "bidirectional/backward_lstm/lstm_cell/bias", "batch_normalization/gamma",
        "batch_normalization/beta", "batch_normalization/moving_mean",
        "batch_normalization/moving_variance", "gru/gru_cell/kernel",
        "gru/gru_cell/recurrent_kernel", "gru/gru_cell/bias", "dense/kernel", "dense/bias",
      ])
    #expect(plan.variables.map(\.isTrainable).filter { !$0 }.count == 2)
    #expect(plan.variables[3].shape == [8])
    #expect(plan.variables[13].shape == [2, 6])
    let resetBefore = try VariantSketch(
      layers: [embedding(5, 3), recurrent("gru", 2, resetAfter: false), dense(1)], data: data
    ).plan()
    #expect(resetBefore.variables[3].path == "gru/gru_cell/bias")
    #expect(resetBefore.variables[3].shape == [6])
  }
}
