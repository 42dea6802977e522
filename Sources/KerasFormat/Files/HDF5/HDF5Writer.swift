import SweepModel

/// Writes HDF5 files that Keras and h5py read.
///
/// Of the formats that HDF5 has for a thing, the one without an index is written: superblock 2, a link in a
/// group's header for each member, contiguous values. There is no date in it, so that equal values give
/// equal bytes.
///
/// Source: HDF5 File Format Specification 3.0.
package struct HDF5Writer {
  private static let superblockBytes = 48
  private static let undefined = [UInt8](repeating: 0xFF, count: 8)
  /// Attributes in a header are at most so long in all readers; Keras divides lists that exceed it.
  package static let attributeBytes = 64_512

  private var bytes = [UInt8](repeating: 0, count: Self.superblockBytes)
  private var heap = HDF5HeapWriter()

  /// The bytes of a file whose root is `group`.
  ///
  /// - Throws: ``KerasFileError`` where a name or a text is too long.
  package static func bytes(of group: HDF5Group, name: String) throws(KerasFileError) -> [UInt8] {
    var writer = HDF5Writer()
    return try HDF5Source(file: name, member: nil).attributing(nil) { () throws(HDF5Problem) in
      try writer.file(group)
    }
  }

  /// Writes a file in whole or not at all.
  package static func write(_ group: HDF5Group, to path: String) throws(KerasFileError) {
    try ModelFile.write(try bytes(of: group, name: path), to: path)
  }

  private mutating func file(_ root: HDF5Group) throws(HDF5Problem) -> [UInt8] {
    // First, so that addresses of texts are known where attributes are written.
    try heap.collect(root, at: bytes.count)
    bytes += heap.bytes
    let address = try write(root, at: "")
    var block = HDF5Superblock.signature + [2, 8, 8, 0]
    Self.append(0, 8, to: &block)
    block += Self.undefined
    Self.append(bytes.count, 8, to: &block)
    Self.append(address, 8, to: &block)
    Self.append(Int(HDF5Checksum.checksum(of: block)), 4, to: &block)
    bytes.replaceSubrange(0..<Self.superblockBytes, with: block)
    return bytes
  }

  /// Writes a group after its members; the answer is its header's address.
  private mutating func write(_ group: HDF5Group, at path: String) throws(HDF5Problem) -> Int {
    var links: [(name: String, address: Int)] = []
    for (name, member) in group.members {
      let path = path + "/" + name
      guard name.utf8.count <= Limits.modelNameBytes, !name.isEmpty, name != ".",
        name.utf8.allSatisfy({ $0 != 0 && $0 != UInt8(ascii: "/") })
      else {
        throw HDF5Problem(.refused, "HDF5 has no such name; rename the layer", path: path)
      }
      switch member {
      case .group(let group): links.append((name, try write(group, at: path)))
      case .dataset(let array): links.append((name, try write(array, at: path)))
      }
    }
    // Link info without an index, and group info, which the library looks for.
    var messages: [(type: Int, body: [UInt8])] = [
      (2, [0, 0] + Self.undefined + Self.undefined), (0x0A, [0, 0]),
    ]
    for link in links {
      let name = Array(link.name.utf8)
      // A character set is given (UTF-8), and two bytes of length.
      var body: [UInt8] = [1, 0x11, 1]
      Self.append(name.count, 2, to: &body)
      body += name
      Self.append(link.address, 8, to: &body)
      messages.append((6, body))
    }
    return try header(messages + attributes(group.attributes, at: path), at: path)
  }

  /// Writes a dataset's values and then its header, whose address is the answer.
  private mutating func write(_ array: HDF5Array, at path: String) throws(HDF5Problem) -> Int {
    align()
    let (start, type) = (bytes.count, Self.type(of: array.values))
    append(array.values)
    var layout: [UInt8] = [3, 1]
    // The library refuses an address for nothing.
    if bytes.count == start { layout += Self.undefined } else { Self.append(start, 8, to: &layout) }
    Self.append(bytes.count - start, 8, to: &layout)
    // The fill value: space when it is written, and the library's own, as h5py has it.
    let messages: [(type: Int, body: [UInt8])] = [
      (1, Self.space(array.shape)), (3, type), (5, [3, 0x0A]), (8, layout),
    ]
    return try header(messages + attributes(array.attributes, at: path), at: path)
  }

  private func attributes(_ attributes: [HDF5Attribute], at path: String) throws(HDF5Problem)
    -> [(type: Int, body: [UInt8])]
  {
    var messages: [(type: Int, body: [UInt8])] = []
    for part in attributes.flatMap(\.parts) {
      let name = Array(part.name.utf8) + [0]
      let space = Self.space(part.isList ? [part.texts.count] : [])
      // A text of any length: a reference to UTF-8 in the heap, based on bytes.
      var type: [UInt8] = [0x19, 0x01, 0x01, 0, 16, 0, 0, 0]
      type += [0x10, 0, 0, 0, 1, 0, 0, 0, 0, 0, 8, 0]
      var body: [UInt8] = [3, 0]
      for part in [name, type, space] { Self.append(part.count, 2, to: &body) }
      body += [1] + name + type + space
      for text in part.texts {
        guard let place = heap.places[text] else { preconditionFailure("all texts are collected") }
        Self.append(text.utf8.count, 4, to: &body)
        Self.append(place.address, 8, to: &body)
        Self.append(place.index, 4, to: &body)
      }
      guard body.count <= Int(UInt16.max) else {
        throw HDF5Problem(
          .overLimit, "the attribute \(Quotation.text(part.name)) is too long", path: path)
      }
      messages.append((0x0C, body))
    }
    return messages
  }

  private mutating func header(_ messages: [(type: Int, body: [UInt8])], at path: String)
    throws(HDF5Problem) -> Int
  {
    align()
    let start = bytes.count
    let size = messages.reduce(0) { $0 + 4 + $1.body.count }
    // The size of the first block has four bytes.
    bytes += Array("OHDR".utf8) + [2, 2]
    Self.append(size, 4, to: &bytes)
    for message in messages {
      bytes.append(UInt8(message.type))
      Self.append(message.body.count, 2, to: &bytes)
      bytes.append(0)
      bytes += message.body
    }
    Self.append(Int(HDF5Checksum.checksum(of: bytes[start...])), 4, to: &bytes)
    return start
  }

  private mutating func align() {
    bytes += [UInt8](repeating: 0, count: (8 - bytes.count % 8) % 8)
  }

  private static func space(_ shape: [Int]) -> [UInt8] {
    var body: [UInt8] = [2, UInt8(shape.count), 0, shape.isEmpty ? 0 : 1]
    for size in shape { append(size, 8, to: &body) }
    return body
  }

  private static func type(of values: HDF5Array.Values) -> [UInt8] {
    switch values {
    case .floats: [0x11, 0x20, 31, 0, 4, 0, 0, 0, 0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0]
    case .int32: [0x10, 8, 0, 0, 4, 0, 0, 0, 0, 0, 32, 0]
    case .int64: [0x10, 8, 0, 0, 8, 0, 0, 0, 0, 0, 64, 0]
    }
  }

  private mutating func append(_ values: HDF5Array.Values) {
    switch values {
    case .floats(let values): append(values) { $0.bitPattern.littleEndian }
    case .int32(let values): append(values) { $0.littleEndian }
    case .int64(let values): append(values) { $0.littleEndian }
    }
  }

  /// Appends values in the file's order of bytes; on most machines they have it already.
  private mutating func append<Value, Word: FixedWidthInteger>(
    _ values: [Value], _ word: (Value) -> Word
  ) {
    #if _endian(little)
      values.withUnsafeBytes { bytes += $0 }
    #else
      for value in values { withUnsafeBytes(of: word(value)) { bytes += $0 } }
    #endif
  }

  static func append(_ value: Int, _ size: Int, to bytes: inout [UInt8]) {
    for position in 0..<size { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * position))) }
  }
}

extension HDF5Attribute {
  /// An attribute as it is written: one of the parts of a list that is divided.
  struct Part {
    let name: String
    let texts: [String]
    let isList: Bool
  }

  /// The attribute, divided as Keras does where it is a long list: into as many parts as are needed for
  /// none to exceed 64,512 bytes with all its texts as long as the longest.
  ///
  /// Source: Keras, legacy/saving/legacy_h5_format.py, save_attributes_to_hdf5_group.
  var parts: [Part] {
    switch value {
    case .text(let text): return [Part(name: name, texts: [text], isList: false)]
    case .texts(let texts):
      let longest = max(16, texts.map(\.utf8.count).max() ?? 0)
      let perPart = max(1, HDF5Writer.attributeBytes / longest)
      let count = (texts.count + perPart - 1) / perPart
      guard count > 1 else { return [Part(name: name, texts: texts, isList: true)] }
      return (0..<count).map { number in
        let range = texts.count * number / count..<texts.count * (number + 1) / count
        return Part(name: "\(name)\(number)", texts: Array(texts[range]), isList: true)
      }
    }
  }
}
