import SweepModel

/// What is wrong with an HDF5 file, and where in it.
struct HDF5Problem: Error {
  let code: KerasFileError.Code
  let reason: String
  /// The path of the object that was read, where it is known.
  var path: String?
  /// The byte that was read, where that says more than the path.
  let offset: Int?

  init(
    _ code: KerasFileError.Code, _ reason: String, path: String? = nil, atByte offset: Int? = nil
  ) {
    self.code = code
    self.reason = reason
    self.path = path
    self.offset = offset
  }

  /// Bytes that do not mean what must stand where they are.
  static func malformed(_ reason: String, atByte offset: Int) -> HDF5Problem {
    HDF5Problem(
      .malformed, "\(reason): the file is damaged, or was made to do harm", atByte: offset)
  }

  /// The same, for an object of that path.
  func at(_ path: String) -> HDF5Problem {
    var problem = self
    problem.path = self.path ?? path
    return problem
  }
}

/// The bytes of an HDF5 file.
///
/// Every address in the file is a number that anybody could have written: only what ``range(at:count:)``
/// and ``HDF5Cursor`` have checked is read.
struct HDF5Bytes: Sendable {
  /// The address of what has not been written.
  static let undefined = UInt64.max

  let storage: [UInt8]

  var count: Int { storage.count }

  subscript(range: Range<Int>) -> ArraySlice<UInt8> { storage[range] }

  /// The `count` bytes at an address.
  func range(at address: UInt64, count: UInt64) throws(HDF5Problem) -> Range<Int> {
    let (end, overflows) = address.addingReportingOverflow(count)
    guard !overflows, end <= UInt64(storage.count) else {
      throw .malformed(
        "\(count) bytes at address \(address) are beyond the file's end, \(storage.count)",
        atByte: storage.count)
    }
    return Int(address)..<Int(end)
  }

  /// A cursor over the bytes from an address to the file's end.
  func cursor(at address: UInt64) throws(HDF5Problem) -> HDF5Cursor {
    let start = try range(at: address, count: 0).lowerBound
    return HDF5Cursor(bytes: self, range: start..<storage.count)
  }

  /// A cursor over bytes that are in the file.
  func cursor(over range: Range<Int>) -> HDF5Cursor { HDF5Cursor(bytes: self, range: range) }
}

/// Reads numbers and names one after the other, and never beyond a bound.
struct HDF5Cursor {
  private let bytes: HDF5Bytes
  private(set) var position: Int
  let end: Int

  var remaining: Int { end - position }

  fileprivate init(bytes: HDF5Bytes, range: Range<Int>) {
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
  }

  /// Passes over bytes, which are the answer.
  @discardableResult
  mutating func take(_ count: Int) throws(HDF5Problem) -> Range<Int> {
    guard count >= 0, count <= remaining else {
      throw .malformed(
        "\(count) bytes are needed here, where \(remaining) are left", atByte: position)
    }
    defer { position += count }
    return position..<position + count
  }

  /// A little-endian number of 1 to 8 bytes.
  mutating func number(_ size: Int) throws(HDF5Problem) -> UInt64 {
    let range = try take(size)
    var value: UInt64 = 0
    for (place, position) in range.enumerated() {
      value |= UInt64(bytes.storage[position]) << UInt64(8 * place)
    }
    return value
  }

  mutating func byte() throws(HDF5Problem) -> Int { Int(try number(1)) }
  mutating func short() throws(HDF5Problem) -> Int { Int(try number(2)) }
  mutating func word() throws(HDF5Problem) -> Int { Int(try number(4)) }
  /// An address or a length, of 8 bytes.
  mutating func long() throws(HDF5Problem) -> UInt64 { try number(8) }

  /// Passes over four letters that must stand here.
  mutating func signature(_ letters: String, _ what: String) throws(HDF5Problem) {
    let start = position
    guard remaining >= 4, bytes[try take(4)].elementsEqual(letters.utf8) else {
      throw .malformed("\(what) does not begin here", atByte: start)
    }
  }

  /// Passes over a version that must be one of `known`.
  @discardableResult
  mutating func version(_ known: ClosedRange<Int>, of what: String) throws(HDF5Problem) -> Int {
    let start = position
    let version = try byte()
    guard known.contains(version) else {
      throw HDF5Problem(
        .unsupported,
        "version \(version) of \(what) is not read here; save the file again with Keras, or with "
          + "h5py and `libver='earliest'`", atByte: start)
    }
    return version
  }

  /// Passes to the next multiple of 8 from `start` on.
  mutating func align(from start: Int) throws(HDF5Problem) {
    try take((8 - (position - start) % 8) % 8)
  }

  /// The bytes up to a zero, which is passed over.
  mutating func nameUntilZero() throws(HDF5Problem) -> Range<Int> {
    let limit = position + min(remaining, Limits.modelNameBytes + 1)
    guard let zero = bytes.storage[position..<limit].firstIndex(of: 0) else {
      throw .malformed("a name does not end", atByte: position)
    }
    defer { position = zero + 1 }
    return position..<zero
  }
}
