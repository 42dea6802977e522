import Checkpoints
import Datasets
import KerasFormat
import SweepModel
import Training

/// Reads the weights that a variant's training begins with (`initial_weights`), and its masks.
struct StartReader {
  private let variant: ResolvedVariant
  private let inputShape: [Int]
  private let model: Model
  private let files: DataFiles

  /// A state, and what a user should know of how it was read.
  struct Reading {
    var state: StartingState
    var notes: [String] = []
  }

  /// A reader for a variant whose layers are known.
  ///
  /// - Throws: ``TrainingError`` where the layers do not fit.
  init(
    _ variant: ResolvedVariant, inputShape: [Int], files: DataFiles, _ registry: ComponentRegistry
  ) throws(TrainingError) {
    model = try Model(variant: variant, inputShape: inputShape, registry: registry)
    self.variant = variant
    self.inputShape = inputShape
    self.files = files
  }

  /// What training begins with; nil where all of it comes from the seed.
  ///
  /// - Throws: ``VariantError``.
  func reading() throws(VariantError) -> Reading? {
    guard variant.sources.hasStart else { return nil }
    var reading = Reading(state: StartingState(variableCount: model.variables.count))
    if let source = variant.sources[.initialWeights] {
      let bytes = try files.bytes(of: source)
      let kind = FileKind(of: bytes)
      switch kind {
      case .other("a safetensors file"):
        try fill(&reading, from: try source.savedWeights(bytes), source)
      case .hdf5, .zip: try fill(&reading, fromKeras: bytes, source)
      case .json, .pickle, .empty, .other:
        throw source.error(
          "\(kind.sentence); give a safetensors, .keras, .weights.h5 or legacy .h5 file with weights"
        )
      }
      noteBroken(&reading)
    }
    if let source = variant.sources[.masks] {
      let weights = try source.savedWeights(try files.bytes(of: source))
      reading.state.pruned = try Masks(source, model.variables).pruned(by: weights)
    }
    return reading
  }
}

// MARK: Checks of any file

extension StartReader {
  /// A state of another optimizer has slots that mean something else, and may be as many.
  private func check(
    _ source: Configuration, stateOf other: Configuration, isOf own: Configuration
  ) throws(VariantError) {
    guard own.kind == other.kind, own.slotSettings == other.slotSettings else {
      throw source.error(
        "the state is that of \(other.slotSettings), and this is trained by \(own.slotSettings): "
          + "leave optimizer_state out to begin anew")
    }
  }

  /// Weights that are not finite are taken, for they may be what is looked into, and said.
  private func noteBroken(_ reading: inout Reading) {
    let broken = zip(model.variables, reading.state.values).filter { _, values in
      values?.contains { !$0.isFinite } ?? false
    }
    guard !broken.isEmpty else { return }
    reading.notes.append(
      "values that are not finite are in \(broken.map(\.0.path).listed)")
  }
}

// MARK: Files of this project, and others in safetensors

extension StartReader {
  private func fill(
    _ reading: inout Reading, from weights: SavedWeights, _ source: Configuration
  ) throws(VariantError) {
    let byOrder = source.matchesByOrder && weights.record != nil
    if byOrder {
      try fillByOrder(&reading, from: weights, source)
    } else {
      try fillByName(&reading, from: weights, source)
    }
    guard source.boolean("optimizer_state") else { return }
    guard byOrder, let record = weights.record else {
      throw source.error(
        "the optimizer's state belongs to all variables in their order: it is read with "
          + "`match: order`, from a file that `seedsweep train --save` made")
    }
    let own = variant.training.optimizer
    let other = record.variant.variant.training.optimizer
    try check(source, stateOf: other, isOf: own)
    guard record.position.restored == nil else {
      throw source.error(
        "a callback restored the weights of an earlier epoch, and the optimizer's state belongs to "
          + "the last one: leave optimizer_state out to begin anew")
    }
    let (steps, overflows) = record.position.steps
      .addingReportingOverflow(record.position.earlierSteps)
    guard !overflows else { throw source.error("its steps are out of range") }
    reading.state.optimizer = StartingState.OptimizerStart(
      steps: steps, slots: weights.slots.map { $0.map(\.values) })
  }

  private func fillByOrder(
    _ reading: inout Reading, from weights: SavedWeights, _ source: Configuration
  ) throws(VariantError) {
    for (number, (own, other)) in zip(model.variables, weights.variables).enumerated() {
      guard own.shape == other.shape else {
        throw source.error(
          "variable \(number + 1) of the model, \(own.path), has shape \(own.shape), and that of the "
            + "file, \(other.path), \(other.shape): for layers that differ write `match: name`")
      }
      reading.state.values[number] = other.values
    }
    guard model.variables.count == weights.variables.count else {
      throw source.error(
        "the model has \(model.variables.count) variables, and the file "
          + "\(weights.variables.count): for layers that differ write `match: name`")
    }
    if let difference = zip(model.variables, weights.variables).first(where: { $0.path != $1.path }
    ), Set(model.variables.map(\.path)) == Set(weights.variables.map(\.path)) {
      reading.notes.append(
        "layers are filled by their order, though their names are in another: \(difference.0.path) "
          + "has the values of \(difference.1.path); write `match: name` if that is meant")
    }
  }

