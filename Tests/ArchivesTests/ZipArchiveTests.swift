import Archives
import Testing

struct ZipArchiveTests {
  private static let bounds = ZipArchive.Bounds(members: 3, bytes: 100, freeBytes: 0, ratio: 10)

  private func archive(_ members: [(String, String)]) throws -> [UInt8] {
    var writer = ZipWriter()
    for (name, content) in members { try writer.add(name, Array(content.utf8)) }
    return writer.finished()
  }

  private func check(_ bytes: [UInt8]) throws { try ZipArchive(bytes).checkStrictly(Self.bounds) }

  @Test func whatIsWrittenReadsBack() throws {
    let bytes = try archive([("a.json", "{}"), ("empty", ""), ("folder/ü", "1")])
    let archive = try ZipArchive(bytes)
    try archive.checkStrictly(Self.bounds)
    #expect(archive.names == ["a.json", "empty", "folder/ü"].map { Array($0.utf8) })
    #expect(try archive.content(of: "a.json") == Array("{}".utf8))
    #expect(try archive.content(of: "empty") == [])
    #expect(try archive.content(of: "folder/ü") == Array("1".utf8))
    #expect(try archive.content(of: "none") == nil)
  }

  @Test(
    arguments: [
      "../a", "a/../b", "/a", "a\\b", "a//b", "./a", "c:a", "a\0b", "a\u{1b}[2J", "",
      String(repeating: "a", count: 2_000),
    ])
  func namesThatLeadElsewhereAreRefused(name: String) throws {
    let bytes = try archive([(name, "1")])
    let error = #expect(throws: ArchiveError.self) { try check(bytes) }
    #expect(error?.code == .refused)
    // Those who only read a member by its name are not hurt by another's.
    #expect(throws: Never.self) { try ZipArchive(bytes) }
  }

  @Test func boundsAreKept() throws {
    #expect(throws: ArchiveError.self) {
      try check(archive([("a", "1"), ("b", "1"), ("c", "1"), ("d", "1")]))
    }
    #expect(throws: ArchiveError.self) {
      try check(archive([("a", String(repeating: "1", count: 101))]))
    }
    #expect(throws: ArchiveError.self) { try archive([("a", "1"), ("a", "2")]).withArchive {} }
  }

  @Test func whatContradictsTheDirectoryIsRefused() throws {
    let good = try archive([("a", "12"), ("b", "34")])
    // The header's name, its method, its size; the directory's number of members; a byte after the end.
    for change: (inout [UInt8]) -> Void in [
      { $0[30] = UInt8(ascii: "c") }, { $0[8] = 8 }, { $0[22] = 1 },
      { $0[$0.count - 14] = 1 }, { $0.append(0) }, { $0.insert(0, at: 0) },
    ] {
      var bytes = good
      change(&bytes)
      #expect(throws: ArchiveError.self) { try check(bytes) }
    }
    #expect(throws: Never.self) { try check(good) }
  }

  @Test func damageIsSeenByTheChecksum() throws {
    var bytes = try archive([("a", "12")])
    bytes[31] = UInt8(ascii: "3")
    let archive = try ZipArchive(bytes)
    #expect(throws: ArchiveError.self) { try archive.content(of: "a") }
  }

  @Test func anArchiveThatIsCutIsRefusedAtEveryLength() throws {
    let bytes = try archive([("a", "12"), ("b", "34")])
    for length in bytes.indices {
      #expect(throws: ArchiveError.self) { try check(Array(bytes[..<length])) }
    }
  }
}

extension [UInt8] {
  fileprivate func withArchive(_ body: () throws -> Void) throws {
    _ = try ZipArchive(self)
    try body()
  }
}
