import Archives
import SweepModel

/// What was done to each chunk of a dataset before it was written.
///
/// gzip, shuffle and Fletcher-32 are undone; others would need code from elsewhere.
///
/// Source: HDF5 File Format Specification 3.0, IV.A.2.l.
struct HDF5Filters: Sendable {
  private enum Filter: Int {
    case gzip = 1
    case shuffle = 2
    case fletcher32 = 3
  }

  private var filters: [Filter] = []

  var isEmpty: Bool { filters.isEmpty }

  init(_ bytes: HDF5Bytes, _ body: Range<Int>?) throws(HDF5Problem) {
    guard let body else { return }
    var cursor = bytes.cursor(over: body)
    let version = try cursor.version(1...2, of: "a dataset's filters")
    let count = try cursor.byte()
    if version == 1 { try cursor.take(6) }
    guard count <= Limits.modelFileFilters else {
      throw HDF5Problem(.overLimit, "\(count) filters are over the limit", atByte: body.lowerBound)
    }
    for _ in 0..<count {
      let identifier = try cursor.short()
      let nameBytes = version == 1 || identifier >= 256 ? try cursor.short() : 0
      try cursor.take(2)
      let values = try cursor.short()
      try cursor.take(nameBytes)
      try cursor.take(4 * values)
      if version == 1, values % 2 == 1 { try cursor.take(4) }
      guard let filter = Filter(rawValue: identifier) else {
        throw HDF5Problem(
          .unsupported,
          "filter \(identifier) is not read; save the file again with Keras, or compressed by gzip",
          atByte: body.lowerBound)
      }
      filters.append(filter)
    }
  }

  /// The `count` bytes of a chunk, from what is stored.
  ///
  /// - Parameter mask: a bit for each filter that was left out.
  func undo(_ stored: ArraySlice<UInt8>, mask: UInt64, count: Int, elementBytes: Int)
    throws(HDF5Problem) -> ArraySlice<UInt8>
  {
    var bytes = stored
    for (position, filter) in filters.enumerated().reversed()
    where mask >> UInt64(position) & 1 == 0 {
      switch filter {
      case .gzip:
        // What shuffle gives has as many bytes; a checksum before it, four more.
        let limit = count + (filters.prefix(position).contains(.fletcher32) ? 4 : 0)
        do {
          bytes = try Inflation.content(ofZlib: bytes, count: limit)[...]
        } catch { throw HDF5Problem(.malformed, "a chunk is damaged: \(error.reason)") }
      case .shuffle: bytes = Self.unshuffled(bytes, elementBytes)[...]
      case .fletcher32: bytes = try Self.checked(bytes)
      }
    }
    guard bytes.count == count else {
      throw HDF5Problem(
        .malformed, "a chunk has \(bytes.count) bytes, and its shape needs \(count)")
    }
    return bytes
  }

  /// Puts the bytes of an element together again: all first bytes came first, then all second ones.
  private static func unshuffled(_ bytes: ArraySlice<UInt8>, _ size: Int) -> [UInt8] {
    let elements = bytes.count / size
    var result = [UInt8](repeating: 0, count: bytes.count)
    for place in 0..<size {
      let first = bytes.startIndex + place * elements
      for element in 0..<elements { result[element * size + place] = bytes[first + element] }
    }
    // What is left over was not shuffled.
    for position in elements * size..<bytes.count {
      result[position] = bytes[bytes.startIndex + position]
    }
    return result
  }

  /// The bytes before their checksum, where it is right.
  private static func checked(_ bytes: ArraySlice<UInt8>) throws(HDF5Problem) -> ArraySlice<UInt8> {
    let content = bytes.dropLast(4)
    let stored = bytes.suffix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    guard bytes.count >= 4, stored == fletcher32(content) else {
      throw HDF5Problem(.malformed, "a chunk's checksum is wrong: the file is damaged")
    }
    return content
  }

  private static func fletcher32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    var (low, high): (UInt32, UInt32) = (0, 0)
    var position = bytes.startIndex
    while position < bytes.endIndex {
      let next = position + 1 < bytes.endIndex ? UInt32(bytes[position + 1]) : 0
      low = (low + (UInt32(bytes[position]) << 8 | next)) % 65_535
      high = (high + low) % 65_535
      position += 2
    }
    return high << 16 | low
  }
}
