import Kernels
import SweepModel
import Testing
import Training

@testable import Checkpoints

/// A probe comes out of a file, which may hold anything.
@Suite struct ProbeTests {
  /// A model whose inputs are the places of a table's rows.
  private func predictor() throws -> Predictor {
    let variant = ResolvedVariant(
      data: Configuration(kind: "test"), dataDigest: DataDigest(hashing: "d".utf8),
      layers: [
        Configuration(
          kind: "embedding",
          arguments: [
            "input_dim": .integer(4), "output_dim": .integer(2), "mask_zero": .boolean(false),
            "embeddings_initializer": .configuration(Configuration(kind: "zeros")),
          ]),
        Configuration(kind: "flatten"),
      ],
      training: TrainingSettings(
        loss: Configuration(kind: "mean_squared_error"),
        optimizer: Configuration(
          kind: "sgd",
          arguments: [
            "learning_rate": .number(0.01), "momentum": .number(0), "nesterov": .boolean(false),
          ]), epochs: 1, batchSize: .all, shuffle: false), metrics: [])
    let model = try Model(variant: variant, inputShape: [3])
    return try Predictor(model: model, kernels: try KernelSet.selected) { _, values in
      for place in values.indices { values[place] = Float(place) }
    }
  }

  private func complaint(_ inputs: [Float], _ outputs: [Float]) throws -> String? {
    do {
      try predictor().verify(Probe(inputs: inputs, outputs: outputs), of: "m")
      return nil
    } catch let error as CheckpointError {
      return error.message
    }
  }

  @Test func itsOwnPredictionsAreThere() throws {
    #expect(try complaint([0, 1, 3], [0, 1, 2, 3, 6, 7]) == nil)
    #expect(
      try complaint([0, 1, 3], [0, 1, 2, 3, 6, 8])?.contains("value 6 of the probe") == true)
    #expect(try complaint([0, 1, 3], [0])?.contains("no predictions") == true)
  }

  @Test(arguments: [1e9, -5, 4, 0.5, .nan, .infinity, -1e30] as [Float])
  func inputsThatTheModelCannotTakeAreNotPredicted(_ value: Float) throws {
    #expect(try complaint([0, value, 0], [0, 0, 0, 0, 0, 0])?.contains("cannot take") == true)
  }

  @Test(arguments: [[], [1], [1, 2, 3, 1]] as [[Float]])
  func partsOfSamplesAreNoProbe(_ inputs: [Float]) throws {
    #expect(try complaint(inputs, [0])?.contains("no samples") == true)
  }
}
