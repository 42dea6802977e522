import SweepModel
import Training

extension KerasModelFile {
  /// Fills the variables of a model, and its optimizer's, from a file of either form.
  static func fill(
    _ architecture: KerasArchitecture, from file: HDF5File, matching: WeightMatching,
    source: JSONNode.Source
  ) throws(KerasFileError) -> ImportedModel {
    guard let shape = architecture.planningShape else {
      throw KerasFileError(
        .missing, file: source.file, member: source.member,
        "nothing says which shape samples have: give the input's shape")
    }
    guard !architecture.writer.isKeras1 else {
      throw KerasFileError(
        .unsupported, file: source.file, member: source.member,
        "Keras 1 wrote it, whose variables have other shapes: load and save it with Keras 2")
    }
    var architecture = architecture
    try architecture.settle(source: source)
    let outline = try architecture.outline(shape, source: source)
    var model = ImportedModel(architecture)
    let isLegacy = try self.isLegacy(file)
    var filler: VariableFiller
    let names: [(file: String, model: String)]
    if isLegacy {
      var reader = LegacyWeights(
        file, architecture: architecture, outline: outline, source: source)
      try reader.read(matching)
      (filler, names) = (reader.filler, reader.names)
    } else {
      var reader = ObjectGroups(
        file, architecture: architecture, outline: outline, matching: matching, source: source)
      try reader.read()
      (filler, names) = (reader.filler, reader.names)
    }
    model.notes += notes(on: names) + filler.notes
    for variable in outline.variables {
      if let values = filler.values[variable.path] {
        model.variables.append(values)
      } else {
        model.unfilled.append(variable.path)
      }
    }
    guard !model.variables.isEmpty || outline.variables.isEmpty else {
      throw KerasFileError(
        .mismatch, file: source.file, member: source.member,
        "no variable of the model is in the file: the first, \(outline.variables[0].path), has no match"
      )
    }
    if !model.unfilled.isEmpty { model.notes.append(noteOnUnfilled(model.unfilled)) }
    if let note = noteOnGates(architecture, isLegacy: isLegacy, file: file) {
      model.notes.append(note)
    }
    try readOptimizer(
      into: &model, outline: outline, file: file, isLegacy: isLegacy, filler: &filler)
    return model
  }

  /// Whether a file keeps variables by the names of layers.
  private static func isLegacy(_ file: HDF5File) throws(KerasFileError) -> Bool {
    let root = LegacyWeights.root(of: file)
    if try file.texts(attribute: "layer_names", of: root) != nil { return true }
    return root == "model_weights"
  }

  private static func notes(on names: [(file: String, model: String)]) -> [String] {
    let (files, models) = (names.map(\.file), names.map(\.model))
    guard files != models, files.sorted() == models.sorted(),
      let first = names.first(where: { $0.file != $0.model })
    else { return [] }
    return [
      "layers were filled by their order, as Keras does, though the names are in another: "
        + "\(Quotation.text(first.model)) has the values of \(Quotation.text(first.file)); load by name "
        + "if that is meant"
    ]
  }

  private static func noteOnUnfilled(_ paths: [String]) -> String {
    "\(paths.count) variables keep their first values, for the file has none for them: "
      + paths.prefix(8).joined(separator: ", ") + (paths.count > 8 ? "…" : "")
  }

  /// Weights alone do not say which gates they were trained with.
  private static func noteOnGates(
    _ architecture: KerasArchitecture, isLegacy: Bool, file: HDF5File
  ) -> String? {
    guard isLegacy, LegacyWeights.root(of: file).isEmpty,
      let version = architecture.writer.version,
      ["2.0", "2.1", "2.2"].contains(where: { version.hasPrefix($0 + ".") }),
      architecture.layers.contains(where: hasGatesBySigmoid)
    else { return nil }
    return
      "in Keras \(version), which wrote the file, LSTM and GRU had recurrent_activation hard_sigmoid "
      + "by default (here hard_sigmoid_keras2), and a file of weights does not say: with sigmoid the "
      + "predictions are others"
  }

  private static func hasGatesBySigmoid(_ layer: Configuration) -> Bool {
    switch layer.kind {
    case "lstm", "gru": layer.configuration("recurrent_activation").kind == "sigmoid"
    case "bidirectional": hasGatesBySigmoid(layer.configuration("layer"))
    default: false
    }
  }

  private static func readOptimizer(
    into model: inout ImportedModel, outline: ModelOutline, file: HDF5File, isLegacy: Bool,
    filler: inout VariableFiller
  ) throws(KerasFileError) {
    let group = isLegacy ? "optimizer_weights" : "optimizer/vars"
    let isThere = file.kind(of: group) == .group
    guard let optimizer = model.optimizer else {
      if isThere, model.architecture.compilation?.optimizerClass == nil {
        model.notes.append(
          "the file has an optimizer's state, which is not read: the model that its variables are read "
            + "into has no optimizer")
      } else if isThere {
        model.notes.append("the optimizer's state is not read, since the optimizer is left out")
      }
      return
    }
    guard isThere else {
      model.notes.append("the file has no state of the optimizer: \(optimizer.kind) starts anew")
      return
    }
    let frozen = model.frozen
    let trained = outline.layers.filter { !frozen.contains($0.path) }
      .flatMap(\.variables).filter(\.isTrainable)
    let reader = OptimizerReader(optimizer: optimizer, variables: trained, file: file)
    let tensors =
      isLegacy ? try OptimizerReader.legacyTensors(file) : try OptimizerReader.objectTensors(file)
    switch try reader.read(tensors, filler: &filler) {
    case .state(let state): model.optimizerState = state
    case .absent(let reason):
      model.notes.append(
        "the optimizer's state is not read: \(reason); \(optimizer.kind) starts anew")
    }
  }
}
