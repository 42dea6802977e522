import SweepModel

/// Files in the format of MNIST's: one of inputs, one of targets.
///
/// Shapes: those of the files, their first axis being the samples; `[1]` for one number a sample.
enum IDXDataset: DatasetKind {
  static let readsFiles = true
  static let schema = ConfigurationSchema(
    kind: "idx",
    summary: "Files in MNIST's format, plain or gzipped: images and labels.",
    parameters: [
      .required("images", .text, "The file of the inputs."),
      .required("labels", .text, "The file of the targets."),
      .optional("validation_images", .text, default: nil, "Inputs to validate with."),
      .optional("validation_labels", .text, default: nil, "Targets to validate with."),
      .optional("test_images", .text, default: nil, "Inputs to test the trained model with."),
      .optional("test_labels", .text, default: nil, "Targets to test the trained model with."),
    ] + Division.parameters + Preparation.inputParameters + Preparation.targetParameters)

  static func load(
    _ configuration: Configuration, from files: DataFiles
  ) throws(DatasetError) -> TrainingData {
    let reader = ArrayParts(
      kind: Self.self,
      read: { (path) throws(FileProblem) in
        try IDXFile.array(try DataCompression.content(of: try files.read(path)))
      }, file: { $0 })
    let samples = try reader.samples(
      configuration, training: ("images", "labels"),
      validation: ("validation_images", "validation_labels"), test: ("test_images", "test_labels"))
    return try prepared(samples, configuration, from: "images")
  }
}
