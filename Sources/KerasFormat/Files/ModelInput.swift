import SweepModel

/// A file that users give as a model, opened as what its first bytes say, whatever its name is.
package enum ModelInput: Sendable {
  /// An archive: `.keras`.
  case archive(KerasArchive)
  /// An HDF5 file: `.weights.h5`, legacy `.h5`, or one that was called `.keras`.
  case hdf5(HDF5File)
  /// An architecture, as `to_json()` gives it.
  case json(JSONValue)

  /// Opens the file at a path.
  package init(path: String) throws(KerasFileError) {
    try self.init(bytes: try ModelFile.read(path), name: path)
  }

  /// Opens a file's content.
  ///
  /// - Throws: ``KerasFileError`` that says what the file is, where it is none of these.
  package init(bytes: [UInt8], name: String) throws(KerasFileError) {
    let kind = FileKind(of: bytes)
    switch kind {
    case .hdf5: self = .hdf5(try HDF5File(bytes: bytes, name: name))
    case .zip: self = .archive(try KerasArchive(bytes: bytes, name: name))
    case .json: self = .json(try ModelJSON.parse(bytes, name: name))
    case .pickle, .empty, .other:
      throw KerasFileError(
        kind == .pickle ? .refused : .otherKind, file: name,
        "\(kind.sentence); give a .keras, .weights.h5 or legacy .h5 file, or an architecture as JSON"
      )
    }
  }
}

/// JSON of Keras.
package enum ModelJSON {
  /// Reads JSON text.
  ///
  /// - Parameters:
  ///   - name: the file's name, for messages.
  ///   - member: the archive's member, or the HDF5 file's attribute.
  /// - Throws: ``KerasFileError`` where it is not JSON, nests too deep, or names a member twice.
  package static func parse(_ bytes: [UInt8], name: String, member: String? = nil)
    throws(KerasFileError) -> JSONValue
  {
    guard bytes.count <= Limits.modelTextBytes else {
      throw KerasFileError(
        .overLimit, file: name, member: member,
        "\(bytes.count) bytes of JSON are over the limit of \(Limits.modelTextBytes)")
    }
    do {
      return try JSONValue(parsing: bytes)
    } catch {
      throw KerasFileError(
        error.isLimit ? .overLimit : .malformed, file: name, member: member, place: error.place,
        error.reason)
    }
  }
}

extension FileKind {
  /// A sentence that says what it is.
  package var sentence: String {
    switch self {
    case .hdf5: "this is an HDF5 file"
    case .zip: "this is a zip archive"
    case .json: "this is JSON"
    case .pickle:
      "this is a Python pickle, which is a program and never loaded; save the model with Keras"
    case .empty: "the file is empty"
    case .other(let words): "this is \(words)"
    }
  }
}
