import SweepModel

extension ArchitectureReader {
  /// Reads a functional model that is one chain: an input, then layers that each take what the one
  /// before gives.
  mutating func functional(
    _ configuration: JSONNode, within models: [String], isTrained: Bool
  ) throws(KerasFileError) -> LayerTree {
    let nodes = try configuration.required("layers").list()
    let links = try FunctionalLinks(nodes)
    let inputs = try Self.ends(configuration.required("input_layers"))
    let outputs = try Self.ends(configuration.required("output_layers"))
    guard inputs.count == 1, outputs.count == 1 else {
      throw configuration.error(
        .unsupported,
        "the model has \(inputs.count) inputs and \(outputs.count) outputs; SeedSweep takes one chain "
          + "of layers")
    }
    var tree = LayerTree()
    for place in try links.chain(from: inputs[0], to: outputs[0]) {
      tree.nodes.append(try layer(nodes[place], within: models, isTrained: isTrained))
    }
    return tree
  }

  /// The names of layers in `["a", 0, 0]`, `[["a", 0, 0]]` or a nesting of these.
  private static func ends(_ node: JSONNode) throws(KerasFileError) -> [String] {
    let items = try node.list()
    if let name = items.first?.text { return [name] }
    var names: [String] = []
    for item in items { names += try ends(item) }
    return names
  }
}

/// Which layer takes what which other gives.
private struct FunctionalLinks {
  private let nodes: [JSONNode]
  private var places: [String: Int] = [:]
  private var names: [String] = []
  /// The layer before each; nil for an input.
  private var sources: [String?] = []

  init(_ nodes: [JSONNode]) throws(KerasFileError) {
    self.nodes = nodes
    guard nodes.count <= Limits.layers else {
      throw KerasFileError(
        .overLimit, file: nodes[0].source.file, "the model has more than \(Limits.layers) layers")
    }
    for (place, node) in nodes.enumerated() {
      let className = try node.required("class_name").string()
      let own = try node["name"]?.string()
      let inner = try ArchitectureReader.name(of: node, className: className)
      let name = own ?? inner
      guard places.updateValue(place, forKey: name) == nil else {
        throw node.error(.malformed, "two layers are called \(Quotation.text(name))")
      }
      names.append(name)
      do throws(KerasFileError) {
        sources.append(try Self.source(node, className: className))
      } catch {
        throw error.of(layer: name, className: className)
      }
    }
  }

  private static func source(
    _ node: JSONNode, className: String
  ) throws(KerasFileError) -> String? {
    let calls = try node["inbound_nodes"]?.list() ?? []
    guard !calls.isEmpty else { return nil }
    guard calls.count == 1 else {
      throw node.error(
        .unsupported,
        "it is used \(calls.count) times, and a model here is one chain of layers")
    }
    var tensors: [String] = []
    try collect(calls[0], into: &tensors)
    guard tensors.count == 1 else {
      throw node.error(
        .unsupported,
        "it takes \(tensors.count) inputs, and a model here is one chain of layers")
    }
    return tensors[0]
  }

  /// The layers whose tensors a call takes: of Keras 3, with `args` and `kwargs`, or of Keras 2, in
  /// lists.
  private static func collect(
    _ node: JSONNode, into tensors: inout [String]
  ) throws(KerasFileError) {
    if node["class_name"]?.text == "__keras_tensor__" {
      let history = try node.required("config").required("keras_history")
      return tensors.append(try first(history))
    }
    if let arguments = node["args"] {
      try collect(arguments, into: &tensors)
      if let named = node["kwargs"] { try checkNamed(named, tensors: &tensors) }
      return
    }
    guard node.isList else { return }
    let items = try node.list()
    if items.count >= 3, items[0].text != nil {
      tensors.append(try first(node))
      if items.count > 3 { try checkNamed(items[3], tensors: &tensors) }
      return
    }
    for item in items { try collect(item, into: &tensors) }
  }

  private static func checkNamed(
    _ node: JSONNode, tensors: inout [String]
  ) throws(KerasFileError) {
    for (name, argument) in try node.members() where argument.value != .null {
      // Layers ask for it themselves when they are trained.
      if name == "training", argument.value == .boolean(false) { continue }
      throw argument.error(
        .unsupported,
        "it is called with \(Quotation.text(name)), which SeedSweep's layers do not take")
    }
  }

  /// The layer of `["name", 0, 0, …]`.
  private static func first(_ history: JSONNode) throws(KerasFileError) -> String {
    let items = try history.list()
    guard items.count >= 3 else { throw history.error(.malformed, "a link has no three parts") }
    // The second number counts calls, others than those of this model among them: of these, each layer
    // has one.
    guard try items[2].integer(in: 0...1 << 20) == 0 else {
      throw history.error(
        .unsupported, "it takes another output than the first, which a chain of layers has not")
    }
    return try items[0].string()
  }

  /// The places of the layers from an input to an output, all of them.
  func chain(from input: String, to output: String) throws(KerasFileError) -> [Int] {
    var followers: [String: Int] = [:]
    for (place, source) in sources.enumerated() {
      guard let source else { continue }
      guard followers.updateValue(place, forKey: source) == nil else {
        throw nodes[place].error(
          .unsupported,
          "layer \(Quotation.text(source)) is followed by two others, and a model here is one chain"
        )
      }
    }
    guard var place = places[input] else {
      throw nodes[0].error(.malformed, "there is no layer \(Quotation.text(input)), the input")
    }
    var chain = [place]
    while names[place] != output, let next = followers[names[place]], chain.count <= nodes.count {
      place = next
      chain.append(place)
    }
    guard names[place] == output else {
      throw nodes[place].error(
        .malformed,
        "no chain of layers leads from \(Quotation.text(input)) to \(Quotation.text(output))")
    }
    guard chain.count == nodes.count else {
      let other = (0..<nodes.count).first { !chain.contains($0) } ?? 0
      throw nodes[other].error(
        .unsupported,
        "layer \(Quotation.text(names[other])) stands beside the chain of layers that a model here is"
      )
    }
    return chain
  }
}
