import SweepModel
import Training

/// Reads the JSON of `to_json()`, of a `.keras` file's config.json or of a legacy file's attribute
/// `model_config`, as Keras 2.0 to 3 write it.
struct ArchitectureReader {
  /// Models within models.
  private static let nesting = 8

  var layers: [Configuration] = []
  var paths: [String] = []
  var frozen: Set<String> = []
  /// What makes training here another than in Keras.
  var trainingDifferences: [String] = []
  /// Kinds of arithmetic other than binary32, as Keras calls them.
  var policies: [String] = []
  var inputAxes: [Int?]?
  let reader: ConfigurationReader
  private var naming = LayerNaming()

  private init(writer: KerasWriter) { reader = ConfigurationReader(writer: writer) }

  /// The architecture of a document.
  ///
  /// - Parameters:
  ///   - version: The version that wrote it, where something else tells.
  ///   - compiles: Whether its loss, metrics and optimizer are wanted.
  static func read(
    _ root: JSONNode, version: String? = nil, compiles: Bool = true
  ) throws(KerasFileError) -> KerasArchitecture {
    guard root.isObject, root["class_name"] != nil else {
      throw root.error(
        .otherKind, "this JSON is no model of Keras: it has no `class_name`, as to_json() writes it"
      )
    }
    try ForeignObjects.refuse(in: root)
    let writer = writer(of: root, version: version)
    var own = ArchitectureReader(writer: writer)
    let tree = try own.model(root, within: [], isTrained: true)
    guard !own.layers.isEmpty else { throw root.error(.malformed, "the model has no layers") }
    if own.inputAxes == nil { own.inputAxes = try Self.builtAxes(root) }
    var architecture = KerasArchitecture(
      layers: own.layers, paths: own.paths, inputAxes: own.inputAxes, tree: tree, writer: writer)
    architecture.frozen = own.frozen
    architecture.notes = own.notes
    architecture.trainingDifferences = own.trainingDifferences
    try architecture.settle(source: root.source)
    if compiles { try CompileReader(reader: own.reader).read(root, into: &architecture) }
    return architecture
  }

  private static func writer(of root: JSONNode, version: String?) -> KerasWriter {
    // Only Keras 3 says what was registered, except in a .keras file, whose version is known.
    KerasWriter(
      version: version ?? root["keras_version"]?.text,
      generation: root.value["registered_name"] != nil ? .keras3 : .keras2)
  }

  private var notes: [String] {
    guard !policies.isEmpty else { return trainingDifferences }
    return trainingDifferences + [
      "Keras computes this model in \(policies.joined(separator: ", ")), SeedSweep in float32: "
        + "predictions differ by what that rounds"
    ]
  }

  /// Reads a model, Sequential or a chain.
  mutating func model(
    _ node: JSONNode, within models: [String], isTrained: Bool
  ) throws(KerasFileError) -> LayerTree {
    guard models.count < Self.nesting else {
      throw node.error(.overLimit, "models are nested more than \(Self.nesting) deep")
    }
    let className = try node.required("class_name").string()
    let configuration = try node.required("config")
    if configuration.isObject { try notePolicy(configuration) }
    switch className {
    case "Sequential":
      return try sequential(configuration, within: models, isTrained: isTrained)
    case "Functional", "Model":
      return try functional(configuration, within: models, isTrained: isTrained)
    default:
      throw node.error(
        .unsupported,
        "\(Quotation.text(className)) is no Sequential and no Functional model, which SeedSweep reads"
      )
    }
  }

  private mutating func sequential(
    _ configuration: JSONNode, within models: [String], isTrained: Bool
  ) throws(KerasFileError) -> LayerTree {
    // In Keras 2.0 the configuration is the list of layers itself.
    let list = configuration.isList ? configuration : try configuration.required("layers")
    var tree = LayerTree()
    for node in try list.list() {
      let own = try layer(node, within: models, isTrained: isTrained)
      // An input is no layer of a Sequential.
      if own.content != .input { tree.nodes.append(own) }
    }
    if models.isEmpty, inputAxes == nil, configuration.isObject {
      inputAxes = try configuration["build_input_shape"].map { node throws(KerasFileError) in
        try Self.axes(node)
      }
    }
    return tree
  }

  /// Reads a layer, or a model in its place.
  mutating func layer(
    _ node: JSONNode, within models: [String], isTrained: Bool
  ) throws(KerasFileError) -> LayerTree.Node {
    let className = try node.required("class_name").string()
    let configuration = try node.required("config")
    let name = try Self.name(of: node, className: className)
    guard layers.count < Limits.layers else {
      throw node.error(.overLimit, "the model has more than \(Limits.layers) layers")
    }
    let own = configuration.isObject ? try configuration["trainable"]?.boolean() : nil
    let trains = isTrained && own ?? true
    if ["Sequential", "Functional", "Model"].contains(className) {
      let tree = try model(node, within: models + [name], isTrained: trains)
      return LayerTree.Node(className: className, name: name, content: .model(tree))
    }
    do throws(KerasFileError) {
      try noteInput(configuration, className: className)
      guard className != "InputLayer" else {
        return LayerTree.Node(className: className, name: name, content: .input)
      }
      try notePolicy(configuration)
      let own = try self.configuration(node, className: className)
      let isFrozen = try innerIsFrozen(configuration)
      append(own, name: name, within: models, trains: trains && !isFrozen)
      let differences = try reader.trainingDifferences(node)
      if !differences.isEmpty {
        trainingDifferences.append(
          "layer \(Quotation.text(name)) has \(differences.joined(separator: ", ")), which SeedSweep has "
            + "not: it predicts the same, but is trained without that")
      }
    } catch {
      throw error.of(layer: name, className: className)
    }
    return LayerTree.Node(
      className: className, name: name, content: .layer(layers.count - 1))
  }

  private func configuration(
    _ node: JSONNode, className: String
  ) throws(KerasFileError) -> Configuration {
    guard CorrespondenceTable.activationLayers.contains(className) else {
      return try reader.configuration(node, family: .layer)
    }
    let activation = try reader.configuration(node, family: .activation)
    return Configuration(kind: "activation", arguments: ["activation": .configuration(activation)])
  }

  private mutating func append(
    _ layer: Configuration, name: String, within models: [String], trains: Bool
  ) {
    let (path, own) = naming.name(name, kind: layer.kind, within: models)
    layers.append(layer.with("name", own.map { .text($0) }))
    paths.append(path)
    if !trains { frozen.insert(path) }
  }

  private func innerIsFrozen(_ configuration: JSONNode) throws(KerasFileError) -> Bool {
    try configuration["layer"]?["config"]?["trainable"]?.boolean() == false
  }

  static func name(of node: JSONNode, className: String) throws(KerasFileError) -> String {
    let named = node["config"].flatMap { $0.isObject ? $0["name"] : nil } ?? node["name"]
    guard let named else { return SnakeCase.name(ofClass: className) }
    let name = try named.string()
    guard (1...Limits.textBytes).contains(name.utf8.count),
      name.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
    else {
      throw named.error(
        .refused, "\(named.shown) is no name of a layer: it is empty, too long or no plain text")
    }
    return name
  }
}

extension KerasFileError {
  /// The same error, of a layer.
  func of(layer name: String, className: String) -> KerasFileError {
    KerasFileError(
      code, file: file, member: member, place: place,
      "layer \(Quotation.text(name)) (\(Quotation.text(className).trimmingQuotes)): \(reason)")
  }
}

extension String {
  /// The text without the quotation marks around it.
  fileprivate var trimmingQuotes: String { String(dropFirst().dropLast()) }
}
