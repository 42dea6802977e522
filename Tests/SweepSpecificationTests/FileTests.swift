import Foundation
import SweepModel
import SweepSpecification
import Testing

@Suite struct FileTests {
  private let reader = SpecificationReader(vocabulary: vocabulary)

  /// Calls `body` with a new directory, and takes it away afterwards.
  private func withDirectory(_ body: (URL) throws -> Void) throws {
    let directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("specification-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: directory) }
    try body(directory)
  }

  private func failure(ofFileAt path: String) throws -> String {
    try #require(throws: SpecificationError.self) { try reader.read(path: path) }.description
  }

  @Test func aFileIsReadAsItsBytesAre() throws {
    try withDirectory { directory in
      let path = directory.appendingPathComponent("größe 1.yaml").path
      try Data(example.utf8).write(to: URL(fileURLWithPath: path))
      let specification = try reader.read(path: path)
      #expect(specification.file == path)
      #expect(specification.variants == (try read(example)).variants)
      #expect(specification.error(at: "name", message: "m").description == "\(path):1:7: m")
    }
  }

  @Test func whatCannotBeReadIsOneLine() throws {
    try withDirectory { directory in
      let missing = directory.appendingPathComponent("a\nb").path
      #expect(
        try failure(ofFileAt: missing)
          == "\(directory.path)/a\\u{a}b: there is no such file")
      #expect(try failure(ofFileAt: "") == "``: this is no file's name; give a path")
      #expect(try failure(ofFileAt: "\(directory.path)\0").hasSuffix(": there is no such file"))
      #expect(try failure(ofFileAt: directory.path).contains(": this is a directory; "))
      let loop = directory.appendingPathComponent("loop").path
      try FileManager.default.createSymbolicLink(atPath: loop, withDestinationPath: loop)
      #expect(try failure(ofFileAt: loop).contains("loop: the file cannot be read: "))
    }
  }

  @Test func filesAreReadUpToTheLimit() throws {
    try withDirectory { directory in
      let file = directory.appendingPathComponent("large.yaml")
      let padding = String(repeating: "#", count: Limits.specificationBytes - example.utf8.count)
      try Data((example + padding).utf8).write(to: file)
      #expect(try reader.read(path: file.path).name == "sequence")
      try Data((example + padding + "#").utf8).write(to: file)
      #expect(
        try failure(ofFileAt: file.path)
          == "\(file.path): larger than 1048576 bytes, the limit")
    }
    // It never ends.
    #expect(try failure(ofFileAt: "/dev/zero") == "/dev/zero: larger than 1048576 bytes, the limit")
    #expect(try failure(ofFileAt: "/dev/null") == "/dev/null:1:1: the specification is empty")
  }
}
