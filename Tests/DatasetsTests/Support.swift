import Datasets
import SweepModel
import Testing

/// What the tests of datasets share.
enum Support {
  /// A configuration with the defaults of its schema written out, as a specification's reader does.
  static func complete(_ kind: String, _ arguments: [String: ArgumentValue]) -> Configuration {
    var all = arguments
    for parameter in DatasetVocabulary.vocabulary.schema(.data, kind: kind)?.parameters ?? []
    where all[parameter.name] == nil { all[parameter.name] = parameter.defaultValue }
    return Configuration(kind: kind, arguments: all)
  }

  /// The error of loading from files in memory.
  static func failure(
    _ kind: String, _ arguments: [String: ArgumentValue], _ files: [String: [UInt8]],
    _ location: SourceLocation = #_sourceLocation
  ) -> DatasetError? {
    #expect(throws: DatasetError.self, sourceLocation: location) {
      try Dataset.load(complete(kind, arguments), from: DataFiles(inMemory: files))
    }
  }
}
