import SweepModel
import Training

extension KerasModelFile {
  /// The architecture as `to_json()` of Keras 3.15 writes it.
  package static func architecture(
    of model: ExportedModel, name: String = "model.json"
  ) throws(KerasFileError) -> String {
    try ArchitectureWriter(model, file: name).document(withOptimizer: false).text
  }

  /// The bytes of a `.weights.h5` file as Keras 3.15 writes it.
  package static func weights(
    of model: ExportedModel, name: String = "model.weights.h5"
  ) throws(KerasFileError) -> [UInt8] {
    let writer = try ArchitectureWriter(model, file: name)
    return try HDF5Writer.bytes(of: try WeightsWriter(writer, file: name).group(), name: name)
  }

  /// The bytes of a `.keras` file as Keras 3.15 writes it.
  ///
  /// - Parameter date: when it is saved, such as `2026-11-30@09:05:28`; equal models of one date give
  ///   equal bytes.
  package static func archive(
    of model: ExportedModel, date: String, name: String = "model.keras"
  ) throws(KerasFileError) -> [UInt8] {
    let writer = try ArchitectureWriter(model, file: name)
    return try KerasArchive.bytes(
      metadata: [
        "keras_version": .string(ArchitectureWriter.kerasVersion), "date_saved": .string(date),
      ], configuration: try writer.document(withOptimizer: true),
      weights: try weights(of: model, name: name), name: name)
  }
}

/// Lays variables out as Keras's `.weights.h5` has them.
struct WeightsWriter {
  private let model: ExportedModel
  private let outline: ModelOutline
  private let file: String
  private let values: [String: VariableValues]

  init(_ writer: ArchitectureWriter, file: String) throws(KerasFileError) {
    model = writer.model
    outline = writer.outline
    self.file = file
    values = Dictionary(
      writer.model.variables.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    for variable in outline.variables {
      guard let own = values[variable.path] else {
        throw KerasFileError(.missing, file: file, "there are no values of \(variable.path)")
      }
      guard own.shape == variable.shape else {
        throw KerasFileError(
          .mismatch, file: file,
          "\(variable.path) has shape \(own.shape), but the layers make it \(variable.shape)")
      }
    }
  }

  /// The root of the file.
  func group() throws(KerasFileError) -> HDF5Group {
    var root = HDF5Group()
    root.updateGroup(at: "layers") { _ in }
    let tree = LayerTree(
      nodes: zip(model.layers, outline.layers).enumerated().map { number, layer in
        LayerTree.Node(
          className: CorrespondenceTable.className(of: layer.0), name: layer.1.path,
          content: .layer(number))
      })
    var names = GroupNames(container: .layers)
    for (node, layer) in zip(tree.nodes, model.layers) {
      let (group, className) = names.candidates(node)[0]
      names.count(className, hasVariables: true)
      guard case .layer(let number) = node.content else { continue }
      write(layer, outline.layers[number], at: "layers/\(group)", to: &root)
    }
    if let state = model.optimizerState, let optimizer = model.optimizer {
      try write(state, of: optimizer, to: &root)
    }
    root.name("vars", "sequential")
    return root
  }

  private func write(
    _ layer: Configuration, _ outline: ModelOutline.LayerOutline, at path: String,
    to root: inout HDF5Group
  ) {
    let groups = CorrespondenceTable.entry(.layer, writing: layer)?.weights ?? []
    if groups.isEmpty || groups.contains(where: { !$0.path.isEmpty }) {
      root.name("\(path)/vars", outline.path)
    }
    let share = groups.isEmpty ? 0 : outline.variables.count / groups.count
    for (place, group) in groups.enumerated() {
      let own = group.path.isEmpty ? path : "\(path)/\(group.path)"
      if let inner = layer.optionalConfiguration("layer"), group.path.hasSuffix("/cell") {
        // The two directions are layers of their own.
        let direction = place == 0 ? "forward" : "backward"
        let name = inner.optionalText("name") ?? inner.kind
        root.name("\(path)/\(direction)_layer/vars", "\(direction)_\(name)")
        root.name("\(own)/vars", "\(inner.kind)_cell")
      } else {
        root.name("\(own)/vars", group.objectName ?? outline.path)
      }
      for (number, variable) in outline.variables[place * share..<(place + 1) * share].enumerated()
      {
        guard let values = values[variable.path] else { continue }
        root.insert(
          HDF5Array(shape: values.shape, .floats(values.values)), at: "\(own)/vars/\(number)")
      }
    }
  }

  private func write(
    _ state: OptimizerState, of optimizer: Configuration, to root: inout HDF5Group
  ) throws(KerasFileError) {
    guard let entry = CorrespondenceTable.entry(.optimizer, writing: optimizer) else { return }
    let kept = entry.slots.slots.indices.filter { entry.slots.slots[$0].isKept(optimizer) }
    let trained = outline.layers.filter { !model.frozen.contains($0.path) }
      .flatMap(\.variables).filter(\.isTrainable)
    guard state.slots.count == kept.count,
      state.slots.allSatisfy({ $0.map(\.shape) == trained.map(\.shape) }),
      let steps = Int32(exactly: state.iterations)
    else {
      throw KerasFileError(
        .mismatch, file: file,
        "the state is not that of \(optimizer.kind) for \(trained.count) trained variables")
    }
    var tensors = [HDF5Array(scalar: steps)]
    if optimizer.optionalConfiguration("learning_rate") == nil {
      tensors.append(
        HDF5Array(scalar: state.learningRate ?? Float(optimizer.number("learning_rate"))))
    }
    let stored = entry.slots.order.compactMap { kept.firstIndex(of: $0) }
    let pairs =
      entry.slots.isByVariable
      ? trained.indices.flatMap { variable in stored.map { ($0, variable) } }
      : stored.flatMap { slot in trained.indices.map { (slot, $0) } }
    for (slot, variable) in pairs {
      let values = state.slots[slot][variable]
      tensors.append(HDF5Array(shape: values.shape, .floats(values.values)))
    }
    if entry.slots.hasMomentumProduct {
      tensors.append(
        HDF5Array(scalar: state.momentumProduct ?? Self.momentumProduct(optimizer, steps)))
    }
    root.name("optimizer/vars", SnakeCase.name(ofClass: entry.className))
    for (number, tensor) in tensors.enumerated() {
      root.insert(tensor, at: "optimizer/vars/\(number)")
    }
  }

  /// Nadam's product of momenta after so many steps.
  private static func momentumProduct(_ optimizer: Configuration, _ steps: Int32) -> Float {
    let decay = optimizer.number("beta_1")
    var (product, power) = (1.0, 1.0)
    // The product is 0 in binary32 long before that.
    for _ in 0..<min(steps, 100_000) {
      power *= 0.96
      product *= decay * (1 - 0.5 * power)
    }
    return Float(product)
  }
}

extension HDF5Group {
  /// Gives the group at a path the attribute `name`.
  fileprivate mutating func name(_ path: String, _ name: String) {
    updateGroup(at: path) { $0.attributes = [HDF5Attribute("name", name)] }
  }
}
