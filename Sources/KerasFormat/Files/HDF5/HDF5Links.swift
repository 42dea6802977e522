import SweepModel

/// The members of a group: their names and where their headers are, in the file's own order.
///
/// Keras's files have hard links alone. Soft links, and links to other files above all, are refused
/// wherever they are.
struct HDF5Links {
  private let bytes: HDF5Bytes
  private(set) var members: [(name: String, address: UInt64)] = []

  /// Reads the members of the group of that header.
  init(_ bytes: HDF5Bytes, _ header: HDF5Header, _ budget: inout HDF5Budget) throws(HDF5Problem) {
    self.bytes = bytes
    if let table = try header.first(.symbolTable) {
      try readTable(table, &budget)
    } else {
      try readMessages(header, &budget)
    }
  }

  /// Whether a header is that of a group.
  static func isGroup(_ header: HDF5Header) -> Bool {
    header.has(.symbolTable) || header.has(.linkInfo) || header.has(.groupInfo)
      || header.has(.link)
  }

  private mutating func add(_ name: Range<Int>, _ address: UInt64) throws(HDF5Problem) {
    members.append((try Self.name(bytes, name), address))
  }

  private static func name(_ bytes: HDF5Bytes, _ range: Range<Int>) throws(HDF5Problem) -> String {
    guard let name = String(validating: bytes[range], as: UTF8.self), !name.isEmpty,
      range.count <= Limits.modelNameBytes, !name.utf8.contains(UInt8(ascii: "/")), name != ".",
      !name.utf8.contains(0)
    else {
      throw HDF5Problem(
        .malformed,
        "the name \(Quotation.text(bytes[range])) of a member is none that Keras writes",
        atByte: range.lowerBound)
    }
    return name
  }

  private static func refusal(_ link: String, _ name: String) -> HDF5Problem {
    HDF5Problem(
      .refused, "\(Quotation.text(name)) is \(link), which Keras never writes: it is not followed")
  }
}

/// Groups as HDF5 has written them from the beginning: names in a heap, entries in a B-tree.
///
/// Source: HDF5 File Format Specification 3.0, III.A.1, III.B, III.C, III.D.
extension HDF5Links {
  private struct Tree {
    /// Where names are.
    let names: Range<Int>
    /// The last name that was read: those that follow are greater.
    var last: ArraySlice<UInt8> = []
  }

  private mutating func readTable(_ message: HDF5Message, _ budget: inout HDF5Budget)
    throws(HDF5Problem)
  {
    var cursor = bytes.cursor(over: message.body)
    let (tree, heap) = (try cursor.long(), try cursor.long())
    cursor = try bytes.cursor(at: heap)
    try cursor.signature("HEAP", "a heap of names")
    try cursor.version(0...0, of: "a heap of names")
    try cursor.take(3)
    let size = try cursor.long()
    try cursor.take(8)
    var state = Tree(names: try bytes.range(at: try cursor.long(), count: size))
    try readNode(at: tree, level: nil, &state, &budget)
  }

  private mutating func readNode(
    at address: UInt64, level expected: Int?, _ tree: inout Tree, _ budget: inout HDF5Budget
  ) throws(HDF5Problem) {
    var cursor = try bytes.cursor(at: address)
    let start = cursor.position
    try budget.step(atByte: start)
    try cursor.signature("TREE", "a group's tree")
    let (type, level) = (try cursor.byte(), try cursor.byte())
    guard type == 0, level <= Limits.modelFileTreeLevels, expected == nil || level == expected
    else {
      throw .malformed("this is no node of a group's tree", atByte: start)
    }
    let count = try cursor.short()
    try cursor.take(16)
    for _ in 0..<count {
      try cursor.take(8)
      let child = try cursor.long()
      if level > 0 {
        try readNode(at: child, level: level - 1, &tree, &budget)
      } else {
        try readEntries(at: child, &tree, &budget)
      }
    }
  }

  private mutating func readEntries(
    at address: UInt64, _ tree: inout Tree, _ budget: inout HDF5Budget
  ) throws(HDF5Problem) {
    var cursor = try bytes.cursor(at: address)
    let start = cursor.position
    try budget.step(atByte: start)
    try cursor.signature("SNOD", "a list of a group's members")
    try cursor.version(1...1, of: "a list of a group's members")
    try cursor.take(1)
    for _ in 0..<(try cursor.short()) {
      try budget.step(atByte: cursor.position)
      let (offset, header) = (try cursor.long(), try cursor.long())
      let kind = try cursor.word()
      try cursor.take(20)
      guard offset < UInt64(tree.names.count) else {
        throw .malformed("a member's name is outside of the group's names", atByte: start)
      }
      var names = bytes.cursor(over: tree.names.dropFirst(Int(offset)))
      let range = try names.nameUntilZero()
      guard kind != 2 else {
        throw Self.refusal("a soft link", try Self.name(bytes, range))
      }
      guard tree.last.isEmpty || tree.last.lexicographicallyPrecedes(bytes[range]) else {
        throw .malformed("a group's members are not in order", atByte: start)
      }
      tree.last = bytes[range]
      try add(range, header)
    }
  }
}

/// Groups as newer versions write them: a message for each member.
///
/// Source: HDF5 File Format Specification 3.0, IV.A.2.c, IV.A.2.g.
extension HDF5Links {
  private mutating func readMessages(_ header: HDF5Header, _ budget: inout HDF5Budget)
    throws(HDF5Problem)
  {
    if let info = try header.first(.linkInfo) {
      var cursor = bytes.cursor(over: info.body)
      try cursor.version(0...0, of: "a group's links")
      if try cursor.byte() & 1 != 0 { try cursor.take(8) }
      guard try cursor.long() == HDF5Bytes.undefined else {
        throw HDF5Problem(
          .unsupported,
          "groups with indexed links, as h5py writes them with `libver='latest'`, are not read; "
            + "save the file again with Keras, or with `libver='earliest'`",
          atByte: info.body.lowerBound)
      }
    }
    var ordered: [(order: UInt64, name: Range<Int>, address: UInt64)] = []
    for message in header.messages where message.kind == .link {
      try budget.step(atByte: message.body.lowerBound)
      ordered.append(try link(message, position: ordered.count))
    }
    ordered.sort { $0.order < $1.order }
    for link in ordered { try add(link.name, link.address) }
  }

  private func link(_ message: HDF5Message, position: Int) throws(HDF5Problem) -> (
    order: UInt64, name: Range<Int>, address: UInt64
  ) {
    var cursor = bytes.cursor(over: message.body)
    try cursor.version(1...1, of: "a link")
    let flags = try cursor.byte()
    let type = flags & 8 != 0 ? try cursor.byte() : 0
    let order = flags & 4 != 0 ? try cursor.long() : UInt64(position)
    if flags & 16 != 0 { try cursor.take(1) }
    let length = try cursor.number(1 << (flags & 3))
    let name = try cursor.take(Int(clamping: length))
    switch type {
    case 0: return (order, name, try cursor.long())
    case 1: throw Self.refusal("a soft link", try Self.name(bytes, name))
    case 64:
      throw Self.refusal("an external link, to another file", try Self.name(bytes, name))
    default: throw Self.refusal("a link of type \(type)", try Self.name(bytes, name))
    }
  }
}
