import SweepModel
import Synchronization

/// Where a file keeps texts of any length.
///
/// A collection is read once, however many attributes have texts in it.
///
/// Source: HDF5 File Format Specification 3.0, III.E.
final class HDF5GlobalHeap: Sendable {
  private struct State {
    /// The objects of the collections that were read, by address and index.
    var collections: [UInt64: [Int: Range<Int>]] = [:]
    /// Objects that may still be read: those of collections that overlap would be endless.
    var left = Limits.modelFileSteps
  }

  private let bytes: HDF5Bytes
  private let state = Mutex(State())

  init(_ bytes: HDF5Bytes) { self.bytes = bytes }

  /// The first `length` bytes of an object.
  func object(at address: UInt64, index: Int, length: Int) throws(HDF5Problem) -> Range<Int> {
    // An empty text needs no place.
    if length == 0 { return 0..<0 }
    return try state.withLock { (state) throws(HDF5Problem) in
      if state.collections[address] == nil {
        state.collections[address] = try Self.read(bytes, at: address, &state.left)
      }
      guard let object = state.collections[address]?[index], length <= object.count else {
        throw HDF5Problem(.malformed, "a text is not where it should be: the file is damaged")
      }
      return object.prefix(length)
    }
  }

  private static func read(_ bytes: HDF5Bytes, at address: UInt64, _ left: inout Int)
    throws(HDF5Problem) -> [Int: Range<Int>]
  {
    var cursor = try bytes.cursor(at: address)
    let start = cursor.position
    try cursor.signature("GCOL", "a collection of texts")
    try cursor.version(1...1, of: "a collection of texts")
    try cursor.take(3)
    let size = try cursor.long()
    cursor = bytes.cursor(over: try bytes.range(at: UInt64(start), count: max(16, size)))
    try cursor.take(16)
    var objects: [Int: Range<Int>] = [:]
    while cursor.remaining >= 16 {
      left -= 1
      guard left >= 0 else {
        throw HDF5Problem(.overLimit, "there are too many texts", atByte: cursor.position)
      }
      let index = try cursor.short()
      try cursor.take(6)
      let size = try cursor.long()
      // Free space, which is the last.
      if index == 0 { break }
      let body = try cursor.take(Int(clamping: size))
      // The file's end need not be padded.
      try cursor.take(min(cursor.remaining, (8 - body.count % 8) % 8))
      guard objects.updateValue(body, forKey: index) == nil else {
        throw .malformed("two texts have the same number", atByte: body.lowerBound)
      }
    }
    return objects
  }
}
