import Archives
import Testing

struct ZipArchiveTests {
  @Test func whatIsWrittenReadsBack() throws {
    var writer = ZipWriter()
    try writer.add("a.json", Array("{}".utf8))
    try writer.add("empty", [])
    let archive = try ZipArchive(writer.finished())
    try archive.checkStrictly(.init(members: 2, bytes: 2, freeBytes: 0, ratio: 1))
    #expect(archive.names == [Array("a.json".utf8), Array("empty".utf8)])
    #expect(try archive.content(of: "a.json") == Array("{}".utf8))
    #expect(try archive.content(of: "empty") == [])
    #expect(try archive.content(of: "none") == nil)
  }
}
