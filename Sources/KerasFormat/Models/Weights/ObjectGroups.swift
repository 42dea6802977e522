import SweepModel
import Training

/// Reads variables from the groups of a `.weights.h5` file, which are named by the layers' classes and
/// their order, not by the layers' names.
///
/// Source: Keras, saving/saving_lib.py, `_save_container_state`; of Keras 2.12, which knew every layer
/// with variables under two names and so counts it twice, the same file there.
struct ObjectGroups {
  /// The group of a model's layers.
  enum Container: String {
    case layers
    /// In Keras 2.12.
    case dependencies = "_layer_checkpoint_dependencies"
  }

  let architecture: KerasArchitecture
  let outline: ModelOutline
  let matching: WeightMatching
  let source: JSONNode.Source
  var filler: VariableFiller
  /// The names of layers in the file beside those in the model.
  private(set) var names: [(file: String, model: String)] = []

  init(
    _ file: HDF5File, architecture: KerasArchitecture, outline: ModelOutline,
    matching: WeightMatching, source: JSONNode.Source
  ) {
    filler = VariableFiller(file)
    self.architecture = architecture
    self.outline = outline
    self.matching = matching
    self.source = source
  }

  private var file: HDF5File { filler.file }

  /// Fills all variables.
  mutating func read() throws(KerasFileError) {
    try read(architecture.tree, at: "")
  }

  private mutating func read(_ tree: LayerTree, at path: String) throws(KerasFileError) {
    guard let container = container(at: path) else {
      throw error(
        .otherKind, at: path,
        "there is no group `layers`, in which Keras keeps the variables of a model's layers")
    }
    let prefix = path.isEmpty ? container.rawValue : "\(path)/\(container.rawValue)"
    var groups = GroupNames(container: container)
    var used: Set<String> = []
    let hasModels = file.members(of: prefix).contains { group in
      ["sequential", "functional", "model"].contains { group == $0 || group.hasPrefix($0 + "_") }
    }
    for node in tree.flattened(unless: { _ in hasModels }).nodes {
      let variables = variables(of: node)
      let candidates = groups.candidates(node)
      let group = try group(of: node, candidates.map(\.group), at: prefix)
      let chosen = candidates.first { $0.group == group } ?? candidates[0]
      groups.count(chosen.className, hasVariables: !variables.isEmpty)
      guard let group else {
        guard !variables.isEmpty, matching == .byOrder else { continue }
        throw missing(node, chosen.group, at: prefix)
      }
      used.insert(group)
      try read(node, at: "\(prefix)/\(group)")
    }
    try refuseOthers(than: used, at: prefix)
  }

  private func container(at path: String) -> Container? {
    let prefix = path.isEmpty ? "" : path + "/"
    return [Container.layers, .dependencies].first {
      file.kind(of: prefix + $0.rawValue) == .group
    }
  }

  /// The group of a node among those that may be it, or by its name.
  private func group(
    of node: LayerTree.Node, _ candidates: [String], at prefix: String
  ) throws(KerasFileError) -> String? {
    guard matching == .byName else {
      return candidates.first { file.kind(of: "\(prefix)/\($0)") == .group }
    }
    for group in file.members(of: prefix)
    where try file.text(attribute: "name", of: "\(prefix)/\(group)/vars") == node.name {
      return group
    }
    return nil
  }

  private mutating func read(_ node: LayerTree.Node, at path: String) throws(KerasFileError) {
    if let name = try file.text(attribute: "name", of: "\(path)/vars") {
      names.append((name, node.name))
    }
    switch node.content {
    case .input: return
    case .model(let tree): try read(tree, at: path)
    case .layer(let number):
      let variables = outline.layers[number].variables
      let named = node.className.flatMap {
        CorrespondenceTable.entries(.layer, called: $0).first
      }
      let entry = named ?? CorrespondenceTable.entry(.layer, writing: architecture.layers[number])
      let groups = entry?.weights ?? []
      guard !groups.isEmpty else { return try refuseVariables(of: node, at: path) }
      let share = variables.count / groups.count
      for (place, group) in groups.enumerated() {
        let own = variables[place * share..<(place + 1) * share]
        try fill(own, at: group.path.isEmpty ? path : "\(path)/\(group.path)", of: node)
      }
    }
  }

