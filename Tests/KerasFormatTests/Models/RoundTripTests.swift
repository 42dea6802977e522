import KerasFormat
import SweepModel
import Testing
import Training

/// What is written is read as what it was.
struct RoundTripTests {
  @Test func everyLayer() throws {
    let model = Examples.everyLayer
    let bytes = try KerasModelFile.archive(of: model, date: "2026-11-30@00:00:00")
    let read = try KerasModelFile.read(bytes: bytes, name: "model.keras")
    #expect(read.layers == model.layers)
    #expect(read.inputShape == model.inputShape)
    #expect(read.variables == model.variables)
    #expect(read.frozen == model.frozen)
    #expect(read.loss == model.loss)
    #expect(read.metrics == model.metrics)
    #expect(read.optimizer == model.optimizer)
    #expect(read.optimizerState == model.optimizerState)
    #expect(read.writer == "Keras 3.15.1")
    #expect(read.notes.isEmpty)
  }

  @Test func equalModelsGiveEqualBytes() throws {
    let date = "2026-11-30@00:00:00"
    let bytes = try KerasModelFile.archive(of: Examples.everyLayer, date: date)
    #expect(try KerasModelFile.archive(of: Examples.everyLayer, date: date) == bytes)
    #expect(
      try KerasModelFile.weights(of: Examples.everyLayer)
        == KerasModelFile.weights(of: Examples.everyLayer))
  }

  @Test(arguments: [
    ("sgd", 0, [:]), ("sgd", 1, ["momentum": ArgumentValue.number(0.9)]),
    ("rmsprop", 1, [:]), ("rmsprop", 2, ["centered": .boolean(true)]),
    ("rmsprop", 3, ["centered": .boolean(true), "momentum": .number(0.5)]),
    ("rmsprop", 2, ["momentum": .number(0.5)]), ("adam", 2, [:]), ("adamw", 2, [:]),
    ("adagrad", 1, [:]),
  ])
  func optimizers(kind: String, slots: Int, arguments: [String: ArgumentValue]) throws {
    var model = Examples.everyLayer
    model.optimizer = Examples.make(.optimizer, kind, arguments)
    model = Examples.filled(model, slots: slots)
    let bytes = try KerasModelFile.archive(of: model, date: "2026-11-30@00:00:00")
    let read = try KerasModelFile.read(bytes: bytes, name: "model.keras")
    #expect(read.optimizer == model.optimizer)
    #expect(read.optimizerState == model.optimizerState)
  }

  @Test(arguments: [
    ("exponential_decay", ["decay_rate": ArgumentValue.number(0.5)]),
    ("inverse_time_decay", ["decay_rate": .number(0.5)]), ("cosine_decay", [:]),
    ("polynomial_decay", [:]),
    (
      "piecewise_constant_decay",
      ["boundaries": .list([.integer(5)]), "values": .list([.number(0.1), .number(0.01)])]
    ),
  ])
  func schedules(kind: String, arguments: [String: ArgumentValue]) throws {
    let steps: [String: ArgumentValue] = [
      "initial_learning_rate": .number(0.1), "decay_steps": .integer(10),
    ]
    let own = kind == "piecewise_constant_decay" ? arguments : arguments.merging(steps) { $1 }
    var model = Examples.everyLayer
    model.optimizer = Examples.make(
      .optimizer, "adam",
      ["learning_rate": .configuration(Examples.make(.schedule, kind, own))])
    model.optimizerState?.learningRate = nil
    let bytes = try KerasModelFile.archive(of: model, date: "2026-11-30@00:00:00")
    let read = try KerasModelFile.read(bytes: bytes, name: "model.keras")
    #expect(read.optimizer == model.optimizer)
    #expect(read.optimizerState == model.optimizerState)
  }

  @Test func whatKerasCannotSayIsNotWritten() throws {
    var model = ExportedModel(
      layers: [
        Examples.layer(
          "dense",
          [
            "units": .integer(2),
            "activation": Examples.activation("gelu", ["approximate": .boolean(true)]),
          ])
      ], inputShape: [2])
    let error = #expect(throws: KerasFileError.self) {
      try KerasModelFile.architecture(of: model)
    }
    #expect(error?.reason.contains("gelu") == true)
    model.layers = [Examples.layer("dense", ["units": .integer(2)])]
    #expect(throws: KerasFileError.self) { try KerasModelFile.weights(of: model) }
  }

  /// Keras 3 has it by no name, but its variables are as those of any other.
  @Test func hardSigmoidOfKeras2IsNotWritten() throws {
    let gates = Examples.activation("hard_sigmoid_keras2")
    let lstm = Examples.layer(
      "lstm", ["units": .integer(2), "recurrent_activation": gates, "name": .text("inner")])
    let model = Examples.filled(
      ExportedModel(
        layers: [
          Examples.layer(
            "bidirectional", ["layer": .configuration(lstm), "name": .text("both")])
        ], inputShape: [4, 3]))
    let error = #expect(throws: KerasFileError.self) {
      try KerasModelFile.architecture(of: model)
    }
    #expect(error?.reason.hasPrefix("layer `both`: hard_sigmoid_keras2 is what Keras 2") == true)
    #expect(error?.description.contains("\n") == false)
    #expect(throws: Never.self) { try KerasModelFile.weights(of: model) }
  }

  @Test func hardSigmoidsAndResetBefore() throws {
    let arguments: [String: ArgumentValue] = [
      "units": .integer(3), "recurrent_activation": Examples.activation("hard_sigmoid"),
      "reset_after": .boolean(false), "return_sequences": .boolean(true),
    ]
    var model = ExportedModel(
      layers: [
        Examples.layer("gru", arguments),
        Examples.layer(
          "bidirectional", ["layer": .configuration(Examples.layer("gru", arguments))]),
        Examples.layer(
          "dense", ["units": .integer(2), "activation": Examples.activation("hard_sigmoid")]),
      ], inputShape: [4, 3])
    model = Examples.filled(model)
    model.optimizerState = nil
    let bytes = try KerasModelFile.archive(of: model, date: "2026-11-30@00:00:00")
    let read = try KerasModelFile.read(bytes: bytes, name: "model.keras")
    #expect(read.layers == model.layers)
    #expect(read.variables == model.variables)
  }

  /// Names as Keras numbers groups: `dense_10` is the eleventh, not the third.
  @Test func manyLayersOfOneClass() throws {
    var model = ExportedModel(
      layers: (0..<13).map { _ in Examples.layer("dense", ["units": .integer(3)]) },
      inputShape: [3])
    model = Examples.filled(model)
    model.optimizerState = nil
    let bytes = try KerasModelFile.weights(of: model)
    let into = try KerasArchitecture(layers: model.layers, inputShape: [3])
    let read = try KerasModelFile.weights(bytes: bytes, name: "m.weights.h5", into: into)
    #expect(read.variables == model.variables)
    // One layer fewer, and one more.
    for count in [12, 14] {
      let layers = (0..<count).map { _ in Examples.layer("dense", ["units": .integer(3)]) }
      let other = try KerasArchitecture(layers: layers, inputShape: [3])
      let error = #expect(throws: KerasFileError.self) {
        try KerasModelFile.weights(bytes: bytes, name: "m.weights.h5", into: other)
      }
      #expect(error?.code == .mismatch)
      #expect(error?.description.contains(count == 12 ? "dense_12" : "dense_13") == true)
    }
    // By name the layer that is not there keeps its first values.
    let more = try KerasArchitecture(
      layers: model.layers + [Examples.layer("dense", ["units": .integer(3)])], inputShape: [3])
    let byName = try KerasModelFile.weights(
      bytes: bytes, name: "m.weights.h5", into: more, matching: .byName)
    #expect(byName.unfilled == ["dense_13/kernel", "dense_13/bias"])
  }

  /// A dot in a name suggests a model within the model, which what is written here has not.
  @Test func namesWithDots() throws {
    let dense = { (name: String) in
      Examples.layer("dense", ["units": .integer(3), "name": .text(name)])
    }
    var model = ExportedModel(
      layers: [dense("a"), dense("inner.a"), dense("inner.b.c"), dense("d")], inputShape: [3])
    model = Examples.filled(model)
    model.optimizerState = nil
    let into = try KerasArchitecture(layers: model.layers, inputShape: [3])
    for matching in [WeightMatching.byOrder, .byName] {
      let read = try KerasModelFile.weights(
        bytes: try KerasModelFile.weights(of: model), name: "m.weights.h5", into: into,
        matching: matching)
      #expect(read.variables == model.variables)
      #expect(read.notes.isEmpty)
    }
  }

  @Test func anotherShapeNamesTheVariable() throws {
    var model = ExportedModel(
      layers: [Examples.layer("dense", ["units": .integer(3)])], inputShape: [3])
    model = Examples.filled(model)
    model.optimizerState = nil
    let bytes = try KerasModelFile.weights(of: model)
    let other = try KerasArchitecture(
      layers: [Examples.layer("dense", ["units": .integer(4)])], inputShape: [3])
    let error = #expect(throws: KerasFileError.self) {
      try KerasModelFile.weights(bytes: bytes, name: "m.weights.h5", into: other)
    }
    #expect(error?.reason.contains("dense/kernel") == true)
  }
}
