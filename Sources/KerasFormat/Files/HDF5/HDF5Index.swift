import SweepModel

/// All objects of an HDF5 file, by their paths.
///
/// The file is walked once, when it is opened, so that what is refused in it is refused wherever it
/// stands. A group has one place: groups in circles, and groups that stand in many places to make a small
/// file large, are refused.
struct HDF5Index: Sendable {
  struct Object: Sendable {
    let isGroup: Bool
    let messages: HDF5Header
    /// The names of a group's members, in the file's own order.
    let members: [String]
  }

  private var objects: [Object] = []
  private var places: [String: Int] = [:]

  /// The object at a path such as `layers/dense/vars/0`; the root has the empty path.
  subscript(path: String) -> Object? {
    places[Self.canonical(path)].map { objects[$0] }
  }

  /// The path without slashes before and after.
  private static func canonical(_ path: String) -> String {
    path.split(separator: "/").joined(separator: "/")
  }

  init(_ bytes: HDF5Bytes) throws(HDF5Problem) {
    let root = try HDF5Superblock(bytes).root
    var budget = HDF5Budget(fileBytes: bytes.count)
    var known: [UInt64: (index: Int, path: String)] = [:]
    var waiting: [(path: String, depth: Int, address: UInt64)] = [("", 0, root)]
    while let (path, depth, address) = waiting.popLast() {
      do throws(HDF5Problem) {
        try budget.step(atByte: 0)
        try budget.keep(path: path)
        if let other = known[address] {
          try place(path, again: other)
          continue
        }
        let object = try read(bytes, at: address, &budget) { (name, address) in
          waiting.append((path.isEmpty ? name : path + "/" + name, depth + 1, address))
        }
        guard depth < Limits.modelFileDepth || object.members.isEmpty else {
          throw HDF5Problem(
            .overLimit, "groups are nested deeper than \(Limits.modelFileDepth)")
        }
        known[address] = (objects.count, path)
        try place(path, objects.count)
        objects.append(object)
      } catch {
        throw error.at(path.isEmpty ? "/" : path)
      }
    }
  }

  private mutating func place(_ path: String, _ index: Int) throws(HDF5Problem) {
    guard places.updateValue(index, forKey: path) == nil else {
      throw HDF5Problem(.malformed, "two members have this name")
    }
  }

  private mutating func place(_ path: String, again other: (index: Int, path: String))
    throws(HDF5Problem)
  {
    guard !objects[other.index].isGroup else {
      throw HDF5Problem(
        .refused,
        "this is the group \(Quotation.text(other.path.isEmpty ? "/" : other.path)) again; a group "
          + "has one place in a model's file")
    }
    try place(path, other.index)
  }

  private func read(
    _ bytes: HDF5Bytes, at address: UInt64, _ budget: inout HDF5Budget,
    _ visit: (String, UInt64) -> Void
  ) throws(HDF5Problem) -> Object {
    let header = try HDF5Header(bytes, at: address, &budget)
    let attributes = header.messages.count { $0.kind == .attribute }
    guard attributes <= Limits.modelFileAttributes else {
      throw HDF5Problem(
        .overLimit, "\(attributes) attributes are over the limit of \(Limits.modelFileAttributes)")
    }
    guard HDF5Links.isGroup(header) else {
      guard header.has(.layout) else {
        throw HDF5Problem(.refused, "this is neither a group nor a dataset")
      }
      try HDF5Dataset.refuseForeignStorage(bytes, header)
      return Object(isGroup: false, messages: header, members: [])
    }
    let links = try HDF5Links(bytes, header, &budget)
    for member in links.members { visit(member.name, member.address) }
    return Object(isGroup: true, messages: header, members: links.members.map(\.name))
  }
}