  private mutating func fill(
    _ variables: ArraySlice<PlannedVariable>, at path: String, of node: LayerTree.Node
  ) throws(KerasFileError) {
    let stored = file.members(of: "\(path)/vars").count
    guard stored == variables.count else {
      throw error(
        .mismatch, at: path,
        "layer \(Quotation.text(node.name)) has \(variables.count) variables, but the file has "
          + "\(stored) for it")
    }
    for (place, variable) in variables.enumerated() {
      try filler.fill(variable, from: "\(path)/vars/\(place)")
    }
  }

  private func variables(of node: LayerTree.Node) -> [PlannedVariable] {
    switch node.content {
    case .input: []
    case .layer(let number): outline.layers[number].variables
    case .model(let tree): tree.layerNumbers.flatMap { outline.layers[$0].variables }
    }
  }
}

extension ObjectGroups {
  private func missing(
    _ node: LayerTree.Node, _ group: String, at prefix: String
  ) -> KerasFileError {
    let groups = file.members(of: prefix).filter { hasValues("\(prefix)/\($0)") }
    return error(
      .mismatch, at: prefix,
      "the file has nothing for layer \(Quotation.text(node.name)): there is no group "
        + "\(Quotation.text(group)), only \(groups.isEmpty ? "groups without values" : shown(groups))"
    )
  }

  /// Layers of the file that the model has no place for.
  private func refuseOthers(than used: Set<String>, at prefix: String) throws(KerasFileError) {
    guard matching == .byOrder else { return }
    let others = file.members(of: prefix).filter {
      !used.contains($0) && hasValues("\(prefix)/\($0)")
    }
    guard let first = others.sorted().first else { return }
    let name = try file.text(attribute: "name", of: "\(prefix)/\(first)/vars")
    throw error(
      .mismatch, at: "\(prefix)/\(first)",
      "the file has a layer more than the model\(name.map { ", called \(Quotation.text($0))" } ?? ""): "
        + "give the architecture that it was saved from")
  }

  /// A layer that has no variables here must have none in the file.
  private func refuseVariables(of node: LayerTree.Node, at path: String) throws(KerasFileError) {
    guard hasValues(path) else { return }
    throw error(
      .mismatch, at: path,
      "layer \(Quotation.text(node.name)) has no variables, but the file has some for it")
  }

  /// Whether there is a dataset below a path, other than states of random numbers.
  private func hasValues(_ path: String) -> Bool {
    file.members(of: path).contains { name in
      guard name != "seed_generator" else { return false }
      let own = "\(path)/\(name)"
      return file.kind(of: own) == .dataset || hasValues(own)
    }
  }

  private func shown(_ groups: [String]) -> String {
    groups.prefix(8).map { Quotation.text($0) }.joined(separator: ", ")
      + (groups.count > 8 ? "…" : "")
  }

  private func error(
    _ code: KerasFileError.Code, at place: String, _ reason: String
  ) -> KerasFileError {
    KerasFileError(
      code, file: source.file, member: source.member, place: place.isEmpty ? nil : place, reason)
  }
}

/// The names of the groups of a model's layers, one after the other.
struct GroupNames {
  let container: ObjectGroups.Container
  private var counts: [String: Int] = [:]

  init(container: ObjectGroups.Container) { self.container = container }

  /// The names that the group of the next layer may have: several where it is a model whose class is not
  /// known.
  func candidates(_ node: LayerTree.Node) -> [(group: String, className: String)] {
    let classes = node.className.map { [$0] } ?? ["Sequential", "Functional", "Model"]
    return classes.map { className in
      let name = SnakeCase.name(ofClass: className)
      let count = counts[name, default: 0]
      return (count == 0 ? name : "\(name)_\(count)", name)
    }
  }

  /// Counts a layer of a class.
  mutating func count(_ className: String, hasVariables: Bool) {
    counts[className, default: 0] += container == .dependencies && hasVariables ? 2 : 1
  }
}
