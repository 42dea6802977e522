import KerasFormat
import SweepModel
import Testing
import Training

/// Words of one generation that mean the same, or another thing, in the next.
struct ArchitectureTests {
  private func layers(_ text: String, inputs: [Int] = [4]) throws -> [Configuration] {
    try architecture(text, inputs: inputs).layers
  }

  private func refusal(_ text: String, inputs: [Int] = [4]) -> String {
    do {
      _ = try architecture(text, inputs: inputs)
      return "not refused"
    } catch {
      return "\(error)"
    }
  }

  @Test func keras20HasABareListOfLayers() throws {
    let text = """
      {"class_name": "Sequential", "keras_version": "2.0.8", "backend": "tensorflow", "config": [
       {"class_name": "Dense", "config": {"name": "dense_1", "trainable": true, "units": 3,
        "batch_input_shape": [null, 4], "dtype": "float32", "activation": "relu", "use_bias": true,
        "kernel_initializer": {"class_name": "VarianceScaling", "config": {"scale": 1.0,
        "mode": "fan_avg", "distribution": "uniform", "seed": null}},
        "bias_initializer": {"class_name": "Zeros", "config": {}}, "kernel_regularizer":
        {"class_name": "L1L2", "config": {"l1": 0.0, "l2": 0.01}}, "bias_regularizer": null,
        "activity_regularizer": null, "kernel_constraint": null, "bias_constraint": null}},
       {"class_name": "Dropout", "config": {"name": "dropout_1", "trainable": false, "rate": 0.5}}]}
      """
    let model = try KerasModelFile.read(bytes: Array(text.utf8), name: "model.json")
    #expect(model.inputShape == [4])
    #expect(model.writer == "Keras 2.0.8")
    #expect(model.layers.map(\.kind) == ["dense", "dropout"])
    #expect(model.layers[0].configuration("kernel_initializer").kind == "glorot_uniform")
    #expect(model.layers[0].configuration("kernel_regularizer").number("l2") == 0.01)
    #expect(model.architecture.paths == ["dense_1", "dropout_1"])
    #expect(model.frozen == ["dropout_1"])
  }

  @Test func namesOfTheSamePlaceAreLeftOut() throws {
    let read = try layers(
      """
      {"class_name":"Dense","config":{"name":"dense","units":2}},
      {"class_name":"Dense","config":{"name":"my layer/x","units":2}},
      {"class_name":"Dense","config":{"name":"dense_1","units":2}}
      """)
    #expect(read.map { $0.optionalText("name") } == [nil, "my_layer_x", nil])
  }

