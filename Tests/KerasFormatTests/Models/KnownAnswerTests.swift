import KerasFormat
import SweepModel
import Testing
import Training

@Suite(.enabled(if: KnownAnswers.isThere, "the cases are not beside the project"))
struct KnownAnswerTests {
  /// Files that hold a whole model.
  @Test(arguments: [
    ("k3_dense_bn", "model.keras"), ("k3_dense_bn", "legacy.h5"), ("k3_sequence", "model.keras"),
    ("k3_sequence", "legacy.h5"), ("k3_nested", "legacy.h5"), ("k3_resume_sgd", "model.keras"),
    ("k2_dense_bn", "model.keras"), ("k2_dense_bn", "legacy.h5"), ("k2_sequence", "legacy.h5"),
    ("k2_resume_legacy_adam", "legacy.h5"), ("k2_as_r_saves", "legacy.h5"),
    ("k212_dense_bn", "model.keras"), ("k212_keras_is_hdf5", "model.keras"),
    ("k2_hard_sigmoid_lstm", "legacy.h5"), ("k3_gru_reset_after_false", "legacy.h5"),
  ])
  func wholeModel(name: String, file: String) throws {
    let answers = try KnownAnswers.answers(name)
    let model = try KerasModelFile.read(path: KnownAnswers.path(name, file))
    #expect(model.unfilled.isEmpty)
    #expect(difference(try model.predictions(answers.inputs[0]), answers.predictions[0]) < 1e-5)
  }

  /// Files of variables, with an architecture beside them.
  @Test(arguments: [
    ("k3_dense_bn", "model.weights.h5"), ("k3_dense_bn", "legacy.h5"),
    ("k3_dense_bn", "model.keras"), ("k3_conv", "model.weights.h5"),
    ("k3_nested", "model.weights.h5"), ("k3_nested", "legacy.h5"),
    ("k3_functional_order", "model.weights.h5"), ("k3_functional_order", "legacy_weights.h5"),
    ("k3_autonumbered", "model.weights.h5"), ("k3_autonumbered", "legacy_weights.h5"),
    ("k3_by_name", "legacy_weights.h5"), ("k2_dense_bn", "model.weights.h5"),
    ("k2_dense_bn", "model.keras"), ("k2_leaky_relu", "legacy_weights.h5"),
    ("k2_sequence", "legacy.h5"),
  ])
  func variables(name: String, file: String) throws {
    let answers = try KnownAnswers.answers(name)
    let architecture = try KerasModelFile.read(
      path: KnownAnswers.path(name, "architecture.json")
    ).architecture
    let model = try KerasModelFile.weights(
      path: KnownAnswers.path(name, file), into: architecture)
    #expect(model.unfilled.isEmpty)
    #expect(difference(try model.predictions(answers.inputs[0]), answers.predictions[0]) < 1e-5)
  }

  @Test func nestedModelsAreFoundByTheirNamesInASpecification() throws {
    // What a specification keeps of the architecture is layers with names.
    let answers = try KnownAnswers.answers("k3_nested")
    let read = try KerasModelFile.read(path: KnownAnswers.path("k3_nested", "architecture.json"))
    let flat = try KerasArchitecture(layers: read.layers, inputShape: [3])
    #expect(flat.paths.contains("inner.dense"))
    for file in ["model.weights.h5", "legacy.h5"] {
      let model = try KerasModelFile.weights(
        path: KnownAnswers.path("k3_nested", file), into: flat)
      #expect(difference(try model.predictions(answers.inputs[0]), answers.predictions[0]) < 1e-5)
    }
  }

