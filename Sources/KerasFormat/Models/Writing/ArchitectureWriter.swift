import SweepModel
import Training

/// Writes the architecture of a model as `to_json()` of Keras 3.15 does.
struct ArchitectureWriter {
  /// The version whose form it is.
  static let kerasVersion = "3.15.1"

  let model: ExportedModel
  let outline: ModelOutline
  private let file: String

  /// - Throws: ``KerasFileError`` where the layers do not fit together.
  init(_ model: ExportedModel, file: String) throws(KerasFileError) {
    self.model = model
    self.file = file
    do {
      outline = try ModelOutline(layers: model.layers, inputShape: model.inputShape)
    } catch {
      throw KerasFileError(.unsupported, file: file, "\(error)")
    }
  }

  /// The name of the input, which is none of the layers'.
  private var inputName: String {
    let paths = Set(outline.layers.map(\.path))
    var (name, number) = ("input_layer", 0)
    while paths.contains(name) {
      number += 1
      name = "input_layer_\(number)"
    }
    return name
  }

  /// The document; with the optimizer only in a `.keras` file.
  func document(withOptimizer: Bool) throws(KerasFileError) -> JSONValue {
    let shape = Self.batch(of: model.inputShape)
    var layers = [input(shape)]
    var inputShape = model.inputShape
    for (layer, outline) in zip(model.layers, outline.layers) {
      layers.append(try self.layer(layer, outline, inputShape: inputShape))
      inputShape = outline.outputShape
    }
    let configuration = JSONValue.object(
      ConfigurationWriter.start(name: "sequential", isTrained: true) + [
        .init("layers", .array(layers)), .init("build_input_shape", shape),
      ])
    return [
      "module": "keras", "class_name": "Sequential", "config": configuration,
      "registered_name": .null, "build_config": ["input_shape": shape],
      "compile_config": try compilation(withOptimizer: withOptimizer),
    ]
  }

  private func input(_ shape: JSONValue) -> JSONValue {
    let takesNumbers = model.layers[0].kind == "embedding"
    return [
      "module": "keras.layers", "class_name": "InputLayer",
      "config": [
        "batch_shape": shape, "dtype": takesNumbers ? "int32" : "float32",
        "sparse": .boolean(false), "ragged": .boolean(false), "name": .string(inputName),
        "optional": .boolean(false),
      ],
      "registered_name": .null,
    ]
  }

  private func layer(
    _ layer: Configuration, _ outline: ModelOutline.LayerOutline, inputShape: [Int]
  ) throws(KerasFileError) -> JSONValue {
    let shape = Self.batch(of: inputShape)
    var writer = ConfigurationWriter(file: file)
    writer.inputShape = shape
    writer.layer = outline.path
    let start = ConfigurationWriter.start(
      name: outline.path, isTrained: !model.frozen.contains(outline.path))
    if layer.kind == "activation", !layer.configuration("activation").isNamed {
      let activation = layer.configuration("activation")
      let entry = try writer.entry(activation, family: .activation)
      return writer.object(entry, start + (try writer.arguments(of: entry, activation)))
    }
    let entry = try writer.entry(layer, family: .layer)
    let built: [JSONValue.Member] =
      outline.variables.isEmpty && layer.kind != "flatten"
      ? [] : [.init("build_config", ["input_shape": shape])]
    return writer.object(
      entry, start + (try writer.arguments(of: entry, layer)), others: built)
  }

  /// The member `compile_config`; empty where there is no loss.
  private func compilation(withOptimizer: Bool) throws(KerasFileError) -> JSONValue {
    guard let loss = model.loss else { return .object([]) }
    let writer = ConfigurationWriter(file: file)
    var members: [JSONValue.Member] = []
    if withOptimizer, let optimizer = model.optimizer {
      members.append(.init("optimizer", try writer.value(optimizer, family: .optimizer)))
    }
    var metrics: [JSONValue] = []
    for metric in model.metrics { metrics.append(try writer.value(metric, family: .metric)) }
    members += [
      .init("loss", try writer.value(loss, family: .loss)), .init("loss_weights", .null),
      .init("metrics", metrics.isEmpty ? .null : .array(metrics)),
      .init("weighted_metrics", .null), .init("run_eagerly", .boolean(false)),
      .init("steps_per_execution", .integer(1)), .init("jit_compile", "auto"),
    ]
    return .object(members)
  }

  /// A shape with the axis of the batch, whose length is open.
  static func batch(of shape: [Int]) -> JSONValue {
    .array([.null] + shape.map { .integer(Int64($0)) })
  }
}
