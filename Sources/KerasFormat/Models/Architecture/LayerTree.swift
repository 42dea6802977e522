import SweepModel

/// The layers of a model as Keras nests them: files keep variables by this tree.
struct LayerTree: Hashable, Sendable {
  /// One layer, or a model within a model.
  struct Node: Hashable, Sendable {
    /// Keras's class; nil for a model whose class is not known, Sequential or Functional.
    let className: String?
    /// Keras's name.
    let name: String
    let content: Content
  }

  /// What a node is.
  enum Content: Hashable, Sendable {
    /// The layer of that number, from 0, in the flattened model.
    case layer(Int)
    /// A model.
    case model(LayerTree)
    /// An input, which has no variables.
    case input
  }

  /// In the order in which they run.
  var nodes: [Node] = []

  /// The numbers of all layers, in order.
  var layerNumbers: [Int] {
    nodes.flatMap { node -> [Int] in
      switch node.content {
      case .layer(let number): [number]
      case .model(let tree): tree.layerNumbers
      case .input: []
      }
    }
  }

  /// The tree of layers whose names say which of them are within models (``LayerNaming``).
  init(of layers: [Configuration], paths: [String]) {
    self.init(
      Array(zip(layers, paths).enumerated()).map { number, layer in
        (number, layer.0, layer.1.split(separator: ".").map(String.init))
      }, depth: 0)
  }

  private init(_ layers: [(number: Int, layer: Configuration, names: [String])], depth: Int) {
    var rest = layers[...]
    while let first = rest.first {
      guard first.names.count > depth + 1 else {
        rest.removeFirst()
        nodes.append(
          Node(
            className: CorrespondenceTable.className(of: first.layer),
            name: first.names.last ?? "", content: .layer(first.number)))
        continue
      }
      let name = first.names[depth]
      let inner = rest.prefix { $0.names.count > depth + 1 && $0.names[depth] == name }
      rest.removeFirst(inner.count)
      nodes.append(
        Node(
          className: nil, name: name, content: .model(LayerTree(Array(inner), depth: depth + 1))))
    }
  }

  /// The same with those models that only names with a dot suggest as the layers that they are of, unless
  /// a file has such models.
  func flattened(unless isModel: (Node) -> Bool) -> LayerTree {
    LayerTree(
      nodes: nodes.flatMap { node -> [Node] in
        guard case .model(let tree) = node.content, node.className == nil, !isModel(node) else {
          return [node]
        }
        return tree.flattened { _ in false }.nodes.map {
          Node(
            className: $0.className, name: "\(node.name).\($0.name)", content: $0.content)
        }
      })
  }

  /// A tree of these nodes.
  init(nodes: [Node] = []) { self.nodes = nodes }
}

extension CorrespondenceTable {
  /// The class of Keras that a layer is written as.
  static func className(of layer: Configuration) -> String? {
    if layer.kind == "activation",
      let entry = entry(.activation, writing: layer.configuration("activation")),
      activationLayers.contains(entry.className), !layer.configuration("activation").isNamed
    {
      return entry.className
    }
    return entry(.layer, writing: layer)?.className
  }
}

extension Configuration {
  /// Whether Keras has a name for an activation with these arguments.
  var isNamed: Bool {
    guard let entry = CorrespondenceTable.entry(.activation, writing: self) else { return false }
    return !CorrespondenceTable.activationLayers.contains(entry.className)
  }
}