  @Test func layersFindVariablesByName() throws {
    let answers = try KnownAnswers.answers("k3_by_name")
    let path = KnownAnswers.path("k3_by_name", "legacy_weights.h5")
    let architecture = try KerasModelFile.read(
      path: KnownAnswers.path("k3_by_name", "architecture_reordered.json")
    ).architecture
    let error = #expect(throws: KerasFileError.self) {
      try KerasModelFile.weights(path: path, into: architecture)
    }
    #expect(error?.reason.contains("`new`") == true)
    var model = try KerasModelFile.weights(path: path, into: architecture, matching: .byName)
    #expect(model.unfilled == ["new/kernel", "new/bias"])
    #expect(model.notes.contains { $0.contains("new/kernel") && $0.contains("first values") })
    // The first values of the layer that the file has not.
    model.variables.insert(
      VariableValues(path: "new/kernel", shape: [3, 3], values: [Float](repeating: 1, count: 9)),
      at: 4)
    model.variables.insert(VariableValues(path: "new/bias", shape: [3], values: [0, 0, 0]), at: 5)
    let expected = try #require(answers.predictions_reordered_by_name)[0]
    #expect(difference(try model.predictions(answers.inputs[0]), expected) < 1e-5)
  }

  @Test func float16IsConvertedAndSaid() throws {
    let answers = try KnownAnswers.answers("k3_float16_weights")
    let dense = try architecture(
      #"{"class_name":"Dense","config":{"name":"dense","units":2}}"#, inputs: [3])
    let model = try KerasModelFile.weights(
      path: KnownAnswers.path("k3_float16_weights", "model.weights.h5"), into: dense)
    #expect(model.notes.contains { $0.contains("float16") })
    #expect(difference(try model.predictions(answers.inputs[0]), answers.predictions[0]) < 4e-3)
  }

  @Test func mixedPrecisionIsSaid() throws {
    let answers = try KnownAnswers.answers("k3_mixed_float16")
    let model = try KerasModelFile.read(
      path: KnownAnswers.path("k3_mixed_float16", "model.keras"))
    #expect(model.notes.contains { $0.contains("mixed_float16") })
    let expected = try #require(answers.predictions_if_float32)
    #expect(difference(try model.predictions(answers.inputs[0]), expected) < 1e-5)
  }

  @Test func gruWithResetAfter() throws {
    let answers = try KnownAnswers.answers("k3_gru_reset_after_true")
    let layers = Self.twoGRUs(resetAfter: true)
    let model = try KerasModelFile.weights(
      path: KnownAnswers.path("k3_gru_reset_after_true", "model.weights.h5"),
      into: try architecture(layers, inputs: [4, 2]))
    #expect(difference(try model.predictions(answers.inputs[0]), answers.predictions[0]) < 1e-5)
    // The variables of the other form must not fit.
    let error = #expect(throws: KerasFileError.self) {
      try KerasModelFile.weights(
        path: KnownAnswers.path("k3_gru_reset_after_false", "model.weights.h5"),
        into: try architecture(layers, inputs: [4, 2]))
    }
    #expect(error?.reason.contains("reset_after=False") == true)
  }

  @Test func gruWithResetBefore() throws {
    let answers = try KnownAnswers.answers("k3_gru_reset_after_false")
    let layers = Self.twoGRUs(resetAfter: false)
    let model = try KerasModelFile.weights(
      path: KnownAnswers.path("k3_gru_reset_after_false", "model.weights.h5"),
      into: try architecture(layers, inputs: [4, 2]))
    #expect(difference(try model.predictions(answers.inputs[0]), answers.predictions[0]) < 1e-6)
    let error = #expect(throws: KerasFileError.self) {
      try KerasModelFile.weights(
        path: KnownAnswers.path("k3_gru_reset_after_true", "model.weights.h5"),
        into: try architecture(layers, inputs: [4, 2]))
    }
    #expect(error?.reason.contains("reset_after=True") == true)
  }

  private static func twoGRUs(resetAfter: Bool) -> String {
    let gru = { (name: String, units: Int, all: Bool) in
      """
      {"class_name":"GRU","config":{"name":"\(name)","units":\(units),"return_sequences":\(all),
       "reset_after":\(resetAfter)}}
      """
    }
    return gru("gru", 3, true) + """
      ,{"class_name":"Bidirectional","config":{"name":"bidirectional","merge_mode":"sum",
       "layer":\(gru("gru_1", 2, false))}}
      """
  }

  @Test func customObjectsAreRefusedButTheirNeighboursAreReadable() throws {
    let path = KnownAnswers.path("k3_custom_object", "model.keras")
    let error = #expect(throws: KerasFileError.self) { try KerasModelFile.read(path: path) }
    #expect(error?.description.contains("MyPkg>Scale") == true)
    let dense = try architecture(
      #"{"class_name":"Dense","config":{"name":"dense","units":2}}"#, inputs: [2])
    let model = try KerasModelFile.weights(path: path, into: dense)
    let answers = try KnownAnswers.answers("k3_custom_object")
    let predictions = try model.predictions(answers.inputs[0]).map { $0 * 3 }
    #expect(difference(predictions, answers.predictions[0]) < 1e-5)
  }

  @Test func lambdaIsRefused() throws {
    let error = #expect(throws: KerasFileError.self) {
      try KerasModelFile.read(path: KnownAnswers.path("k3_lambda", "model.keras"))
    }
    #expect(error?.description.contains("`lambda` is a Lambda") == true)
  }

  @Test func sharedLayersAreRefused() throws {
    let error = #expect(throws: KerasFileError.self) {
      try KerasModelFile.read(path: KnownAnswers.path("k3_shared", "model.keras"))
    }
    #expect(error?.reason.contains("`twin`") == true)
  }

  /// Computed by the definition of the version that wrote the file, and by no other.
  @Test func hardSigmoidIsTheWriters() throws {
    let answers = try KnownAnswers.answers("k2_hard_sigmoid_lstm")
    let model = try KerasModelFile.read(
      path: KnownAnswers.path("k2_hard_sigmoid_lstm", "legacy.h5"))
    #expect(difference(try model.predictions(answers.inputs[0]), answers.predictions[0]) < 1e-6)
    // What Keras 3 makes of the same variables is another thing.
    let other = try #require(answers.predictions_if_keras3)
    #expect(difference(try model.predictions(answers.inputs[0]), other) > 1e-3)
    let gates = ["recurrent_activation": Examples.activation("hard_sigmoid")]
    let lstm = Configuration(
      kind: "lstm", arguments: model.layers[0].arguments.merging(gates) { $1 })
    let predictions = try TrainingProbe.predictions(
      layers: [lstm, model.layers[1]], inputShape: [4, 2], values: model.variables.map(\.values),
      inputs: answers.inputs[0].floats)
    #expect(difference(predictions, other) < 1e-6)
  }
}

/// The architecture of a Sequential model of these layers.
func architecture(_ layers: String, inputs: [Int], root: String = "") throws -> KerasArchitecture {
  let shape = "[null" + inputs.map { ", \($0)" }.joined() + "]"
  let text = """
    {"module": "keras", "class_name": "Sequential", "registered_name": null, "config": {"name": "s",
     "layers": [{"class_name": "InputLayer", "config": {"batch_shape": \(shape), "name": "in"}},
     \(layers)]}\(root)}
    """
  return try KerasModelFile.read(bytes: Array(text.utf8), name: "model.json").architecture
}