  private func fillByName(
    _ reading: inout Reading, from weights: SavedWeights, _ source: Configuration
  ) throws(VariantError) {
    let values = Dictionary(
      weights.variables.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    let layers = Set(weights.variables.map { $0.path.layer })
    for (number, own) in model.variables.enumerated() {
      guard layers.contains(own.path.layer) || source.matchesByOrder else { continue }
      guard let other = values[own.path] else {
        throw source.error(
          "the file has no \(own.path); it has \(weights.variables.listed)"
            + (source.matchesByOrder ? ": for layers that differ write `match: name`" : ""))
      }
      guard own.shape == other.shape else {
        throw source.error(
          "\(own.path) has shape \(own.shape) in the model and \(other.shape) in the file: to begin the "
            + "layer anew, give it another name and write `match: name`")
      }
      reading.state.values[number] = other.values
    }
    let paths = Set(model.variables.map(\.path))
    if source.matchesByOrder,
      let more = weights.variables.first(where: { !paths.contains($0.path) })
    {
      throw source.error(
        "the model has no \(more.path), which is in the file: for layers that differ write "
          + "`match: name`")
    }
    try noteUnfilled(&reading, source, file: weights.variables.listed)
  }

  /// Says which variables keep the values that the seed draws.
  private func noteUnfilled(
    _ reading: inout Reading, _ source: Configuration, file: String
  ) throws(VariantError) {
    let unfilled = zip(model.variables, reading.state.values).filter { $0.1 == nil }
      .map(\.0.path)
    guard unfilled.count < model.variables.count else {
      throw source.error("no layer of the model is in the file, which has \(file)")
    }
    if !unfilled.isEmpty {
      reading.notes.append("the seed draws what the file does not have: \(unfilled.listed)")
    }
  }
}

// MARK: Files of Keras

extension StartReader {
  private func fill(
    _ reading: inout Reading, fromKeras bytes: [UInt8], _ source: Configuration
  ) throws(VariantError) {
    let imported: ImportedModel
    do {
      var architecture = try KerasArchitecture(layers: variant.layers, inputShape: inputShape)
      if source.boolean("optimizer_state") {
        if let other = KerasModelFile.optimizer(bytes: bytes, name: source.text("path")) {
          try check(source, stateOf: other, isOf: variant.training.optimizer)
        } else {
          reading.notes.append(
            "the file does not say which optimizer its state is of: it is taken for that of "
              + variant.training.optimizer.slotSettings)
        }
        architecture.compilation = KerasCompilation(optimizer: variant.training.optimizer)
      }
      imported = try KerasModelFile.weights(
        bytes: bytes, name: source.text("path"), into: architecture,
        matching: source.matchesByOrder ? .byOrder : .byName, inputShape: inputShape)
    } catch let error as VariantError {
      throw error
    } catch {
      throw VariantError("\(source.kind).path", file: source.text("path"), "\(error)")
    }
    let values = Dictionary(
      imported.variables.map { ($0.path, $0.values) }, uniquingKeysWith: { first, _ in first })
    reading.state.values = model.variables.map { values[$0.path] }
    if source.boolean("optimizer_state") {
      guard let state = imported.optimizerState, let steps = Int(exactly: state.iterations) else {
        let reason = imported.notes.last { $0.contains("optimizer") }
        throw source.error(
          (reason ?? "the file has no state of the optimizer")
            + "; leave optimizer_state out if that is meant")
      }
      reading.state.optimizer = StartingState.OptimizerStart(
        steps: steps, slots: state.slots.map { $0.map(\.values) })
    }
    // Nobody asked for it.
    reading.notes += imported.notes.filter {
      source.boolean("optimizer_state") || !$0.contains("optimizer's state")
    }
  }
}

extension Configuration {
  /// An optimizer and what of its arguments decides the meaning of its slots.
  fileprivate var slotSettings: String {
    let settings = [
      (arguments["momentum"]?.number ?? 0) > 0 ? "momentum" : nil,
      arguments["centered"] == .boolean(true) ? "centered" : nil,
    ].compactMap(\.self)
    return settings.isEmpty ? kind : "\(kind) (\(settings.joined(separator: ", ")))"
  }

  fileprivate var matchesByOrder: Bool { text("match") == "order" }

  /// What is wrong with a source's file.
  func error(_ message: String) -> VariantError {
    VariantError("\(kind).path", file: text("path"), "\(text("path")): \(message)")
  }

  /// The safetensors file of a source.
  func savedWeights(_ bytes: [UInt8]) throws(VariantError) -> SavedWeights {
    do { return try SavedWeights(bytes, name: text("path")) } catch {
      throw VariantError("\(kind).path", file: text("path"), error.description)
    }
  }
}

extension DataFiles {
  /// The bytes of a source's file.
  func bytes(of source: Configuration) throws(VariantError) -> [UInt8] {
    do { return try contents(of: source.text("path")) } catch {
      throw VariantError(
        .files, "\(source.kind).path", "\(source.text("path")): \(error.reason)")
    }
  }
}

extension String {
  /// The layer of a variable's path: all before its first `/`.
  fileprivate var layer: String { String(prefix { $0 != "/" }) }
}

extension [VariableValues] {
  fileprivate var listed: String { isEmpty ? "no tensor" : map(\.path).listed }
}
