import SweepModel

/// What an HDF5 file is called in messages.
struct HDF5Source: Sendable {
  let file: String
  let member: String?

  /// Runs `body`; what is wrong is told with the file's name and the object's path.
  func attributing<Value>(_ path: String?, _ body: () throws(HDF5Problem) -> Value)
    throws(KerasFileError) -> Value
  {
    do {
      return try body()
    } catch {
      let place = error.path ?? path ?? error.offset.map { "byte \($0)" }
      throw KerasFileError(error.code, file: file, member: member, place: place, error.reason)
    }
  }
}

/// An HDF5 file that Keras wrote, opened for reading.
///
/// The whole file is walked when it is opened: links to other files, soft links, virtual datasets, groups
/// in circles and files that are cut are refused then. Values are read where they are asked for.
/// docs/decisions/0016 says why this is not libhdf5.
package struct HDF5File: Sendable {
  /// What stands at a path.
  package enum Kind: Hashable, Sendable {
    case group, dataset, none
  }

  private let bytes: HDF5Bytes
  private let index: HDF5Index
  private let heap: HDF5GlobalHeap
  private let source: HDF5Source

  /// Reads the file at a path.
  package init(path: String) throws(KerasFileError) {
    try self.init(bytes: try ModelFile.read(path), name: path)
  }

  /// Reads a file's content.
  ///
  /// - Parameters:
  ///   - name: the file's name, for messages.
  ///   - member: the name of the archive's member that it is.
  package init(bytes: [UInt8], name: String, member: String? = nil) throws(KerasFileError) {
    let source = HDF5Source(file: name, member: member)
    try ModelFile.check(bytes, is: .hdf5, "an HDF5 file", name: name, member: member)
    let content = HDF5Bytes(storage: bytes)
    self.bytes = content
    self.source = source
    heap = HDF5GlobalHeap(content)
    index = try source.attributing(nil) { () throws(HDF5Problem) in try HDF5Index(content) }
  }

  /// What stands at a path such as `layers/dense/vars/0`; the root is `""` or `"/"`.
  package func kind(of path: String) -> Kind {
    guard let object = index[path] else { return .none }
    return object.isGroup ? .group : .dataset
  }

  /// The names of a group's members, in the file's own order, which is mostly that of their bytes:
  /// `dense_10` comes before `dense_2`.
  ///
  /// - Returns: none for what is no group.
  package func members(of path: String) -> [String] { index[path]?.members ?? [] }

  /// The text of an attribute; nil where there is no such attribute or object.
  ///
  /// - Throws: ``KerasFileError`` where it is no single text.
  package func text(attribute name: String, of path: String) throws(KerasFileError) -> String? {
    try source.attributing(path) { () throws(HDF5Problem) in
      switch try value(name, path) {
      case nil: return nil
      case .text(let text): return text
      case .texts(let texts): throw Self.wrongType(name, "\(texts.count) texts", "one text")
      case .other(let words): throw Self.wrongType(name, words, "a text")
      }
    }
  }

  /// The list of texts of an attribute; nil where there is none.
  ///
  /// Keras divides long lists among attributes `name0`, `name1`…, which are joined here.
  ///
  /// - Throws: ``KerasFileError`` where it is no list of texts.
  package func texts(attribute name: String, of path: String) throws(KerasFileError) -> [String]? {
    try source.attributing(path) { () throws(HDF5Problem) in
      if let whole = try list(name, path) { return whole }
      guard var texts = try list(name + "0", path) else { return nil }
      var number = 1
      while let more = try list("\(name)\(number)", path) {
        texts += more
        number += 1
        guard texts.count <= Limits.modelFileSteps else {
          throw HDF5Problem(.overLimit, "the list \(Quotation.text(name)) is too long")
        }
      }
      return texts
    }
  }

  /// The dataset at a path; its values are not read yet.
  ///
  /// - Throws: ``KerasFileError`` where there is none, or none that can be read.
  package func dataset(_ path: String) throws(KerasFileError) -> HDF5Dataset {
    try source.attributing(path) { () throws(HDF5Problem) in
      guard let object = index[path] else {
        throw HDF5Problem(.missing, "the file has no such dataset")
      }
      guard !object.isGroup else { throw HDF5Problem(.mismatch, "this is a group, not a dataset") }
      var isBrainFloat = false
      if case .text("bfloat16") = try value("dtype", path) { isBrainFloat = true }
      return try HDF5Dataset(path, object.messages, bytes, isBrainFloat: isBrainFloat, source)
    }
  }

  private func value(_ name: String, _ path: String) throws(HDF5Problem) -> HDF5Attributes.Value? {
    guard let object = index[path] else { return nil }
    return try HDF5Attributes(bytes, object.messages, heap).value(of: name)
  }

  private func list(_ name: String, _ path: String) throws(HDF5Problem) -> [String]? {
    switch try value(name, path) {
    case nil: nil
    case .texts(let texts): texts
    case .text: throw Self.wrongType(name, "one text", "a list")
    case .other(let words): throw Self.wrongType(name, words, "texts")
    }
  }

  private static func wrongType(_ name: String, _ found: String, _ expected: String) -> HDF5Problem
  {
    HDF5Problem(
      .mismatch, "attribute \(Quotation.text(name)) has \(found) where \(expected) is expected")
  }
}
