import Foundation
import KerasFormat
import SweepModel
import Testing

struct FileKindTests {
  @Test(
    arguments: [
      ("", FileKind.empty), ("{\"a\": 1}", .json), (" \n[1]", .json), ("\u{FEFF}{}", .json),
      ("PK\u{3}\u{4}", .zip), ("cos\nsystem\n(S'true'\ntR.", .pickle), ("(dp0\n.", .pickle),
    ])
  func theFirstBytesDecide(text: String, kind: FileKind) {
    #expect(FileKind(of: Array(text.utf8)) == kind)
  }

  @Test func bytesThatAreNoTextDecideToo() {
    #expect(FileKind(of: [0x80, 4, 0x95]) == .pickle)
    #expect(FileKind(of: [0x80, 2]) == .pickle)
    #expect(FileKind(of: [0x89] + Array("HDF\r\n\u{1A}\n".utf8)) == .hdf5)
    #expect(FileKind(of: [0x80]) == .other("no file that Keras writes"))
  }

  @Test(
    arguments: [
      ("version https://git-lfs.github.com/spec/v1\noid sha256:…", "`git lfs pull`"),
      ("<!DOCTYPE html><html>", "what was downloaded is a page"),
      ("cposix\nsystem\n.", "a Python pickle, which is a program and never loaded"),
      ("backend: tensorflow\n", "no file that Keras writes"), ("", "the file is empty"),
    ])
  func aFileThatIsNoModelIsNamed(text: String, words: String) {
    let error = #expect(throws: KerasFileError.self) {
      try ModelInput(bytes: Array(text.utf8), name: "model.keras")
    }
    #expect(error?.description.hasPrefix("model.keras: ") == true)
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    #expect(error?.description.contains("give a .keras, .weights.h5 or legacy .h5 file") == true)
  }

  @Test(
    arguments: [
      ("data.pkl", "PyTorch"), ("x.npy", "NumPy"),
    ])
  func archivesOfOthersAreNamed(member: String, words: String) throws {
    let bytes = try KerasArchive.bytes(
      metadata: [:], configuration: [:], weights: [], name: "a.zip")
    // The name has as many bytes as one that is there: the directory stays right.
    let name = KerasArchive.configuration.utf8.count
    guard member.utf8.count <= name else {
      Issue.record("\(member) is too long")
      return
    }
    let other = String(repeating: "x", count: name - member.utf8.count) + member
    var text = bytes
    while let range = text.firstRange(of: KerasArchive.configuration.utf8) {
      text.replaceSubrange(range, with: other.utf8)
    }
    let error = #expect(throws: KerasFileError.self) { try KerasArchive(bytes: text, name: "a") }
    #expect(error?.description.contains(words) == true)
  }

  @Test func aDirectoryAndAMissingFileAreNoModels() {
    for (path, words) in [("/", "this is a directory"), ("/none/model.h5", "no such file")] {
      let error = #expect(throws: KerasFileError.self) { try ModelInput(path: path) }
      #expect(error?.description.contains(words) == true)
    }
  }
}
