import SweepModel
import Training

/// Reads how a model was compiled: loss, metrics and optimizer.
///
/// What Keras has of these and SeedSweep has not is left out with a note, for the model predicts without
/// it; what is code is refused as everywhere.
struct CompileReader {
  let reader: ConfigurationReader

  /// Reads the member `compile_config` of a document.
  func read(_ root: JSONNode, into architecture: inout KerasArchitecture) throws(KerasFileError) {
    // A model that was not compiled has an empty object.
    guard let node = root["compile_config"], !(try node.members().isEmpty) else { return }
    try read(compilation: node, into: &architecture)
  }

  /// Reads such a member, or the attribute `training_config` of a legacy file.
  func read(
    compilation node: JSONNode, into architecture: inout KerasArchitecture
  ) throws(KerasFileError) {
    var own = KerasCompilation()
    var notes: [String] = []
    if let loss = node["loss"] {
      own.loss = try self.loss(try Self.single(loss), &notes)
    }
    if let metrics = node["metrics"] {
      let context = AccuracyContext(architecture, loss: own.loss)
      for metric in try Self.all(metrics) {
        guard let read = try self.metric(metric, context, &notes) else { continue }
        own.metrics.append(read)
      }
    }
    if let optimizer = node["optimizer"] ?? node["optimizer_config"] {
      try read(optimizer: optimizer, into: &own, &notes)
    }
    if let weights = node["loss_weights"], !Neutral.one.isMet(by: weights) {
      notes.append("the file has loss_weights, which SeedSweep has not: they are left out")
    }
    if let weighted = node["weighted_metrics"], !(try Self.all(weighted)).isEmpty {
      notes.append("the file has weighted_metrics, which SeedSweep has not: they are left out")
    }
    architecture.compilation = own
    architecture.notes += notes
  }

  private func loss(
    _ node: JSONNode, _ notes: inout [String]
  ) throws(KerasFileError) -> Configuration? {
    guard let loss = try lenient(node, .loss, "the loss", &notes) else { return nil }
    if loss.kind == "huber", node.isObject, node["config"]?["delta"] == nil,
      reader.writer.generation == .keras3
    {
      notes.append("Keras 3 does not write the delta of its loss Huber: 1 is taken")
    }
    return loss
  }

  private func metric(
    _ node: JSONNode, _ context: AccuracyContext, _ notes: inout [String]
  ) throws(KerasFileError) -> Configuration? {
    if let word = node.text, ["accuracy", "acc", "Accuracy"].contains(word) {
      guard let kind = context.accuracy else {
        notes.append(
          "the metric accuracy is left out: nothing says which of the three accuracies it is")
        return nil
      }
      notes.append("the metric \(word) is read as \(kind), which Keras takes for this loss")
      let own = JSONNode(.string(kind), path: node.path, source: node.source)
      return try reader.configuration(own, family: .metric)
    }
    return try lenient(node, .metric, "a metric", &notes)
  }

  private func read(
    optimizer node: JSONNode, into own: inout KerasCompilation, _ notes: inout [String]
  ) throws(KerasFileError) {
    let name = try ConfigurationReader.name(of: node)
    if name == "LossScaleOptimizer", let inner = node["config"]?["inner_optimizer"] {
      notes.append(
        "the optimizer scales its loss, which SeedSweep does not: it is read without that")
      return try read(optimizer: inner, into: &own, &notes)
    }
    own.optimizerClass = name
    // The momentum of Keras 2's own Nadam follows another schedule.
    if name == "Nadam" || name == "nadam", reader.writer.generation == .keras2,
      node["config"]?["is_legacy_optimizer"] == nil
    {
      notes.append(
        "the optimizer is left out: the Nadam of Keras 2 is another than that of Keras 3")
      return
    }
    own.optimizer = try lenient(node, .optimizer, "the optimizer", &notes)
  }

  private func lenient(
    _ node: JSONNode, _ family: ConfigurationFamily, _ what: String, _ notes: inout [String]
  ) throws(KerasFileError) -> Configuration? {
    do throws(KerasFileError) {
      return try reader.configuration(node, family: family)
    } catch {
      guard error.code == .unsupported else { throw error }
      notes.append("\(what) is left out: \(error.reason)")
      return nil
    }
  }

  /// The loss of the only output, which may stand in a list or under the output's name.
  private static func single(_ node: JSONNode) throws(KerasFileError) -> JSONNode {
    let all = try all(node)
    guard all.count == 1 else {
      throw node.error(
        .unsupported, "there are losses for \(all.count) outputs, but a model here has one")
    }
    return all[0]
  }

  /// The names and classes in lists and in objects by output.
  private static func all(_ node: JSONNode) throws(KerasFileError) -> [JSONNode] {
    if node.value == .null { return [] }
    if node.isObject, node["class_name"] == nil {
      var nodes: [JSONNode] = []
      for (_, member) in try node.members() { nodes += try all(member) }
      return nodes
    }
    guard node.isList else { return [node] }
    var nodes: [JSONNode] = []
    for item in try node.list() { nodes += try all(item) }
    return nodes
  }
}

/// What decides which metric `accuracy` is.
///
/// Source: Keras, trainers/compile_utils.py, `get_metric`; the targets' shape follows from the loss.
private struct AccuracyContext {
  /// The metric; nil where it cannot be told.
  let accuracy: String?

  init(_ architecture: KerasArchitecture, loss: Configuration?) {
    let outline = architecture.planningShape.flatMap {
      try? ModelOutline(layers: architecture.layers, inputShape: $0)
    }
    switch (outline?.outputShape.last, loss?.kind) {
    case (1, _): accuracy = "binary_accuracy"
    case (_, "sparse_categorical_crossentropy"): accuracy = "sparse_categorical_accuracy"
    case (nil, _), (_, nil): accuracy = nil
    default: accuracy = "categorical_accuracy"
    }
  }
}
