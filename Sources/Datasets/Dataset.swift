import SweepModel

/// The kinds of dataset that a specification may name under `data`.
///
/// A new kind is one file with its schema and loader, and one line in ``kinds``.
public enum Dataset {
  static let kinds: [any DatasetKind.Type] = [
    SequenceDataset.self, IDXDataset.self, CSVDataset.self, NPZDataset.self, NPYDataset.self,
    CoNLLDataset.self, DigitsDataset.self, TaggingDataset.self, BlobsDataset.self,
    SpiralsDataset.self,
  ]

  /// Loads or generates the dataset that `configuration` describes.
  ///
  /// - Parameter files: where relative paths begin.
  /// - Throws: ``DatasetError`` where the configuration is not one of this vocabulary, or a file
  ///   cannot be read or is not what it should be.
  public static func load(
    _ configuration: Configuration, from files: DataFiles = DataFiles()
  ) throws(DatasetError) -> TrainingData {
    do {
      try DatasetVocabulary.vocabulary.check(configuration, family: .data, path: "data")
    } catch {
      throw DatasetError(path: error.path, "\(own: error.message)")
    }
    guard let kind = kinds.first(where: { $0.schema.kind == configuration.kind }) else {
      preconditionFailure("the vocabulary lists exactly these kinds")
    }
    return try kind.load(configuration, from: files)
  }

  /// Whether data of this kind are read from files.
  public static func readsFiles(_ configuration: Configuration) -> Bool {
    kinds.first { $0.schema.kind == configuration.kind }?.readsFiles ?? false
  }
}

/// What a specification may say under `data`.
public enum DatasetVocabulary {
  /// The kinds of dataset and their arguments.
  public static let vocabulary = Vocabulary([.data: Dataset.kinds.map { $0.schema }])
}

/// A dataset that could not be loaded.
public struct DatasetError: Error, Hashable, CustomStringConvertible {
  /// Where in the specification the cause stands, such as `data.sequence.length`.
  public let path: String
  private let reason: DataMessage

  init(path: String, _ reason: DataMessage) {
    self.path = path
    self.reason = reason
  }

  /// What is wrong and how to mend it.
  public var message: String { reason.text }

  /// Where that stands in a specification's file, in which a dataset's kind is one of its keys:
  /// `data.length`.
  public var sourcePath: String {
    let keys = path.split(separator: ".", maxSplits: 2)
    return keys.count == 3 ? "\(keys[0]).\(keys[2])" : String(keys[0])
  }

  /// One line for people.
  public var description: String { "\(path): \(message)" }

  /// The same for people who may not read the files: nothing of what stands in them is quoted.
  public var descriptionWithoutContents: String { "\(path): \(reason.textWithoutContents)" }
}

/// One kind of dataset.
protocol DatasetKind: Sendable {
  /// Its name and arguments.
  static var schema: ConfigurationSchema { get }
  /// Whether it reads files.
  static var readsFiles: Bool { get }
  /// Makes the data of a configuration that the schema allows.
  static func load(
    _ configuration: Configuration, from files: DataFiles
  ) throws(DatasetError) -> TrainingData
}

extension DatasetKind {
  /// What is wrong with an argument of this kind.
  static func error(_ argument: String, _ message: DataMessage) -> DatasetError {
    DatasetError(path: "data.\(schema.kind).\(argument)", message)
  }
}
