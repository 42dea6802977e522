import Archives
import SweepModel

/// A `.keras` file that is a zip archive: `metadata.json`, `config.json`, `model.weights.h5`.
package struct KerasArchive: Sendable {
  /// The member that holds the architecture.
  package static let configuration = "config.json"
  /// The member that holds Keras's version.
  package static let metadata = "metadata.json"
  /// The member that holds the values.
  package static let weights = "model.weights.h5"

  private static let bounds = ZipArchive.Bounds(
    members: Limits.modelArchiveMembers, bytes: Limits.modelFileBytes,
    freeBytes: Limits.modelFreeBytes, ratio: Limits.modelInflationRatio)

  private let archive: ZipArchive
  private let name: String

  /// Reads the archive's directory and checks all that it says, before anything is decompressed.
  ///
  /// - Parameter name: the file's name, for messages.
  package init(bytes: [UInt8], name: String) throws(KerasFileError) {
    try ModelFile.check(bytes, is: .zip, "a zip archive", name: name)
    self.name = name
    do {
      archive = try ZipArchive(bytes)
      try archive.checkStrictly(Self.bounds)
    } catch {
      throw Self.error(error, name, member: nil)
    }
    try refuseOthers()
  }

  /// Says what other archives are that users take for models.
  private func refuseOthers() throws(KerasFileError) {
    guard !members.contains(Self.configuration) else { return }
    func refused(_ code: KerasFileError.Code, _ words: String) -> KerasFileError {
      KerasFileError(code, file: name, "this is \(words), not a model that Keras saved")
    }
    if members.contains(where: { $0.hasSuffix(".pkl") }) {
      throw refused(.refused, "a file of PyTorch with a pickle in it, which is never loaded")
    }
    if members.contains(where: { $0.hasSuffix(".npy") }) {
      throw refused(.otherKind, "an archive of NumPy (.npz)")
    }
    if members.contains(where: { $0.hasSuffix("saved_model.pb") }) {
      throw refused(.otherKind, "a SavedModel of TensorFlow")
    }
  }

  /// Reads the archive at a path.
  package init(path: String) throws(KerasFileError) {
    try self.init(bytes: try ModelFile.read(path), name: path)
  }

  /// The members' names, in the archive's order.
  package var members: [String] { archive.names.map { String(decoding: $0, as: UTF8.self) } }

  /// A member's content.
  ///
  /// - Throws: ``KerasFileError`` where there is none, or it is damaged.
  package func content(of member: String) throws(KerasFileError) -> [UInt8] {
    let content: [UInt8]?
    do {
      content = try archive.content(of: member)
    } catch { throw Self.error(error, name, member: member) }
    guard let content else {
      throw KerasFileError(
        .missing, file: name, "the archive has no \(member): Keras saves one with every model")
    }
    return content
  }

  /// A member's content as JSON.
  package func json(_ member: String) throws(KerasFileError) -> JSONValue {
    try ModelJSON.parse(try content(of: member), name: name, member: member)
  }

  /// A member's content as an HDF5 file.
  package func hdf5(_ member: String) throws(KerasFileError) -> HDF5File {
    try HDF5File(bytes: try content(of: member), name: name, member: member)
  }

  /// The bytes of an archive with those members, as Keras orders them; equal members give equal bytes.
  package static func bytes(
    metadata: JSONValue, configuration: JSONValue, weights: [UInt8], name: String
  ) throws(KerasFileError) -> [UInt8] {
    var writer = ZipWriter()
    do {
      try writer.add(Self.metadata, Array(metadata.text.utf8))
      try writer.add(Self.configuration, Array(configuration.text.utf8))
      try writer.add(Self.weights, weights)
    } catch { throw Self.error(error, name, member: nil) }
    return writer.finished()
  }

  private static func error(_ error: ArchiveError, _ name: String, member: String?)
    -> KerasFileError
  {
    let code: KerasFileError.Code =
      switch error.code {
      case .malformed: .malformed
      case .refused: .refused
      case .overLimit: .overLimit
      case .unsupported: .unsupported
      }
    return KerasFileError(
      code, file: name, member: member, place: error.offset.map { "byte \($0)" },
      error.description)
  }
}
