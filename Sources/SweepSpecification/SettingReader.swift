import SweepModel

/// Reads what decides a trial: `data`, `model`, `training`, `metrics` and the sources.
struct SettingReader {
  /// The keys of `training`.
  static let trainingKeys = [
    "loss", "optimizer", "epochs", "batch_size", "shuffle", "validation_split", "callbacks",
    "class_weight",
  ]
  /// Keras's default of `batch_size`.
  private static let defaultBatchSize = 32

  private let reader: ConfigurationReader

  init(vocabulary: Vocabulary) { reader = ConfigurationReader(vocabulary: vocabulary) }

  /// A setting, and the document it was read from.
  struct Reading {
    let document: SourceNode
    let setting: VariantSetting
  }

  /// Reads a setting from a document whose top-level keys have been checked.
  ///
  /// Where `document` shares a section or a layer with that of `base`, what was read from it is taken
  /// over: a specification may have 10,000 variants of 1,000 layers.
  ///
  /// - Throws: `SpecificationError` at what is wrong with it.
  func read(_ document: Section, from root: SourceNode, sharing base: Reading? = nil)
    throws(SpecificationError) -> Reading
  {
    let trainingEntry = try document.required("training")
    let data = try data(try document.required("data"), sharing: base)
    let model = try document.required("model")
    let kerasModel = try kerasModel(model)
    let layers = kerasModel == nil ? try layers(model.value, sharing: base) : []
    let training = try training(trainingEntry, sharing: base)
    let metrics =
      if let entry = document["metrics"] {
        try metrics(entry, sharing: base)
      } else {
        try defaultMetrics(trainingEntry.value, loss: training.loss)
      }
    let setting = VariantSetting(
      data: data, layers: layers, kerasModel: kerasModel, training: training, metrics: metrics,
      sources: try sources(document))
    return Reading(document: root, setting: setting)
  }

  private func data(_ entry: SourceNode.Entry, sharing base: Reading?) throws(SpecificationError)
    -> Configuration
  {
    if let setting = base?.setting(ifSame: "data", entry.value) { return setting.data }
    return try reader.dataset(entry, path: "data")
  }

  private func layers(_ node: SourceNode, sharing base: Reading?) throws(SpecificationError)
    -> [Configuration]
  {
    if let setting = base?.setting(ifSame: "model", node) { return setting.layers }
    let nodes = try node.list(path: "model", of: "layers", maximum: Limits.layers)
    var known: [SourceNode] = []
    if case .list(let list)? = base?.document["model"]?.value.content { known = list }
    var layers: [Configuration] = []
    for (index, node) in nodes.enumerated() {
      if let base, index < known.count, known[index] === node {
        layers.append(base.setting.layers[index])
      } else {
        let layer = try reader.configuration(node, .layer, path: "model[\(index)]")
        layers.append(layer.withoutDefaultTrainable)
      }
    }
    return layers
  }

  /// The model of Keras that stands in the place of a list of layers; nil where there is a list.
  private func kerasModel(_ entry: SourceNode.Entry) throws(SpecificationError)
    -> KerasModelSetting?
  {
    guard case .mapping(let entries) = entry.value.content,
      entries.contains(where: { Suggestion.nearest(to: $0.key, among: ["keras"]) != nil })
    else { return nil }
    let section = try Section(
      entry.value, path: "model", at: entry.keyPosition, keys: ["keras", "frozen"])
    var frozen: [String] = []
    if let node = section["frozen"]?.value {
      let path = "model.frozen"
      let names = try node.list(path: path, of: "layers' names", maximum: Limits.layers)
      for (index, name) in names.enumerated() {
        frozen.append(try name.argumentText(path: "\(path)[\(index)]"))
      }
    }
    return KerasModelSetting(
      path: try section.required("keras").value.argumentText(path: "model.keras"),
      frozen: frozen)
  }

  private func sources(_ document: Section) throws(SpecificationError) -> ModelSources {
    var sources = ModelSources()
    for kind in ModelSources.Kind.allCases {
      guard let entry = document[kind.rawValue] else { continue }
      sources[kind] = try reader.source(entry, path: kind.rawValue)
    }
    return sources
  }

