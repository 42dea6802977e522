import SweepModel

/// What a value is, and how it is stored.
///
/// Source: HDF5 File Format Specification 3.0, IV.A.2.d.
struct HDF5Datatype: Sendable {
  /// How a text of fixed length ends.
  enum Padding: Sendable {
    case zero, zeros, spaces
  }

  /// How it is stored.
  enum Storage: Hashable, Sendable {
    /// A number; its bytes are in this order.
    case number(isBigEndian: Bool)
    /// A text of as many bytes.
    case fixedText(Padding)
    /// A text in the global heap.
    case heapText
    /// None that is read.
    case other
  }

  let element: HDF5ElementType
  let storage: Storage
  /// Bytes of one value.
  let size: Int

  init(_ bytes: HDF5Bytes, _ body: Range<Int>) throws(HDF5Problem) {
    var cursor = bytes.cursor(over: body)
    let kind = try cursor.byte()
    let bits = Int(try cursor.number(3))
    size = try cursor.word()
    guard (1...4).contains(kind >> 4) else {
      throw HDF5Problem(
        .unsupported, "version \(kind >> 4) of a type is not read", atByte: body.lowerBound)
    }
    guard size > 0, size <= Limits.modelTextBytes else {
      throw HDF5Problem(
        .overLimit, "values of \(size) bytes are not read", atByte: body.lowerBound)
    }
    (element, storage) = try Self.read(kind & 15, bits, size, &cursor)
  }

  private static func read(_ kind: Int, _ bits: Int, _ size: Int, _ cursor: inout HDF5Cursor)
    throws(HDF5Problem) -> (HDF5ElementType, Storage)
  {
    switch kind {
    case 0: return try integer(bits, size, &cursor)
    case 1: return try float(bits, size, &cursor)
    case 3:
      switch bits & 15 {
      case 0: return (.text, .fixedText(.zero))
      case 1: return (.text, .fixedText(.zeros))
      case 2: return (.text, .fixedText(.spaces))
      default: return (.other("text of an unknown kind"), .other)
      }
    // NumPy's types that HDF5 does not know come as two opaque bytes.
    case 5 where size == 2: return (.other("opaque"), .number(isBigEndian: false))
    case 9 where bits & 15 == 1 && size == 16: return (.text, .heapText)
    default: return (.other(names[kind] ?? "an unknown type"), .other)
    }
  }

  private static let names = [
    2: "times", 4: "bit fields", 5: "opaque", 6: "records", 7: "references", 8: "enumerations",
    9: "lists", 10: "arrays",
  ]

  private static func integer(_ bits: Int, _ size: Int, _ cursor: inout HDF5Cursor)
    throws(HDF5Problem) -> (HDF5ElementType, Storage)
  {
    let (offset, precision) = (try cursor.short(), try cursor.short())
    guard [1, 2, 4, 8].contains(size), offset == 0, precision == 8 * size else {
      return (.other("whole numbers of \(precision) bits"), .other)
    }
    return (.integer(bytes: size, isSigned: bits & 8 != 0), .number(isBigEndian: bits & 1 != 0))
  }

  private static func float(_ bits: Int, _ size: Int, _ cursor: inout HDF5Cursor)
    throws(HDF5Problem) -> (HDF5ElementType, Storage)
  {
    var properties: [Int] = []
    for size in [2, 2, 1, 1, 1, 1, 4] { properties.append(Int(try cursor.number(size))) }
    let sign = bits >> 8 & 0xFF
    // Offset, precision; exponent's place and size; mantissa's place and size; bias.
    let layouts: [([Int], Int, HDF5ElementType)] = [
      ([0, 16, 10, 5, 0, 10, 15], 15, .float16), ([0, 16, 7, 8, 0, 7, 127], 15, .bfloat16),
      ([0, 32, 23, 8, 0, 23, 127], 31, .float32), ([0, 64, 52, 11, 0, 52, 1023], 63, .float64),
    ]
    // Bits 0 and 6 together would be the order of a VAX; 2 in bits 4 and 5 is the hidden bit.
    guard bits & 0x40 == 0, bits >> 4 & 3 == 2,
      let layout = layouts.first(where: { $0.0 == properties && $0.1 == sign }),
      layout.0[1] == 8 * size
    else { return (.other("numbers that are not of IEEE 754"), .other) }
    return (layout.2, .number(isBigEndian: bits & 1 != 0))
  }
}
