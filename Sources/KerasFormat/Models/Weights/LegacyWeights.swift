import SweepModel
import Training

/// Reads variables from a legacy `.h5` file, which keeps them by the layers' names: the attribute
/// `layer_names`, and in each layer's group `weight_names`.
///
/// Source: Keras, legacy/saving/legacy_h5_format.py.
struct LegacyWeights {
  /// A layer of the file that has variables.
  private struct Stored {
    let name: String
    let weights: [String]
  }

  let architecture: KerasArchitecture
  let outline: ModelOutline
  let source: JSONNode.Source
  /// The group of the layers' groups.
  let root: String
  var filler: VariableFiller
  /// The names of layers in the file beside those in the model.
  private(set) var names: [(file: String, model: String)] = []

  init(
    _ file: HDF5File, architecture: KerasArchitecture, outline: ModelOutline,
    source: JSONNode.Source
  ) {
    filler = VariableFiller(file)
    self.architecture = architecture
    self.outline = outline
    self.source = source
    root = Self.root(of: file)
  }

  /// The group of the layers' groups.
  static func root(of file: HDF5File) -> String {
    file.kind(of: "model_weights") == .group ? "model_weights" : ""
  }

  private var file: HDF5File { filler.file }

  private func path(_ name: String) -> String { root.isEmpty ? name : "\(root)/\(name)" }

  /// Fills variables.
  mutating func read(_ matching: WeightMatching) throws(KerasFileError) {
    let stored = try storedLayers()
    let tree = architecture.tree.flattened { node in stored.contains { $0.name == node.name } }
    let nodes = tree.nodes.filter { !variables(of: $0).isEmpty }
    switch matching {
    case .byOrder:
      guard stored.count == nodes.count else { throw otherCount(stored, nodes) }
      for (layer, node) in zip(stored, nodes) { try fill(node, from: layer) }
    case .byName:
      for layer in stored {
        for node in nodes where node.name == layer.name { try fill(node, from: layer) }
      }
      guard !names.isEmpty else {
        throw error(
          .mismatch,
          "no layer is called the same in the file and in the model: the file has "
            + "\(shown(stored.map(\.name))), the model \(shown(nodes.map(\.name)))")
      }
    }
  }

  private func storedLayers() throws(KerasFileError) -> [Stored] {
    guard let names = try file.texts(attribute: "layer_names", of: root) else {
      throw error(.otherKind, "there is no attribute `layer_names`, which Keras writes")
    }
    var layers: [Stored] = []
    for name in names {
      guard file.kind(of: path(name)) == .group else {
        throw error(
          .malformed, "layer_names names \(Quotation.text(name)), but there is no such group")
      }
      let weights = try file.texts(attribute: "weight_names", of: path(name)) ?? []
      if !weights.isEmpty { layers.append(Stored(name: name, weights: weights)) }
    }
    return layers
  }

  private mutating func fill(
    _ node: LayerTree.Node, from layer: Stored
  ) throws(KerasFileError) {
    let wanted = variables(of: node)
    guard wanted.count == layer.weights.count else {
      throw error(
        .mismatch, at: path(layer.name),
        "layer \(Quotation.text(node.name)) has \(wanted.count) variables, but layer "
          + "\(Quotation.text(layer.name)) of the file has \(layer.weights.count)")
    }
    let order =
      WeightNames.order(of: layer.weights, for: wanted.map(\.path), nested: node.isModel)
      ?? Array(wanted.indices)
    for (variable, place) in zip(wanted, order) {
      try filler.fill(variable, from: "\(path(layer.name))/\(layer.weights[place])")
    }
    names.append((layer.name, node.name))
  }

  /// The variables of a layer or a model in the order of the file: those that are trained, then the
  /// others.
  private func variables(of node: LayerTree.Node) -> [PlannedVariable] {
    switch node.content {
    case .input: return []
    case .layer(let number): return outline.layers[number].variables
    case .model(let tree):
      var (trained, others): ([PlannedVariable], [PlannedVariable]) = ([], [])
      for number in tree.layerNumbers {
        let isFrozen = architecture.frozen.contains(outline.layers[number].path)
        for variable in outline.layers[number].variables {
          if variable.isTrainable && !isFrozen {
            trained.append(variable)
          } else {
            others.append(variable)
          }
        }
      }
      return trained + others
    }
  }

  private func otherCount(_ stored: [Stored], _ nodes: [LayerTree.Node]) -> KerasFileError {
    let (files, models) = (stored.map(\.name), nodes.map(\.name))
    let extra =
      models.first { !files.contains($0) }.map { "the file has no \(Quotation.text($0))" }
      ?? files.first { !models.contains($0) }.map { "the model has no \(Quotation.text($0))" }
      ?? "the names are the same"
    return error(
      .mismatch,
      "\(files.count) layers with variables are in the file, \(models.count) in the model: \(extra); "
        + "load by name to fill those that are called the same")
  }

  private func shown(_ names: [String]) -> String {
    names.prefix(8).map { Quotation.text($0) }.joined(separator: ", ")
      + (names.count > 8 ? "…" : "")
  }

  private func error(
    _ code: KerasFileError.Code, at place: String? = nil, _ reason: String
  ) -> KerasFileError {
    KerasFileError(code, file: source.file, member: source.member, place: place, reason)
  }
}

extension LayerTree.Node {
  fileprivate var isModel: Bool {
    if case .model = content { true } else { false }
  }
}

/// What a legacy file calls its weights, such as `sequential/dense/kernel` or `dense/kernel:0`.
enum WeightNames {
  /// The places of the weights for variables, which are mostly in the same order.
  ///
  /// Two layers of a model may have variables of the same shapes, so that only names tell a wrong
  /// order; names that Keras does not give tell nothing.
  ///
  /// - Returns: nil where the names do not tell.
  static func order(of weights: [String], for paths: [String], nested: Bool) -> [Int]? {
    let count = nested ? 2 : 1
    let stored = weights.map { tail($0, count) }
    let wanted = paths.map { tail($0.replacing(".", with: "/"), count) }
    guard Set(stored).count == stored.count, Set(stored) == Set(wanted) else { return nil }
    return wanted.compactMap { stored.firstIndex(of: $0) }
  }

  /// The last parts of a name, without the numbers that TensorFlow puts behind it.
  private static func tail(_ name: String, _ count: Int) -> [String] {
    var parts = name.split(separator: "/").map(String.init)
    guard let last = parts.popLast() else { return [] }
    let leaf = last.split(separator: ":").first.map(String.init) ?? last
    // Cells stand between a layer and its variables in some versions only.
    parts.removeAll { $0.hasSuffix("_cell") }
    return parts.suffix(count - 1) + [leaf]
  }
}
