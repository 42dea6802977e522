import SweepModel

/// The sequence 0, 1/n … (n−1)/n: given one value, predict the next.
///
/// Shapes: n − 1 samples, input `[1]`, target `[1]`. Each value is the binary64 quotient rounded to
/// binary32.
enum SequenceDataset: DatasetKind {
  static let readsFiles = false
  static let schema = ConfigurationSchema(
    kind: "sequence",
    summary: "The values 0, 1/length … (length − 1)/length; from each the next is predicted.",
    parameters: [
      .required(
        "length", .integer(2...Limits.samples), "Values of the sequence; one more than samples.")
    ])

  static func load(
    _ configuration: Configuration, from files: DataFiles
  ) throws(DatasetError) -> TrainingData {
    let length = configuration.integer("length")
    let value = { (position: Int) in Float(Double(position) / Double(length)) }
    return TrainingData(
      sampleCount: length - 1, inputShape: [1], targetShape: [1],
      inputs: (0..<length - 1).map(value), targets: (1..<length).map(value))
  }
}
