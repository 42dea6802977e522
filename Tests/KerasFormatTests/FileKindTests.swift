import KerasFormat
import Testing

struct FileKindTests {
  @Test func theFirstBytesDecide() {
    #expect(FileKind(of: []) == .empty)
    #expect(FileKind(of: Array(" \n{".utf8)) == .json)
    #expect(FileKind(of: [0x80, 4, 0x95]) == .pickle)
  }
}
