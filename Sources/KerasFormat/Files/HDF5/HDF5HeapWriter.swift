import SweepModel

/// The texts of a file to be written, each once, in collections of the global heap.
///
/// Source: HDF5 File Format Specification 3.0, III.E.
struct HDF5HeapWriter {
  struct Place {
    let address, index: Int
  }

  /// Bytes of a collection, which has more only for a text that needs more: readers look through a whole
  /// one.
  private static let collectionBytes = 4_096

  /// Where each text is.
  private(set) var places: [String: Place] = [:]
  /// All collections, one after the other.
  private(set) var bytes: [UInt8] = []

  /// Collects all texts of a group and its members.
  ///
  /// - Parameter address: where the collections will be.
  mutating func collect(_ group: HDF5Group, at address: Int) throws(HDF5Problem) {
    var (texts, seen) = ([String](), Set<String>())
    Self.visit(group) { text in if seen.insert(text).inserted { texts.append(text) } }
    var (collection, used) = ([String](), 32)
    for text in texts {
      // A head of 16 bytes, and the text to a multiple of 8.
      let size = 16 + (text.utf8.count + 7) / 8 * 8
      if used + size > Self.collectionBytes, !collection.isEmpty {
        try write(collection, at: address)
        (collection, used) = ([], 32)
      }
      collection.append(text)
      used += size
    }
    if !collection.isEmpty { try write(collection, at: address) }
  }

  private static func visit(_ group: HDF5Group, _ body: (String) -> Void) {
    func visit(_ attributes: [HDF5Attribute]) {
      for part in attributes.flatMap(\.parts) { part.texts.forEach(body) }
    }
    visit(group.attributes)
    for (_, member) in group.members {
      switch member {
      case .group(let group): self.visit(group, body)
      case .dataset(let array): visit(array.attributes)
      }
    }
  }

  private mutating func write(_ texts: [String], at address: Int) throws(HDF5Problem) {
    let start = bytes.count
    var objects: [UInt8] = []
    for (position, text) in texts.enumerated() {
      let content = Array(text.utf8)
      guard content.count <= Limits.modelTextBytes else {
        throw HDF5Problem(
          .overLimit,
          "a text of \(content.count) bytes is over the limit of \(Limits.modelTextBytes)")
      }
      places[text] = Place(address: address + start, index: position + 1)
      HDF5Writer.append(position + 1, 2, to: &objects)
      // One reference to it, and four bytes that are reserved.
      objects += [1, 0, 0, 0, 0, 0]
      HDF5Writer.append(content.count, 8, to: &objects)
      objects += content + [UInt8](repeating: 0, count: (8 - content.count % 8) % 8)
    }
    // What is free is an object of its own, of the number 0.
    let size = max(Self.collectionBytes, 16 + objects.count + 16)
    bytes += Array("GCOL".utf8) + [1, 0, 0, 0]
    HDF5Writer.append(size, 8, to: &bytes)
    bytes += objects
    let free = size - 16 - objects.count
    bytes += [UInt8](repeating: 0, count: 8)
    HDF5Writer.append(free, 8, to: &bytes)
    bytes += [UInt8](repeating: 0, count: free - 16)
  }
}
