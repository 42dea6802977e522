import SweepModel

/// A dataset of an HDF5 file: its shape and type, and its values where they are asked for.
///
/// Values are read, and decompressed, only after the caller has said which shape they must have.
package struct HDF5Dataset: Sendable {
  /// The path in the file.
  package let path: String
  /// The shape; empty for one number.
  package let shape: [Int]
  /// What an element is.
  package let elementType: HDF5ElementType

  let bytes: HDF5Bytes
  let datatype: HDF5Datatype
  let layout: HDF5Layout
  let filters: HDF5Filters
  /// The file, for messages.
  let source: HDF5Source

  /// How many values the shape has.
  package var count: Int { shape.reduce(1, *) }

  init(
    _ path: String, _ header: HDF5Header, _ bytes: HDF5Bytes, isBrainFloat: Bool,
    _ source: HDF5Source
  ) throws(HDF5Problem) {
    guard let space = try header.first(.dataspace), let type = try header.first(.datatype),
      let layout = try header.first(.layout)
    else { throw HDF5Problem(.malformed, "the dataset has no shape, type or place") }
    self.path = path
    self.bytes = bytes
    self.source = source
    shape = try HDF5Dataspace(bytes, space.body).shape
    datatype = try HDF5Datatype(bytes, type.body)
    elementType =
      isBrainFloat && datatype.element == .other("opaque") ? .bfloat16 : datatype.element
    self.layout = try HDF5Layout(
      bytes, layout.body, shape: shape, elementBytes: datatype.size)
    filters = try HDF5Filters(bytes, try header.first(.filters)?.body)
    if case .chunked = self.layout {
    } else if !filters.isEmpty {
      throw HDF5Problem(.malformed, "the dataset has filters, but no chunks")
    }
  }

  /// Refuses values that would be read from elsewhere.
  static func refuseForeignStorage(_ bytes: HDF5Bytes, _ header: HDF5Header) throws(HDF5Problem) {
    guard !header.has(.externalFiles) else {
      throw HDF5Problem(
        .refused, "its values are in another file, which is not opened: Keras never does that")
    }
    if let layout = try header.first(.layout) { try HDF5Layout.refuseVirtual(bytes, layout.body) }
  }

  /// The values as binary32, row-major.
  ///
  /// Binary16, `bfloat16` and binary64 are converted; the last by rounding.
  ///
  /// - Throws: ``KerasFileError`` where the shape is another, where these are no such numbers, or where
  ///   the values are not all in the file.
  package func floats(expecting shape: [Int]) throws(KerasFileError) -> [Float] {
    try source.attributing(path) { () throws(HDF5Problem) in
      try check(shape)
      switch elementType {
      case .float16, .bfloat16, .float32, .float64: break
      default: throw wrongType("numbers such as float32")
      }
      return try values().floats(elementType)
    }
  }

  /// The values as binary64, row-major: of any type of number.
  ///
  /// - Throws: as ``floats(expecting:)``.
  package func doubles(expecting shape: [Int]) throws(KerasFileError) -> [Double] {
    try source.attributing(path) { () throws(HDF5Problem) in
      try check(shape)
      switch elementType {
      case .text, .other: throw wrongType("numbers")
      default: return try values().doubles(elementType)
      }
    }
  }

  /// The values as whole numbers, row-major.
  ///
  /// - Throws: as ``floats(expecting:)``, and where a value exceeds 63 bits.
  package func integers(expecting shape: [Int]) throws(KerasFileError) -> [Int64] {
    try source.attributing(path) { () throws(HDF5Problem) in
      try check(shape)
      guard case .integer(let size, let isSigned) = elementType else {
        throw wrongType("whole numbers")
      }
      guard let values = try values().integers(bytes: size, isSigned: isSigned) else {
        throw HDF5Problem(.malformed, "a whole number here exceeds 63 bits")
      }
      return values
    }
  }

  private func check(_ expected: [Int]) throws(HDF5Problem) {
    guard shape == expected else {
      throw HDF5Problem(
        .mismatch,
        "the file has the shape \(Self.text(shape)) where \(Self.text(expected)) is expected")
    }
  }

  private func wrongType(_ expected: String) -> HDF5Problem {
    HDF5Problem(.mismatch, "the file has \(elementType) where \(expected) are expected")
  }

  /// The stored bytes of all values, in whatever order of bytes.
  private func values() throws(HDF5Problem) -> HDF5RawValues {
    guard case .number(let isBigEndian) = datatype.storage else { throw wrongType("numbers") }
    let stored = try storedBytes()
    return HDF5RawValues(bytes: stored, size: datatype.size, isBigEndian: isBigEndian)
  }

  private func storedBytes() throws(HDF5Problem) -> ArraySlice<UInt8> {
    let needed = count * datatype.size
    switch layout {
    case .contiguous(let range):
      guard range.count == needed else {
        throw HDF5Problem(
          .malformed, "its values have \(range.count) bytes, and its shape needs \(needed)")
      }
      return bytes[range]
    case .unwritten:
      guard needed == 0 else {
        throw HDF5Problem(.malformed, "its values were never written")
      }
      return []
    case .chunked(let chunks):
      return try HDF5ChunkReader(
        bytes: bytes, shape: shape, elementBytes: datatype.size, chunks: chunks, filters: filters
      ).values()[...]
    }
  }

  static func text(_ shape: [Int]) -> String {
    "(" + shape.map(String.init).joined(separator: ", ") + ")"
  }
}