  @Test(arguments: [
    (#""alpha":0.25"#, 0.25), (#""negative_slope":0.25"#, 0.25), ("\"name\":\"l\"", 0.3),
    (#""alpha":{"type":"ndarray","value":0.5}"#, 0.5),
  ])
  func slopesOfEveryGeneration(argument: String, slope: Double) throws {
    let read = try layers(#"{"class_name":"LeakyReLU","config":{\#(argument)}}"#)
    #expect(read[0].configuration("activation").number("negative_slope") == slope)
  }

  @Test func activationsThatAreLayers() throws {
    let read = try layers(
      """
      {"class_name":"ReLU","config":{"name":"a","max_value":null,"negative_slope":0.0,
       "threshold":0.0}},
      {"class_name":"ReLU","config":{"name":"b","negative_slope":[0.1][0]}}
      """.replacing("[0.1][0]", with: "0.1") + """
        ,{"class_name":"Softmax","config":{"name":"c","axis":[-1]}},
        {"class_name":"Dense","config":{"name":"d","units":3,"activation":
         {"class_name":"LeakyReLU","config":{"alpha":0.3}}}},
        {"class_name":"Dense","config":{"name":"e","units":3,"activation":"swish"}}
        """)
    #expect(
      read.map { $0.configuration("activation").kind }
        == ["relu", "leaky_relu", "softmax", "leaky_relu", "silu"])
    #expect(refusal(#"{"class_name":"ReLU","config":{"max_value":6.0}}"#).contains("max_value"))
    #expect(refusal(#"{"class_name":"Softmax","config":{"axis":1}}"#).contains("axis"))
  }

  @Test func tuplesOfKeras2() throws {
    let read = try layers(
      """
      {"class_name":"Conv2D","config":{"name":"c","filters":2,"kernel_size":
       {"class_name":"__tuple__","items":[3,2]},"strides":[1,1],"padding":"SAME",
       "dilation_rate":[1,1],"groups":1,"data_format":"channels_last"}},
      {"class_name":"MaxPooling2D","config":{"name":"p","pool_size":[2,2],"strides":null}}
      """, inputs: [8, 8, 1])
    #expect(read[0].integers("kernel_size") == [3, 2])
    #expect(read[0].text("padding") == "same")
    #expect(read[1].arguments["strides"] == nil)
  }

  @Test(arguments: [
    (#""dilation_rate":[2,2]"#, "dilation_rate"), (#""groups":2"#, "groups"),
    (#""data_format":"channels_first""#, "channels"), (#""padding":"causal""#, "causal"),
    (#""something_new":3"#, "something_new"),
  ])
  func argumentsThatAreLacking(argument: String, word: String) {
    let text = """
      {"class_name":"Conv2D","config":{"name":"c","filters":2,"kernel_size":[3,3],\(argument)}}
      """.replacing("\n", with: "")
    #expect(refusal(text, inputs: [8, 8, 1]).contains(word))
  }

  @Test(arguments: [
    (#""return_state":true"#, "return_state"), (#""stateful":true"#, "stateful"),
    (#""time_major":true"#, "time_major"), (#""activation":"relu""#, "relu"),
    (#""recurrent_activation":"hard_tanh""#, "hard_tanh"),
    (#""zero_output_for_mask":true,"return_sequences":true"#, "zero_output_for_mask"),
  ])
  func recurrentArgumentsThatAreLacking(argument: String, word: String) {
    let text = #"{"class_name":"LSTM","config":{"name":"l","units":2,\#(argument)}}"#
    let reason = refusal(text, inputs: [3, 2])
    #expect(reason.contains(word))
    #expect(!reason.contains("\n"))
  }

  /// What matters only in training is read, for the model predicts the same, and said.
  @Test func differencesInTraining() throws {
    let lstm =
      #"{"class_name":"LSTM","config":{"name":"l","units":2,"dropout":0.2,"recurrent_dropout":0.1}}"#
    var read = try architecture(lstm, inputs: [3, 2])
    #expect(read.trainingDifferences.count == 1)
    #expect(read.notes == read.trainingDifferences)
    #expect(read.notes[0].contains("dropout 0.2, recurrent_dropout 0.1"))
    read = try architecture(
      #"{"class_name":"Bidirectional","config":{"name":"b","layer":\#(lstm)}}"#, inputs: [3, 2])
    #expect(read.trainingDifferences.count == 1)
    read = try architecture(
      """
      {"class_name":"Dense","config":{"name":"d","units":2,"kernel_constraint":
       {"class_name":"MaxNorm","config":{"max_value":2}}}}
      """, inputs: [3])
    #expect(read.trainingDifferences[0].contains("kernel_constraint"))
    #expect(try architecture(Self.plain, inputs: [3]).trainingDifferences.isEmpty)
  }

  private static let plain = #"{"class_name":"Dense","config":{"name":"d","units":2}}"#

  /// Before Keras 2.1 a GRU said nothing, and its reset gate stood before the product.
  @Test func resetAfterIsFalseWhereItIsAbsent() throws {
    let gru = #"{"class_name":"GRU","config":{"name":"g","units":2}}"#
    #expect(try layers(gru, inputs: [3, 2])[0].boolean("reset_after") == false)
  }

  /// A file means the definition of the version that wrote it.
  @Test(arguments: [
    (#","keras_version":"2.2.4""#, "hard_sigmoid_keras2"),
    (#","keras_version":"2.15.0""#, "hard_sigmoid_keras2"), ("", "hard_sigmoid"),
  ])
  func hardSigmoidIsTheWriters(root: String, kind: String) throws {
    let lstm = #"{"class_name":"LSTM","config":{"units":2,"recurrent_activation":"hard_sigmoid"}}"#
    let dense = #"{"class_name":"Dense","config":{"units":2,"activation":"hard_sigmoid"}}"#
    let read = try architecture(lstm + "," + dense, inputs: [3, 2], root: root).layers
    #expect(read[0].configuration("recurrent_activation").kind == kind)
    #expect(read[1].configuration("activation").kind == kind)
  }

  @Test(arguments: [
    "Concatenate", "Conv1D", "MultiHeadAttention", "Masking", "PReLU", "CuDNNLSTM",
    "SpatialDropout1D", "Normalization",
  ])
  func layersThatAreLacking(className: String) {
    let reason = refusal(
      #"{"module":"keras.layers","class_name":"\#(className)","config":{"name":"x"}}"#)
    #expect(reason.contains("layer `x` (\(className))"))
    #expect(reason.contains("SeedSweep has no"))
    #expect(!reason.contains("\n"))
  }

  @Test func backwardLayersOfTheirOwnAreRefused() {
    let reason = refusal(
      """
      {"class_name":"Bidirectional","config":{"name":"b","layer":{"class_name":"LSTM","config":
       {"name":"forward_lstm","units":2}},"backward_layer":{"class_name":"LSTM","config":
       {"name":"backward_lstm","units":2,"go_backwards":true,"unit_forget_bias":false}}}}
      """, inputs: [3, 2])
    #expect(reason.contains("backward layer"))
  }

  @Test func axesMustBeTheLast() throws {
    let normalization = { (axis: String) in
      #"{"class_name":"BatchNormalization","config":{"name":"n","axis":\#(axis)}}"#
    }
    for axis in ["-1", "[-1]", "3", "[3]"] {
      #expect(try layers(normalization(axis), inputs: [5, 5, 2])[0].integer("axis") == -1)
    }
    for axis in ["1", "[1]", "[1, 2]", "-2", "true"] {
      #expect(refusal(normalization(axis), inputs: [5, 5, 2]) != "not refused")
    }
  }

  @Test(arguments: [
    (1.0, "fan_avg", "uniform", "glorot_uniform"), (2.0, "fan_in", "normal", "he_normal"),
    (2.0, "fan_in", "truncated_normal", "he_normal"), (1.0, "fan_in", "uniform", "lecun_uniform"),
  ])
  func scalings(scale: Double, mode: String, distribution: String, kind: String) throws {
    let text = """
      {"class_name":"Dense","config":{"name":"d","units":2,"kernel_initializer":{"class_name":
      "VarianceScaling","config":{"scale":\(scale),"mode":"\(mode)","distribution":
      "\(distribution)","seed":5,"dtype":"float32"}}}}
      """
    #expect(try layers(text)[0].configuration("kernel_initializer").kind == kind)
    #expect(refusal(text.replacing("fan_", with: "fan_out")).contains("VarianceScaling"))
  }

  @Test func chainsOfKeras2() throws {
    let text = """
      {"class_name": "Model", "keras_version": "2.2.4", "config": {"name": "m", "layers": [
       {"name": "b", "class_name": "Dense", "config": {"name": "b", "units": 2},
        "inbound_nodes": [[["a", 0, 0, {}]]]},
       {"name": "in", "class_name": "InputLayer", "config": {"batch_input_shape": [null, 3],
        "dtype": "float32", "sparse": false, "name": "in"}, "inbound_nodes": []},
       {"name": "a", "class_name": "Dense", "config": {"name": "a", "units": 4},
        "inbound_nodes": [[["in", 0, 0, {}]]]}],
       "input_layers": [["in", 0, 0]], "output_layers": [["b", 0, 0]]}}
      """
    let model = try KerasModelFile.read(bytes: Array(text.utf8), name: "model.json")
    #expect(model.architecture.paths == ["a", "b"])
    // A model that is called in another was called before, when it was made.
    let later = text.replacing(#"[["a", 0, 0, {}]]"#, with: #"[["a", 1, 0, {}]]"#)
    #expect(
      try KerasModelFile.read(bytes: Array(later.utf8), name: "model.json").layers == model.layers)
    for (part, other) in [
      (#"[["a", 0, 0, {}]]"#, #"[["in", 0, 0, {}]]"#),
      (#"[["a", 0, 0, {}]]"#, #"[["a", 0, 0, {}], ["in", 0, 0, {}]]"#),
      (#"[["a", 0, 0, {}]]"#, #"[["a", 0, 1, {}]]"#),
      (#"[["a", 0, 0, {}]]"#, #"[["b", 0, 0, {}]]"#),
      (#"[[["in", 0, 0, {}]]]}"#, #"[[["in", 0, 0, {"mask": ["in", 0, 0]}]]]}"#),
      (#"[["b", 0, 0]]}"#, #"[["b", 0, 0], ["a", 0, 0]]}"#),
      (#"[["b", 0, 0]]}"#, #"[["nowhere", 0, 0]]}"#), (#"[["in", 0, 0]],"#, #"[["a", 0, 0]],"#),
    ] {
      let changed = text.replacing(part, with: other)
      #expect(changed != text)
      #expect(throws: KerasFileError.self) {
        try KerasModelFile.read(bytes: Array(changed.utf8), name: "model.json")
      }
    }
  }

  @Test func axesOfAnyLength() throws {
    let text = """
      {"class_name":"Sequential","config":{"layers":[{"class_name":"LSTM","config":{"name":"l",
       "units":2,"batch_input_shape":[null,null,5]}}]}}
      """
    let model = try KerasModelFile.read(bytes: Array(text.utf8), name: "model.json")
    #expect(model.inputShape == nil)
    #expect(model.architecture.inputAxes == [nil, 5])
  }

  @Test func compilation() throws {
    let compiled = { (text: String) in
      try architecture(
        #"{"class_name":"Dense","config":{"name":"d","units":3,"activation":"softmax"}}"#,
        inputs: [4], root: #","compile_config":\#(text)"#)
    }
    var read = try compiled(
      """
      {"optimizer":{"class_name":"Adam","config":{"lr":0.5,"decay":0.25,"epsilon":null}},
       "loss":"categorical_crossentropy","metrics":["acc","mae"]}
      """)
    let rate = try #require(read.compilation?.optimizer).configuration("learning_rate")
    #expect(rate.kind == "inverse_time_decay")
    #expect(rate.number("decay_rate") == 0.25)
    #expect(read.compilation?.optimizer?.number("epsilon") == 1e-7)
    #expect(
      read.compilation?.metrics.map(\.kind) == ["categorical_accuracy", "mean_absolute_error"])
    // What Keras has and SeedSweep has not is left out and said.
    read = try compiled(
      """
      {"optimizer":{"module":"keras.optimizers","class_name":"Lion","config":{}},"loss":"poisson",
       "metrics":["hinge",{"class_name":"F1Score","config":{"average":null}}],
       "loss_weights":[0.5]}
      """)
    #expect(read.compilation?.loss == nil)
    #expect(read.compilation?.optimizer == nil)
    #expect(read.compilation?.metrics == [])
    #expect(read.notes.count == 5)
    // Custom objects are refused, unless nobody asks for them.
    #expect(throws: KerasFileError.self) {
      try compiled(#"{"loss":{"class_name":"MyLoss","config":{}}}"#)
    }
    #expect(throws: KerasFileError.self) { try compiled(#"{"loss":"my_loss"}"#) }
  }

  @Test(arguments: [
    ("mean_squared_error", 1, "binary_accuracy"), ("binary_crossentropy", 1, "binary_accuracy"),
    ("mean_squared_error", 3, "categorical_accuracy"),
    ("sparse_categorical_crossentropy", 3, "sparse_categorical_accuracy"),
    ("binary_crossentropy", 3, "categorical_accuracy"),
  ])
  func accuracyIsWhatKerasTakes(loss: String, units: Int, kind: String) throws {
    let read = try architecture(
      #"{"class_name":"Dense","config":{"name":"d","units":\#(units)}}"#, inputs: [4],
      root: #","compile_config":{"loss":"\#(loss)","metrics":["accuracy"]}"#)
    #expect(read.compilation?.metrics.map(\.kind) == [kind])
  }
}
