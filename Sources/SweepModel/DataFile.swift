/// What a ``FileDigest`` hashes: the bytes of a file of data, as they are on the disk.
public enum FileSubject: Sendable {}
/// Identifies the content of a file of data, whatever it is called and wherever it is.
public typealias FileDigest = Digest<FileSubject>

/// A file that a variant's data are read from.
///
/// The path only names the file within its specification: whoever gets the bytes from elsewhere never
/// opens it.
public struct DataFile: Hashable, Sendable {
  /// The path as the specification has it.
  public let path: String
  /// Bytes of the file.
  public let size: Int
  /// The SHA-256 of its bytes.
  public let digest: FileDigest

  /// A file with all its parts.
  public init(path: String, size: Int, digest: FileDigest) {
    self.path = path
    self.size = size
    self.digest = digest
  }
}

extension Configuration {
  /// Those of `files` that the arguments name.
  public func named(among files: [DataFile]) -> [DataFile] {
    guard !files.isEmpty else { return [] }
    var texts: Set<String> = []
    for value in arguments.values { value.collectTexts(into: &texts) }
    return files.filter { texts.contains($0.path) }
  }
}

extension ArgumentValue {
  fileprivate func collectTexts(into texts: inout Set<String>) {
    switch self {
    case .integer, .number, .boolean: break
    case .text(let text): texts.insert(text)
    case .list(let values): for value in values { value.collectTexts(into: &texts) }
    case .configuration(let configuration):
      for value in configuration.arguments.values { value.collectTexts(into: &texts) }
    }
  }
}
