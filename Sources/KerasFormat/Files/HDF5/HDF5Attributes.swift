import SweepModel

/// The attributes of one object that are texts.
///
/// Source: HDF5 File Format Specification 3.0, IV.A.2.m.
struct HDF5Attributes {
  private let bytes: HDF5Bytes
  private let header: HDF5Header
  private let heap: HDF5GlobalHeap

  init(_ bytes: HDF5Bytes, _ header: HDF5Header, _ heap: HDF5GlobalHeap) {
    self.bytes = bytes
    self.header = header
    self.heap = heap
  }

  /// What an attribute holds.
  enum Value {
    /// One text, which is no list.
    case text(String)
    /// A list.
    case texts([String])
    /// A list of another type, in words.
    case other(String)
  }

  /// The value of the attribute of that name; nil where there is none.
  func value(of name: String) throws(HDF5Problem) -> Value? {
    if let info = try header.first(.attributeInfo) { try Self.refuseIndexed(bytes, info.body) }
    for message in header.messages where message.kind == .attribute {
      guard !message.isShared else {
        throw HDF5Problem(.unsupported, "an attribute that objects share is not read")
      }
      var cursor = bytes.cursor(over: message.body)
      let head = try Head(&cursor)
      // The length includes the zero that ends the name.
      guard bytes[head.name].prefix(while: { $0 != 0 }).elementsEqual(name.utf8) else { continue }
      do {
        return try value(head, cursor)
      } catch {
        throw HDF5Problem(
          error.code, "attribute \(Quotation.text(name)): \(error.reason)", atByte: error.offset)
      }
    }
    return nil
  }

  /// Where the parts of an attribute are.
  private struct Head {
    let name, type, space: Range<Int>

    init(_ cursor: inout HDF5Cursor) throws(HDF5Problem) {
      let version = try cursor.version(1...3, of: "an attribute")
      // From version 2 on, whether type and shape stand elsewhere.
      let flags = try cursor.byte()
      guard version == 1 || flags & 3 == 0 else {
        throw HDF5Problem(.unsupported, "an attribute whose type objects share is not read")
      }
      let sizes = (try cursor.short(), try cursor.short(), try cursor.short())
      if version == 3 { try cursor.take(1) }
      name = try Self.part(&cursor, sizes.0, isPadded: version == 1)
      type = try Self.part(&cursor, sizes.1, isPadded: version == 1)
      space = try Self.part(&cursor, sizes.2, isPadded: version == 1)
    }

    private static func part(_ cursor: inout HDF5Cursor, _ size: Int, isPadded: Bool)
      throws(HDF5Problem) -> Range<Int>
    {
      let start = cursor.position
      let part = try cursor.take(size)
      if isPadded { try cursor.align(from: start) }
      return part
    }
  }

  private static func refuseIndexed(_ bytes: HDF5Bytes, _ body: Range<Int>) throws(HDF5Problem) {
    var cursor = bytes.cursor(over: body)
    try cursor.version(0...0, of: "an object's attributes")
    if try cursor.byte() & 1 != 0 { try cursor.take(2) }
    guard try cursor.long() == HDF5Bytes.undefined else {
      throw HDF5Problem(
        .unsupported,
        "indexed attributes, as h5py writes them with `libver='latest'`, are not read; save the "
          + "file again with Keras, or with `libver='earliest'`", atByte: body.lowerBound)
    }
  }

  private func value(_ head: Head, _ data: HDF5Cursor) throws(HDF5Problem) -> Value {
    let type = try HDF5Datatype(bytes, head.type)
    let space = try HDF5Dataspace(bytes, head.space)
    // An empty list has whatever type its writer had at hand.
    if space.count == 0 { return .texts([]) }
    guard case .text = type.element else { return .other(type.element.description) }
    guard space.count <= data.remaining / type.size else {
      throw .malformed("\(space.count) texts do not fit", atByte: data.position)
    }
    var (data, texts) = (data, [String]())
    var left = Limits.modelTextBytes
    for _ in 0..<space.count {
      let range: Range<Int>
      switch type.storage {
      case .fixedText(let padding): range = trimmed(try data.take(type.size), padding)
      default:
        let length = try data.word()
        range = try heap.object(at: try data.long(), index: try data.word(), length: length)
      }
      left -= range.count
      guard left >= 0 else {
        throw HDF5Problem(
          .overLimit, "texts of more than \(Limits.modelTextBytes) bytes are not read")
      }
      guard let text = String(validating: bytes[range], as: UTF8.self) else {
        throw .malformed("a text is not UTF-8", atByte: range.lowerBound)
      }
      texts.append(text)
    }
    return space.shape.isEmpty ? .text(texts[0]) : .texts(texts)
  }

  private func trimmed(_ range: Range<Int>, _ padding: HDF5Datatype.Padding) -> Range<Int> {
    let text = bytes[range]
    switch padding {
    case .zero: return range.lowerBound..<(text.firstIndex(of: 0) ?? range.upperBound)
    case .zeros: return range.lowerBound..<(text.lastIndex { $0 != 0 } ?? range.lowerBound - 1) + 1
    case .spaces:
      return range.lowerBound..<(text.lastIndex { $0 != 0x20 } ?? range.lowerBound - 1) + 1
    }
  }
}
