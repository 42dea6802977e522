import Datasets
import SweepModel
import Testing
import Training

@testable import SweepRuntime

/// What training begins with, out of files of other programs: which values go where, and what is said of them.
@Suite struct StartReaderTests {
  private static let layers = "[dense: {units: 2, name: a}, dense: {units: 2, name: b}]"

  /// Different values for each variable of the layers.
  private static func weights(_ layers: [String] = ["a", "b"]) -> [TensorFile.Tensor] {
    layers.flatMap { layer -> [TensorFile.Tensor] in
      let first: Float = layer == "a" ? 1 : 11
      return [
        .init("\(layer)/kernel", [2, 2], [first, first + 1, first + 2, first + 3]),
        .init("\(layer)/bias", [2], [first + 4, first + 5]),
      ]
    }
  }

  private func prepared(
    _ rest: String, layers: String = layers, _ files: [String: [UInt8]]
  ) throws -> PreparedSweep {
    let text = """
      name: start
      master_seed: 1
      trials: 2
      data: {kind: blobs, samples: 12, classes: 2}
      model: \(layers)
      training: {loss: mean_squared_error, optimizer: sgd, epochs: 1}
      \(rest)
      """.replacingOccurrences(of: "mean_squared_error", with: "sparse_categorical_crossentropy")
      .replacingOccurrences(of: "name: b}", with: "name: b, activation: softmax}")
    return try PreparedSweep(
      text: Array(text.utf8), file: "start.yaml", files: DataFiles(inMemory: files))
  }

  private func reading(
    _ rest: String, layers: String = layers, _ tensors: [TensorFile.Tensor]
  ) throws -> StartReader.Reading {
    let files = ["w.safetensors": TensorFile.bytes(tensors)]
    let variant = try prepared(rest, layers: layers, files).sweep.variants[0].variant
    let loader = VariantLoader(files: DataFiles(inMemory: files), registry: .builtIn)
    return try #require(try loader.start(of: variant, inputShape: [2]))
  }

  private func complaint(
    _ rest: String, layers: String = layers, _ tensors: [TensorFile.Tensor]
  ) -> String {
    do {
      _ = try prepared(rest, layers: layers, ["w.safetensors": TensorFile.bytes(tensors)])
      return "none"
    } catch { return "\(error)" }
  }

  // MARK: Weights

  /// The order of a file's tensors does not matter where they have names.
  @Test(arguments: ["order", "name"]) func variablesAreFoundByTheirNames(match: String) throws {
    let rest = "initial_weights: {path: w.safetensors, match: \(match)}"
    for tensors in [Self.weights(), Self.weights(["b", "a"]), Self.weights().reversed()] {
      let reading = try reading(rest, tensors)
      #expect(reading.state.values == Self.weights().map(\.values))
      #expect(reading.notes.isEmpty && reading.state.optimizer == nil)
    }
  }

  @Test func whatTheSeedDrawsIsSaid() throws {
    let rest = "initial_weights: {path: w.safetensors, match: name}"
    let found = try reading(rest, Self.weights(["b", "c"]))
    #expect(found.state.values == [nil, nil] + Self.weights(["b"]).map(\.values))
    #expect(found.notes == ["the seed draws what the file does not have: a/kernel, a/bias"])
    #expect(
      complaint("initial_weights: w.safetensors", Self.weights(["b", "c"]))
        .contains("the file has no a/kernel"))
    #expect(
      complaint("initial_weights: w.safetensors", Self.weights(["a", "b", "c"]))
        .contains("the model has no c/kernel"))
  }

  @Test func valuesThatAreNotFiniteAreSaid() throws {
    var tensors = Self.weights()
    tensors[1].values[0] = .infinity
    tensors[2].values[3] = .nan
    let found = try reading("initial_weights: w.safetensors", tensors)
    #expect(found.notes == ["values that are not finite are in a/bias, b/kernel"])
  }

  /// Two variants that begin with different files, or with different shares of one, do not get each other's.
  @Test func variantsDoNotShareWhatDiffers() throws {
    let sweep = try prepared(
      """
      initial_weights: w.safetensors
      variants:
        other: {initial_weights: v.safetensors}
        half: {masks: {path: w.safetensors, keep: 0.5}}
        quarter: {masks: {path: w.safetensors, keep: 0.25}}
        again: {training.epochs: 2}
      """,
      [
        "w.safetensors": TensorFile.bytes(Self.weights()),
        "v.safetensors": TensorFile.bytes(
          Self.weights().map { .init($0.path, $0.shape, $0.values.map { -$0 }) }),
      ]
    ).sweep
    let digests = sweep.variants.map(\.variant.sources.startDigest)
    #expect(digests.count == 5 && Set(digests).count == 4 && !digests.contains(nil))
    #expect(digests[0] == digests[4])
  }

  // MARK: Masks

  /// Of four values of equal magnitude the first are kept, and shares are rounded.
  @Test(
    arguments: [
      (0.5, [1, -1, 1, 1] as [Float], [2, 3]), (0.25, [1, 1, -1, 1], [1, 2, 3]),
      (0.65, [1, 1, 1, 1], [3]), (0.6, [4, -3, 2, 1], [2, 3]), (0.5, [-4, 1, 2, -3], [1, 2]),
      (1, [0, 0, 0, 0], []), (0, [4, 3, 2, 1], [0, 1, 2, 3]),
    ] as [(Double, [Float], [Int])])
  func theLargestMagnitudesAreKept(keep: Double, values: [Float], pruned: [Int]) throws {
    var tensors = Self.weights()
    tensors[0].values = values
    let found = try reading("masks: {path: w.safetensors, keep: \(keep)}", tensors)
    #expect(found.state.pruned[0] == pruned)
    #expect(found.state.pruned[1].isEmpty && found.state.pruned[3].isEmpty, "biases are kept")
    #expect(found.state.values == [nil, nil, nil, nil])
  }

  @Test func zerosOfAMaskArePruned() throws {
    let masks: [TensorFile.Tensor] = [
      .init("b/kernel", [2, 2], [1, 0, 0, 1]), .init("a/bias", [2], [0, 1]),
    ]
    let found = try reading("masks: w.safetensors", masks)
    #expect(found.state.pruned == [[], [0], [1, 2], []])
    #expect(
      complaint("masks: w.safetensors", [.init("c/kernel", [2, 2], [1, 0, 0, 1])])
        .contains("the model has no c/kernel; it has a/kernel"))
    #expect(
      complaint("masks: w.safetensors", [.init("a/bias", [1, 2], [0, 1])])
        .contains("a/bias has shape [2] in the model and [1, 2] in the file"))
  }

  /// What no step changes cannot be made 0 by masks of gradients.
  @Test func layersThatAreNotTrainedTakeNoMasks() {
    let frozen = Self.layers.replacingOccurrences(
      of: "name: a}", with: "name: a, trainable: false}")
    for rest in ["masks: {path: w.safetensors, keep: 0.5}", "masks: w.safetensors"] {
      let tensors = rest.contains("keep") ? Self.weights() : [.init("a/bias", [2], [0, 1])]
      let found = complaint(rest, layers: frozen, tensors)
      #expect(found.contains("is not trained"), "\(found)")
    }
    var broken = Self.weights()
    broken[0].values[0] = .nan
    #expect(
      complaint("masks: {path: w.safetensors, keep: 0.5}", broken)
        .contains("a/kernel has values that are not finite"))
  }
}
