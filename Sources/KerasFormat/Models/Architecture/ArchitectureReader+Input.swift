import SweepModel
import Training

extension ArchitectureReader {
  /// Takes the shape of a sample from an InputLayer, or from the first layer of older files.
  mutating func noteInput(
    _ configuration: JSONNode, className: String
  ) throws(KerasFileError) {
    guard configuration.isObject else { return }
    if className == "InputLayer" {
      for switchName in ["sparse", "ragged"] where try configuration[switchName]?.boolean() ?? false
      {
        throw configuration.error(.unsupported, "SeedSweep has no \(switchName) inputs")
      }
      if configuration["dtype"]?.text == "string" {
        throw configuration.error(.unsupported, "SeedSweep takes numbers, not texts")
      }
    }
    guard inputAxes == nil, layers.isEmpty else { return }
    for name in ["batch_shape", "batch_input_shape"] {
      if let node = configuration[name] { inputAxes = try Self.axes(node) }
    }
    if inputAxes == nil, let node = configuration["input_shape"] {
      inputAxes = try Self.lengths(try node.list())
    }
    if inputAxes == nil, let length = configuration["input_length"], !length.isList {
      inputAxes = [Int(try length.integer(in: 1...Limits.units))]
      if let width = configuration["input_dim"], className != "Embedding" {
        inputAxes?.append(Int(try width.integer(in: 1...Limits.units)))
      }
    } else if inputAxes == nil, let width = configuration["input_dim"], className == "Dense" {
      inputAxes = [Int(try width.integer(in: 1...Limits.units))]
    }
  }

  /// The axes of a shape that begins with the batch's.
  static func axes(_ node: JSONNode) throws(KerasFileError) -> [Int?] {
    let nodes = try node.list()
    guard let first = nodes.first, !first.isList else {
      throw node.error(.unsupported, "a model here has one input, which has a shape")
    }
    return try lengths(Array(nodes.dropFirst()))
  }

  private static func lengths(_ nodes: [JSONNode]) throws(KerasFileError) -> [Int?] {
    guard nodes.count <= Limits.axes else {
      throw KerasFileError(
        .overLimit, file: nodes[0].source.file, member: nodes[0].source.member,
        place: nodes[0].path, "samples have \(nodes.count) axes, more than \(Limits.axes)")
    }
    var lengths: [Int?] = []
    for node in nodes {
      lengths.append(node.value == .null ? nil : Int(try node.integer(in: 1...Limits.units)))
    }
    return lengths
  }

  /// The axes that a model without an input layer was built for.
  static func builtAxes(_ root: JSONNode) throws(KerasFileError) -> [Int?]? {
    guard let shape = root["build_config"]?["input_shape"], shape.isList else { return nil }
    return try axes(shape)
  }

  /// Keeps in mind what a layer or a model computes in, where it is not binary32.
  mutating func notePolicy(_ configuration: JSONNode) throws(KerasFileError) {
    guard let dtype = configuration["dtype"] else { return }
    let className = dtype["class_name"]?.text ?? ""
    if className.hasPrefix("Quantized") {
      throw dtype.error(
        .unsupported,
        "its variables are quantized, which SeedSweep does not read: save it before that")
    }
    if className == "DTypePolicyMap" {
      throw dtype.error(.unsupported, "SeedSweep does not read maps of policies")
    }
    let name = dtype.text ?? dtype["config"]?["name"]?.text ?? ""
    let others = ["float16", "bfloat16", "float64", "mixed_float16", "mixed_bfloat16"]
    if others.contains(name), !policies.contains(name) { policies.append(name) }
    if name.hasPrefix("int8") || name.hasPrefix("int4") || name.hasPrefix("float8") {
      throw dtype.error(
        .unsupported,
        "its variables are quantized, which SeedSweep does not read: save it before that")
    }
  }
}

extension KerasArchitecture {
  /// Checks that the layers fit together, where the samples' shape is known, and writes the last axis
  /// as -1 wherever it stands by its number.
  mutating func settle(source: JSONNode.Source) throws(KerasFileError) {
    guard let shape = planningShape else { return }
    let outline = try outline(shape, source: source)
    for (number, layer) in layers.enumerated() {
      if case .integer(let axis)? = layer.arguments["axis"], axis > 0 {
        layers[number] = layer.with("axis", .integer(-1))
      }
    }
    guard outline.layers.map(\.path) == paths else {
      throw KerasFileError(
        .unsupported, file: source.file, member: source.member,
        "its layers' names are not clear: give each its own")
    }
  }

  /// What the layers make of samples of a shape.
  func outline(
    _ shape: [Int], source: JSONNode.Source
  ) throws(KerasFileError) -> ModelOutline {
    do {
      return try ModelOutline(layers: layers, inputShape: shape)
    } catch {
      throw KerasFileError(
        .unsupported, file: source.file, member: source.member,
        "SeedSweep cannot take \(place(of: error)): \(error)")
    }
  }

  /// The layer that an error is of, by its name.
  private func place(of error: TrainingError) -> String {
    guard error.path.hasPrefix("model["), let end = error.path.firstIndex(of: "]"),
      let number = Int(error.path[..<end].dropFirst(6)), paths.indices.contains(number)
    else { return "the model" }
    return "layer \(Quotation.text(paths[number]))"
  }
}
