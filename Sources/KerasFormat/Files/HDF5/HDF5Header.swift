import SweepModel

/// Work that one file may cause, so that a small file cannot keep the reader busy for long.
struct HDF5Budget {
  private var steps = Limits.modelFileSteps
  private var nameBytes = Limits.modelFileNameBytes
  private var headerBytes: Int

  /// The budget of a file of so many bytes.
  init(fileBytes: Int) { headerBytes = fileBytes }

  /// Counts one message, entry or node.
  mutating func step(atByte offset: Int) throws(HDF5Problem) {
    steps -= 1
    guard steps >= 0 else {
      throw HDF5Problem(
        .overLimit, "the file has more than \(Limits.modelFileSteps) entries of any kind",
        atByte: offset)
    }
  }

  /// Counts the bytes of a part of a header, which no other header shares.
  mutating func read(_ range: Range<Int>) throws(HDF5Problem) {
    headerBytes -= range.count
    guard headerBytes >= 0 else {
      throw .malformed("headers of objects overlap", atByte: range.lowerBound)
    }
  }

  /// Counts the bytes of a path that is kept.
  mutating func keep(path: String) throws(HDF5Problem) {
    nameBytes -= path.utf8.count
    guard nameBytes >= 0 else {
      throw HDF5Problem(
        .overLimit, "the names in the file exceed \(Limits.modelFileNameBytes) bytes")
    }
  }
}

/// One message of an object's header.
struct HDF5Message {
  /// The kinds of message that are read.
  enum Kind: Int {
    case dataspace = 1
    case linkInfo = 2
    case datatype = 3
    case link = 6
    case externalFiles = 7
    case layout = 8
    case groupInfo = 0x0A
    case filters = 0x0B
    case attribute = 0x0C
    case sharedTable = 0x0F
    case continuation = 0x10
    case symbolTable = 0x11
    case attributeInfo = 0x15
  }

  let kind: Kind
  /// Whether it stands elsewhere, which Keras never does.
  let isShared: Bool
  let body: Range<Int>
}

/// The header of an object: a group or a dataset.
///
/// Source: HDF5 File Format Specification 3.0, IV.A.1.
struct HDF5Header {
  private(set) var messages: [HDF5Message] = []

  /// The first message of a kind.
  func first(_ kind: HDF5Message.Kind) throws(HDF5Problem) -> HDF5Message? {
    guard let message = messages.first(where: { $0.kind == kind }) else { return nil }
    guard !message.isShared else {
      throw HDF5Problem(
        .unsupported, "a message that objects share is not read", atByte: message.body.lowerBound)
    }
    return message
  }

  func has(_ kind: HDF5Message.Kind) -> Bool { messages.contains { $0.kind == kind } }

  init(_ bytes: HDF5Bytes, at address: UInt64, _ budget: inout HDF5Budget) throws(HDF5Problem) {
    var cursor = try bytes.cursor(at: address)
    if cursor.remaining >= 4,
      bytes[cursor.position..<cursor.position + 4].elementsEqual("OHDR".utf8)
    {
      try readNewer(bytes, &cursor, &budget)
    } else {
      try readOlder(bytes, &cursor, &budget)
    }
  }

  private mutating func readOlder(
    _ bytes: HDF5Bytes, _ cursor: inout HDF5Cursor, _ budget: inout HDF5Budget
  ) throws(HDF5Problem) {
    let start = cursor.position
    guard try cursor.byte() == 1 else {
      throw .malformed("an object's header does not begin here", atByte: start)
    }
    try cursor.take(1)
    // It counts what stands in continuations, too; the blocks' sizes say the same.
    var left = try cursor.short()
    try cursor.take(4)
    let size = try cursor.word()
    try cursor.take(4)
    var blocks = [try cursor.take(size)]
    while let block = blocks.popLast(), left > 0 {
      var cursor = bytes.cursor(over: block)
      while cursor.remaining >= 8, left > 0 {
        left -= 1
        let type = try cursor.short()
        let size = try cursor.short()
        let flags = try cursor.byte()
        try cursor.take(3)
        let body = try cursor.take(size)
        if let next = try add(type, flags, body, bytes, &budget) {
          blocks.insert(next, at: 0)
        }
      }
    }
  }

  private mutating func readNewer(
    _ bytes: HDF5Bytes, _ cursor: inout HDF5Cursor, _ budget: inout HDF5Budget
  ) throws(HDF5Problem) {
    let start = cursor.position
    try cursor.take(4)
    try cursor.version(2...2, of: "an object's header")
    let flags = try cursor.byte()
    if flags & 0x20 != 0 { try cursor.take(16) }
    if flags & 0x10 != 0 { try cursor.take(4) }
    let size = try cursor.number(1 << (flags & 3))
    guard let size = Int(exactly: size) else {
      throw .malformed("a header of \(size) bytes does not fit", atByte: start)
    }
    let first = try cursor.take(size)
    try budget.read(first)
    try Self.check(&cursor, bytes, from: start)
    var blocks = [first]
    while let block = blocks.popLast() {
      var cursor = bytes.cursor(over: block)
      // What is shorter than a message's head is a gap.
      let head = flags & 4 != 0 ? 6 : 4
      while cursor.remaining >= head {
        let type = try cursor.byte()
        let size = try cursor.short()
        let messageFlags = try cursor.byte()
        try cursor.take(head - 4)
        let body = try cursor.take(size)
        guard let next = try add(type, messageFlags, body, bytes, &budget) else { continue }
        var continuation = bytes.cursor(over: next)
        try continuation.signature("OCHK", "the rest of an object's header")
        guard continuation.remaining >= 4 else {
          throw .malformed("the rest of an object's header is too short", atByte: next.lowerBound)
        }
        let inner = try continuation.take(continuation.remaining - 4)
        try budget.read(next)
        try Self.check(&continuation, bytes, from: next.lowerBound)
        blocks.insert(inner, at: 0)
      }
    }
  }

  private static func check(_ cursor: inout HDF5Cursor, _ bytes: HDF5Bytes, from start: Int)
    throws(HDF5Problem)
  {
    let checked = start..<cursor.position
    guard try cursor.number(4) == UInt64(HDF5Checksum.checksum(of: bytes[checked])) else {
      throw .malformed("the checksum of an object's header is wrong", atByte: start)
    }
  }

  /// Keeps a message of a known kind; the answer is where the header goes on, if this says so.
  private mutating func add(
    _ type: Int, _ flags: Int, _ body: Range<Int>, _ bytes: HDF5Bytes, _ budget: inout HDF5Budget
  ) throws(HDF5Problem) -> Range<Int>? {
    try budget.step(atByte: body.lowerBound)
    guard let kind = HDF5Message.Kind(rawValue: type) else { return nil }
    if kind == .continuation {
      var cursor = bytes.cursor(over: body)
      return try bytes.range(at: try cursor.long(), count: try cursor.long())
    }
    messages.append(HDF5Message(kind: kind, isShared: flags & 2 != 0, body: body))
    return nil
  }
}