  private func training(_ entry: SourceNode.Entry, sharing base: Reading?)
    throws(SpecificationError) -> TrainingSettings
  {
    if let setting = base?.setting(ifSame: "training", entry.value) { return setting.training }
    let section = try Section(
      entry.value, path: "training", at: entry.keyPosition, keys: Self.trainingKeys)
    let loss = try section.required("loss").value
    let optimizer = try section.required("optimizer").value
    return TrainingSettings(
      loss: try reader.configuration(loss, .loss, path: "training.loss"),
      optimizer: try reader.configuration(optimizer, .optimizer, path: "training.optimizer"),
      epochs: try section["epochs"]?.value.epochs ?? 1,
      batchSize: try section["batch_size"]?.value.batchSize ?? .samples(Self.defaultBatchSize),
      shuffle: try section["shuffle"]?.value.boolean(path: "training.shuffle") ?? true,
      validationSplit: try section["validation_split"]?.value
        .number(in: .fraction, path: "training.validation_split") ?? 0,
      callbacks: try section["callbacks"].map { entry throws(SpecificationError) in
        try callbacks(entry.value)
      } ?? [],
      classWeights: try section["class_weight"].map { entry throws(SpecificationError) in
        try classWeights(entry.value)
      } ?? [])
  }

  private func callbacks(_ node: SourceNode) throws(SpecificationError) -> [Configuration] {
    let path = "training.callbacks"
    let nodes = try node.list(path: path, of: "callbacks", maximum: Limits.callbacks)
    var callbacks: [Configuration] = []
    for (index, node) in nodes.enumerated() {
      let callback = try reader.configuration(node, .callback, path: "\(path)[\(index)]")
      guard !callbacks.contains(callback) else {
        throw SpecificationError(
          "the callback \(callback.kind.quoted) is listed twice", at: node.position)
      }
      callbacks.append(callback)
    }
    return callbacks
  }

  private func classWeights(_ node: SourceNode) throws(SpecificationError) -> [Double] {
    let path = "training.class_weight"
    let nodes = try node.list(path: path, of: "weights", maximum: Int(Limits.units))
    var weights: [Double] = []
    for (index, node) in nodes.enumerated() {
      weights.append(try node.number(in: .nonNegative, path: "\(path)[\(index)]"))
    }
    return weights
  }

  private func metrics(_ entry: SourceNode.Entry, sharing base: Reading?)
    throws(SpecificationError) -> [Configuration]
  {
    if let setting = base?.setting(ifSame: "metrics", entry.value) { return setting.metrics }
    let nodes = try entry.value.list(path: "metrics", of: "metrics", maximum: Limits.metrics)
    var metrics: [Configuration] = []
    for (index, node) in nodes.enumerated() {
      let metric = try reader.configuration(node, .metric, path: "metrics[\(index)]")
      // Results name a metric by its kind.
      guard !metrics.contains(where: { $0.kind == metric.kind }) else {
        throw SpecificationError(
          "the metric \(metric.kind.quoted) is listed twice", at: node.position)
      }
      metrics.append(metric)
    }
    return metrics
  }

  /// The metric of the loss's name, as long as there is one and it needs no arguments but the loss's.
  private func defaultMetrics(_ training: SourceNode, loss: Configuration)
    throws(SpecificationError) -> [Configuration]
  {
    let schemas = reader.vocabulary[.metric]
    let position = training["loss"]?.value.position ?? training.position
    guard
      let schema = schemas.first(where: { $0.kind == loss.kind }),
      !schema.parameters.contains(where: \.isRequired)
    else {
      let names = schemas.map(\.kind).listed
      throw SpecificationError(
        "the loss \(loss.kind.quoted) is no metric, so that the key `metrics` is needed; "
          + "valid metrics: \(names)", at: position)
    }
    if reader.vocabulary.schema(.loss, kind: loss.kind)?.parameters == schema.parameters {
      return [loss]
    }
    let node = SourceNode(.plain(loss.kind), at: position)
    return [try reader.configuration(node, .metric, path: "metrics[0]")]
  }
}

extension SettingReader.Reading {
  /// The setting where the document has the very same value of a key.
  fileprivate func setting(ifSame key: String, _ value: SourceNode) -> VariantSetting? {
    document[key]?.value === value ? setting : nil
  }
}

extension SourceNode {
  fileprivate var epochs: Int {
    get throws(SpecificationError) {
      Int(try integer(in: 1...Limits.epochs, path: "training.epochs"))
    }
  }

  fileprivate var batchSize: BatchSize {
    get throws(SpecificationError) {
      if text == "all" { return .all }
      let path = "training.batch_size"
      guard case .plain(let text) = content, NumberText(text) != nil else {
        throw mismatch(path, "a whole number or all")
      }
      return .samples(Int(try integer(in: 1...Limits.batchSize, path: path)))
    }
  }
}

extension Configuration {
  /// A layer that is trained says nothing of it, so that there is one way to say the same.
  fileprivate var withoutDefaultTrainable: Configuration {
    guard arguments["trainable"] == .boolean(true) else { return self }
    return Configuration(kind: kind, arguments: arguments.filter { $0.key != "trainable" })
  }
}
