import KerasFormat
import SweepModel
import Training

/// Models to write.
enum Examples {
  /// A configuration with the defaults of its kind.
  static func make(
    _ family: ConfigurationFamily, _ kind: String, _ arguments: [String: ArgumentValue] = [:]
  ) -> Configuration {
    var values: [String: ArgumentValue] = [:]
    let schema = TrainingVocabulary.vocabulary.schema(family, kind: kind)
    for parameter in schema?.parameters ?? [] { values[parameter.name] = parameter.defaultValue }
    return Configuration(kind: kind, arguments: values.merging(arguments) { $1 })
  }

  static func layer(_ kind: String, _ arguments: [String: ArgumentValue] = [:]) -> Configuration {
    make(.layer, kind, arguments)
  }

  static func activation(
    _ kind: String, _ arguments: [String: ArgumentValue] = [:]
  ) -> ArgumentValue {
    .configuration(make(.activation, kind, arguments))
  }

  /// A model that has every layer, compiled.
  static var everyLayer: ExportedModel {
    let window = ArgumentValue.list([.integer(3), .integer(3)])
    var model = ExportedModel(
      layers: [
        layer("embedding", ["input_dim": .integer(9), "output_dim": .integer(6)]),
        layer(
          "bidirectional",
          [
            "layer": .configuration(
              layer("lstm", ["units": .integer(2), "return_sequences": .boolean(true)])),
            "merge_mode": .text("ave"),
          ]),
        layer("gru", ["units": .integer(4), "return_sequences": .boolean(true)]),
        layer("lstm", ["units": .integer(8), "return_sequences": .boolean(true)]),
        layer("reshape", ["target_shape": .list([.integer(-1), .integer(4), .integer(3)])]),
        layer(
          "conv2d",
          ["filters": .integer(4), "kernel_size": window, "padding": .text("same")]),
        layer("max_pooling2d"),
        layer(
          "activation", ["activation": activation("leaky_relu", ["negative_slope": .number(0.3)])]),
        layer("batch_normalization", ["scale": .boolean(false), "name": .text("norm.a")]),
        layer("flatten"),
        layer("reshape", ["target_shape": .list([.integer(-1), .integer(4)])]),
        layer("layer_normalization"),
        layer("global_average_pooling1d"),
        layer("dropout", ["rate": .number(0.25)]),
        layer(
          "dense",
          [
            "units": .integer(5), "activation": activation("elu", ["alpha": .number(0.5)]),
            "kernel_regularizer": .configuration(make(.regularizer, "l1_l2", ["l2": .number(0.1)])),
            "use_bias": .boolean(false),
          ]),
        layer("dense", ["units": .integer(3), "activation": activation("softmax")]),
      ], inputShape: [9])
    model.loss = make(.loss, "categorical_crossentropy", ["label_smoothing": .number(0.1)])
    model.metrics = [make(.metric, "categorical_accuracy"), make(.metric, "auc")]
    model.optimizer = make(.optimizer, "adam", ["clipnorm": .number(1)])
    model.frozen = ["gru", "dense_1"]
    return filled(model)
  }

  /// The model with values, all of them different, and with a state of its optimizer after 3 steps.
  static func filled(_ model: ExportedModel, slots: Int = 2) -> ExportedModel {
    var model = model
    guard let outline = try? ModelOutline(layers: model.layers, inputShape: model.inputShape) else {
      return model
    }
    var number = 0
    func values(_ variable: PlannedVariable) -> VariableValues {
      let values = (0..<variable.count).map { _ -> Float in
        number += 1
        return Float(number % 97) / 97 - 0.4
      }
      return VariableValues(path: variable.path, shape: variable.shape, values: values)
    }
    model.variables = outline.variables.map(values)
    let trained = outline.layers.filter { !model.frozen.contains($0.path) }
      .flatMap(\.variables).filter(\.isTrainable)
    model.optimizerState = OptimizerState(
      iterations: 3, learningRate: 0.001, slots: (0..<slots).map { _ in trained.map(values) })
    return model
  }
}
