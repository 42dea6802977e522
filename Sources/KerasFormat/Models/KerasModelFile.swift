import SweepModel
import Training

/// Reads files of Keras as models.
package enum KerasModelFile {
  /// What is read of a file.
  package struct Options: Sendable {
    /// Whether loss, metrics and optimizer are wanted; without, a file whose own are refused is read.
    package var compiles = true
    /// The shape of a sample, such as that of the data, where the file does not say all of it.
    package var inputShape: [Int]?

    /// The defaults: all that a file says.
    package init() {}
  }

  /// The model in a file: `.keras` of any generation, legacy `.h5`, or an architecture without variables.
  ///
  /// - Throws: ``KerasFileError`` in one line: what, where, how to mend it.
  package static func read(
    path: String, options: Options = Options()
  ) throws(KerasFileError) -> ImportedModel {
    try read(try ModelInput(path: path), name: path, options: options)
  }

  /// The same of a file's content.
  package static func read(
    bytes: [UInt8], name: String, options: Options = Options()
  ) throws(KerasFileError) -> ImportedModel {
    try read(try ModelInput(bytes: bytes, name: name), name: name, options: options)
  }

  /// Fills a model's variables from a file, whose own architecture is not read.
  package static func weights(
    path: String, into architecture: KerasArchitecture, matching: WeightMatching = .byOrder,
    inputShape: [Int]? = nil
  ) throws(KerasFileError) -> ImportedModel {
    try weights(
      try ModelInput(path: path), name: path, into: architecture, matching: matching,
      inputShape: inputShape)
  }

  /// The same of a file's content.
  package static func weights(
    bytes: [UInt8], name: String, into architecture: KerasArchitecture,
    matching: WeightMatching = .byOrder, inputShape: [Int]? = nil
  ) throws(KerasFileError) -> ImportedModel {
    try weights(
      try ModelInput(bytes: bytes, name: name), name: name, into: architecture, matching: matching,
      inputShape: inputShape)
  }

  /// The architecture in a file of any kind but variables alone, without reading any variable.
  package static func architecture(
    bytes: [UInt8], name: String
  ) throws(KerasFileError) -> KerasArchitecture {
    var options = Options()
    options.compiles = false
    var architecture = try architecture(
      in: try ModelInput(bytes: bytes, name: name), name: name, options: options)
    try architecture.settle(source: .init(file: name))
    return architecture
  }

  /// The optimizer that a file says its model was compiled with; nil where it does not say, or says one
  /// that SeedSweep has not.
  package static func optimizer(bytes: [UInt8], name: String) -> Configuration? {
    guard let input = try? ModelInput(bytes: bytes, name: name) else { return nil }
    return (try? architecture(in: input, name: name, options: Options()))?.compilation?.optimizer
  }

  private static func read(
    _ input: ModelInput, name: String, options: Options
  ) throws(KerasFileError) -> ImportedModel {
    let architecture = try architecture(in: input, name: name, options: options)
    switch input {
    case .json: return ImportedModel(architecture)
    case .archive(let archive):
      return try fill(
        architecture, from: try weights(of: archive, name: name), matching: .byOrder,
        source: .init(file: name, member: KerasArchive.weights))
    case .hdf5(let file):
      return try fill(architecture, from: file, matching: .byOrder, source: .init(file: name))
    }
  }

  private static func architecture(
    in input: ModelInput, name: String, options: Options
  ) throws(KerasFileError) -> KerasArchitecture {
    switch input {
    case .json(let value):
      let root = JSONNode(value, source: .init(file: name))
      return try ArchitectureReader.read(root, compiles: options.compiles).with(options)
    case .archive(let archive):
      let root = JSONNode(
        try archive.json(KerasArchive.configuration),
        source: .init(file: name, member: KerasArchive.configuration))
      return try ArchitectureReader.read(
        root, version: try version(of: archive), compiles: options.compiles
      ).with(options)
    case .hdf5(let file): return try legacyArchitecture(file, name: name, options: options)
    }
  }

  private static func weights(
    _ input: ModelInput, name: String, into architecture: KerasArchitecture,
    matching: WeightMatching, inputShape: [Int]?
  ) throws(KerasFileError) -> ImportedModel {
    var architecture = architecture
    if let inputShape { architecture = architecture.taking(inputShape: inputShape) }
    switch input {
    case .json:
      throw KerasFileError(
        .otherKind, file: name, "this is an architecture, where a file with variables is expected")
    case .archive(let archive):
      architecture.writer = KerasWriter(
        version: try version(of: archive), generation: architecture.writer.generation)
      return try fill(
        architecture, from: try weights(of: archive, name: name), matching: matching,
        source: .init(file: name, member: KerasArchive.weights))
    case .hdf5(let file):
      let version = try legacyVersion(file)
      architecture.writer = KerasWriter(
        version: version, generation: version == nil ? architecture.writer.generation : nil)
      return try fill(architecture, from: file, matching: matching, source: .init(file: name))
    }
  }

  private static func version(of archive: KerasArchive) throws(KerasFileError) -> String? {
    guard archive.members.contains(KerasArchive.metadata) else { return nil }
    return try archive.json(KerasArchive.metadata)["keras_version"].flatMap {
      if case .string(let version) = $0 { version } else { nil }
    }
  }

  private static func weights(
    of archive: KerasArchive, name: String
  ) throws(KerasFileError) -> HDF5File {
    if archive.members.contains("model.weights.npz") {
      throw KerasFileError(
        .unsupported, file: name,
        "its variables are in model.weights.npz, which is not read: save it with weights_format=\"h5\""
      )
    }
    return try archive.hdf5(KerasArchive.weights)
  }

  private static func legacyVersion(_ file: HDF5File) throws(KerasFileError) -> String? {
    for path in ["", "model_weights"] {
      if let version = try file.text(attribute: "keras_version", of: path) { return version }
    }
    return nil
  }

  private static func legacyArchitecture(
    _ file: HDF5File, name: String, options: Options
  ) throws(KerasFileError) -> KerasArchitecture {
    guard let model = try file.text(attribute: "model_config", of: "") else {
      throw KerasFileError(
        .missing, file: name,
        "the file has variables, but no architecture: give that too, as to_json() or a specification "
          + "has it")
    }
    let version = try legacyVersion(file)
    let root = try JSONNode(
      parsing: Array(model.utf8), source: .init(file: name, member: "model_config"))
    var architecture = try ArchitectureReader.read(root, version: version, compiles: false)
      .with(options)
    if options.compiles, let training = try file.text(attribute: "training_config", of: "") {
      let node = try JSONNode(
        parsing: Array(training.utf8), source: .init(file: name, member: "training_config"))
      try ForeignObjects.refuse(in: node)
      let reader = ConfigurationReader(writer: architecture.writer)
      try CompileReader(reader: reader).read(compilation: node, into: &architecture)
    }
    return architecture
  }
}

extension KerasArchitecture {
  fileprivate func with(_ options: KerasModelFile.Options) -> KerasArchitecture {
    options.inputShape.map { taking(inputShape: $0) } ?? self
  }
}
