import Archives
import SweepModel

/// The arguments that name arrays of NumPy, in an archive or in files of their own.
private enum ArrayArguments {
  static func parameters(_ what: String) -> [ConfigurationSchema.Parameter] {
    [
      .required("inputs", .text, "The \(what) of the inputs."),
      .required("targets", .text, "The \(what) of the targets."),
      .optional("validation_inputs", .text, default: nil, "Inputs to validate with."),
      .optional("validation_targets", .text, default: nil, "Targets to validate with."),
      .optional("test_inputs", .text, default: nil, "Inputs to test the trained model with."),
      .optional("test_targets", .text, default: nil, "Targets to test the trained model with."),
    ] + Division.parameters + Preparation.inputParameters + Preparation.targetParameters
  }

  static func load(_ configuration: Configuration, by reader: ArrayParts)
    throws(DatasetError) -> Samples
  {
    try reader.samples(
      configuration, training: ("inputs", "targets"),
      validation: ("validation_inputs", "validation_targets"), test: ("test_inputs", "test_targets")
    )
  }
}

/// Arrays of one archive, as `numpy.savez` and `numpy.savez_compressed` write it.
///
/// Shapes: those of the arrays, their first axis being the samples; `[1]` for one number a sample.
enum NPZDataset: DatasetKind {
  static let readsFiles = true
  static let schema = ConfigurationSchema(
    kind: "npz", summary: "Arrays of an archive of NumPy, by their names.",
    parameters: [.required("path", .text, "The archive.")] + ArrayArguments.parameters("array"))

  static func load(
    _ configuration: Configuration, from files: DataFiles
  ) throws(DatasetError) -> TrainingData {
    let path = configuration.text("path")
    let archive: ZipArchive
    do throws(FileProblem) {
      archive = try DataCompression.archive(try files.read(path))
    } catch {
      throw Self.error("path", error.text(file: path))
    }
    let reader = ArrayParts(
      kind: Self.self,
      read: { (name) throws(FileProblem) in
        guard let content = try DataCompression.content(of: name + ".npy", in: archive) else {
          throw FileProblem(
            "the archive has no such array; it has \(content: listed(archive.names))")
        }
        return try NPYFile.array(content)
      }, file: { "\(path)[\($0)]" })
    let samples = try ArrayArguments.load(configuration, by: reader)
    return try prepared(samples, configuration, from: "inputs")
  }

  private static func listed(_ names: [[UInt8]]) -> String {
    guard !names.isEmpty else { return "none" }
    let suffix = Array(".npy".utf8)
    let shown = names.prefix(10).map { name in
      Quotation.text(name.suffix(4).elementsEqual(suffix) ? name.dropLast(4) : name[...])
    }
    return shown.joined(separator: ", ") + (names.count > 10 ? " and \(names.count - 10) more" : "")
  }
}

/// Arrays in files of their own, as `numpy.save` writes them.
///
/// Shapes: as in ``NPZDataset``.
enum NPYDataset: DatasetKind {
  static let readsFiles = true
  static let schema = ConfigurationSchema(
    kind: "npy", summary: "Arrays of NumPy in files of their own, plain or gzipped.",
    parameters: ArrayArguments.parameters("file"))

  static func load(
    _ configuration: Configuration, from files: DataFiles
  ) throws(DatasetError) -> TrainingData {
    let reader = ArrayParts(
      kind: Self.self,
      read: { (path) throws(FileProblem) in
        try NPYFile.array(try DataCompression.content(of: try files.read(path)))
      }, file: { $0 })
    return try prepared(
      try ArrayArguments.load(configuration, by: reader), configuration, from: "inputs")
  }
}
