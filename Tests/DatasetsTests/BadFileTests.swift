import Datasets
import Foundation
import SweepModel
import Testing

/// Files that are not what they should be: one line that says which, where and why.
@Suite struct BadFileTests {
  private static let idx: [UInt8] = [0, 0, 8, 1, 0, 0, 0, 2, 5, 6]

  private func idxFailure(_ bytes: [UInt8]) -> String? {
    let error = Support.failure(
      "idx", ["images": .text("a"), "labels": .text("b")], ["a": bytes, "b": Self.idx])
    #expect(error?.path == "data.idx.images")
    return error?.message
  }

  @Test(
    arguments: [
      ([], "a: the file is empty"),
      ([0, 0, 8], "a: byte 3: too short for an IDX file"),
      ([1, 0, 8, 1, 0, 0, 0, 1, 9], "a: byte 0: no IDX file begins with 01 00 08 01"),
      ([0, 0, 10, 1, 0, 0, 0, 1, 9], "a: byte 0: no IDX file begins with 00 00 0a 01"),
      ([0, 0, 8, 0], "a: byte 3: 0 axes, but there can be 1 to 8"),
      ([0, 0, 8, 9], "a: byte 3: 9 axes, but there can be 1 to 8"),
      ([0, 0, 8, 2, 0, 0, 0, 1], "a: byte 8: the file ends within the lengths of its 2 axes"),
      ([0, 0, 8, 1, 0, 0, 0, 0], "a: byte 4: 0 values are none"),
      (
        [0, 0, 8, 1, 0, 0, 0, 3, 1, 2],
        "a: byte 8: 3 values of 1 bytes should follow, 3 bytes, but there are 2"
      ),
      (
        [0, 0, 8, 2, 255, 255, 255, 255, 255, 255, 255, 255, 1],
        "a: byte 4: 4294967295 × 4294967295 values are over the limit of 1073741824"
      ),
      ([0, 0, 13, 1, 0, 0, 0, 1, 0x7F, 0x80, 0, 0], "a: byte 8: inf is no finite number"),
      ([0x1F, 0x8B, 8, 0], "a: byte 4: the compressed data end too early"),
      ([0x1F, 0x8B, 9, 0, 0, 0, 0, 0, 0, 3], "a: byte 4: the compressed data are damaged"),
    ] as [([UInt8], String)])
  func badIDX(_ bytes: [UInt8], _ message: String) {
    #expect(idxFailure(bytes) == message)
  }

  private func csvFailure(_ text: String, _ arguments: [String: ArgumentValue] = [:]) -> String? {
    let all = ["path": ArgumentValue.text("t"), "target": .list([.text("y")])]
    return Support.failure("csv", all.merging(arguments) { $1 }, ["t": Array(text.utf8)])?.message
  }

  @Test(
    arguments: [
      ("", "t: the file is empty"),
      ("x,y\n", "t: there are no samples"),
      ("x,y\n1,2\n3\n", "t: line 3: 1 columns, but the first line has 2"),
      ("x,y\n1,2,3\n", "t: line 2: 3 columns, but the first line has 2"),
      ("x,y\n1,\"2\n", "t: line 2, column 2: the quotation mark is never closed"),
      (
        "x,y\n1,2\"3\n",
        "t: line 2, column 2: a quotation mark within a cell; put the whole cell between them"
      ),
      ("x,y\n\"1\"2,3\n", "t: line 2, column 1: more follows the quotation mark that ends a cell"),
      (
        "x,y\n\"a\nb\",1\n",
        "t: line 2, column 1 (`x`): `a\\u{a}b` is no finite number; list columns of names under "
          + "`categories`"
      ),
      (
        "x,y\n1,1e999\n",
        "t: line 2, column 2 (`y`): `1e999` is no finite number; list columns of names under "
          + "`categories`"
      ),
      (
        "x,y\n\n,1\n",
        "t: line 3, column 1 (`x`): there is no value; fill it in, or leave such lines out with "
          + "`missing: skip`"
      ),
      (
        "x,y\n1,NaN\n",
        "t: line 2, column 2 (`y`): there is no value; fill it in, or leave such lines out with "
          + "`missing: skip`"
      ),
      ("y\n1\n", "the file has no other columns for the inputs"),
      ("a,b\n1,2\n", "the file has no column `y`; it has `a`, `b`"),
      ("y,y,x\n1,2,3\n", "the file has 2 columns `y`; name one by its number, from \"1\""),
      ("x,y\n1e39,1\n", "value 1 of the input of sample 1 is too large for binary32"),
    ])
  func badCSV(_ text: String, _ message: String) {
    #expect(csvFailure(text) == message)
  }

  @Test func textThatIsNoUTF8() {
    let arguments = ["path": ArgumentValue.text("t"), "target": .list([.text("y")])]
    for bad in [[0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80]] {
      let bytes = Array("x,y\n1,2\n".utf8) + bad.map { UInt8($0) }
      let error = Support.failure("csv", arguments, ["t": bytes])
      #expect(error?.message == "t: line 3: byte 8 is no UTF-8: save the file as UTF-8")
    }
  }

  @Test func linesWithoutAValueAreLeftOutWhereAsked() throws {
    let configuration = Support.complete(
      "csv",
      ["path": .text("t"), "target": .list([.text("y")]), "missing": .text("skip")])
    let text = "\u{FEFF}x,z,y\r\n1,,2\r\n?,1,3\r\n4,1,\r\n 5 ,1,6"
    let data = try Dataset.load(configuration, from: DataFiles(inMemory: ["t": Array(text.utf8)]))
    #expect(data.inputShape == [2])
    #expect(data.targets == [6])
  }

  @Test func archives() throws {
    let arguments: [String: ArgumentValue] = [
      "path": .text("a.npz"), "inputs": .text("x"), "targets": .text("y"),
    ]
    let stored = try [UInt8](
      Data(contentsOf: URL(filePath: GoldenFileTests.directory + "/stored.npz")))
    let objects = Support.failure(
      "npz", arguments.merging(["inputs": .text("objects")]) { $1 }, ["a.npz": stored])
    #expect(objects?.message.contains("Python objects (a pickle), which are never loaded") == true)
    let absent = Support.failure(
      "npz", arguments.merging(["inputs": .text("z")]) { $1 }, ["a.npz": stored])
    #expect(
      absent?.message
        == "a.npz[z]: the archive has no such array; it has `x`, `y`, `x_test`, `y_test`, `objects`"
    )
    let cut = Support.failure("npz", arguments, ["a.npz": Array(stored.dropLast(30))])
    #expect(cut?.message == "a.npz: this is no zip archive, or its end is missing")
    var damaged = stored
    damaged[200] ^= 1
    let wrong = Support.failure("npz", arguments, ["a.npz": damaged])
    #expect(wrong?.message.contains("checksum is wrong") == true)
  }

  @Test func sentences() {
    let arguments: [String: ArgumentValue] = ["path": .text("t"), "test_path": .text("u")]
    let good = Array("a N\nb V\n\nc N\n".utf8)
    let tag = Support.failure("conll", arguments, ["t": good, "u": Array("a N\n\nb X\n".utf8)])
    #expect(tag?.path == "data.conll.test_path")
    #expect(tag?.message == "u: line 3: no training sentence has the tag `X`")
    let long = Support.failure(
      "conll", arguments.merging(["max_len": .integer(1)]) { $1 }, ["t": good, "u": good])
    #expect(
      long?.message
        == "t: line 2: a sentence of more than 1 tokens: raise max_len, or write "
        + "`long_sentences: truncate`")
    let column = Support.failure(
      "conll", arguments.merging(["tag_column": .integer(3)]) { $1 }, ["t": good, "u": good])
    #expect(column?.message == "t: line 1: 2 columns, of which there is no column 3")
    let bare = Support.failure("conll", arguments, ["t": Array("a N\nb\n".utf8), "u": good])
    #expect(
      bare?.message == "t: line 2: 1 columns, of which the token and its tag would be the same")
    let none = Support.failure("conll", arguments, ["t": Array("\n\n".utf8), "u": good])
    #expect(none?.message == "t: there are no sentences")
  }

  @Test func sharesThatTheSamplesDoNotFit() {
    let files: [String: [UInt8]] = ["a": Self.idx, "b": Self.idx]
    let arguments = ["images": ArgumentValue.text("a"), "labels": .text("b")]
    for (changes, path) in [
      (["validation": .number(0.1)], "validation"),
      (["validation": .number(0.5), "test": .number(0.5)], "validation"),
      (["test_images": .text("a"), "test_labels": .text("b"), "test": .number(0.5)], "test"),
      (["test_images": .text("a")], "test_labels"),
      (["one_hot": .integer(6)], "one_hot"),
      (["shape": .list([.integer(2)])], "shape"),
      (["scale": .number(1e300)], "scale"),
    ] as [([String: ArgumentValue], String)] {
      let error = Support.failure("idx", arguments.merging(changes) { $1 }, files)
      #expect(error?.path == "data.idx.\(path)")
    }
  }

  @Test func whatIsNoFile() throws {
    let directory = FileManager.default.temporaryDirectory
      .appending(path: "seedsweep-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    #expect(mkfifo(directory + "/fifo", 0o600) == 0)
    try FileManager.default.createDirectory(
      atPath: directory + "/folder", withIntermediateDirectories: false)
    // A hole of more bytes than the limit takes no room.
    let descriptor = open(directory + "/huge", O_CREAT | O_WRONLY, 0o600)
    #expect(ftruncate(descriptor, Limits.dataFileBytes + 1) == 0)
    close(descriptor)
    for (name, message) in [
      (
        "absent",
        "absent: there is no such file in \(directory), the base directory for relative data paths"
      ),
      ("/absent/file", "/absent/file: there is no such file"),
      ("folder", "folder: this is a directory; name a file in it"),
      ("fifo", "fifo: this is no regular file"),
      ("huge", "huge: 4294967297 bytes are over the limit of 4294967296"),
    ] {
      let configuration = Support.complete(
        "csv", ["path": .text(name), "target": .list([.text("y")])])
      let error = #expect(throws: DatasetError.self) {
        try Dataset.load(configuration, from: DataFiles(directory: directory))
      }
      #expect(error?.message == message)
    }
  }

  @Test func aFileThatStandsForGigabytesIsRefused() throws {
    // Zeros: a thousand bytes for one.
    let bomb = try [UInt8](
      Data(contentsOf: URL(filePath: GoldenFileTests.directory + "/bomb.gz")))
    #expect(bomb.count < 100_000)
    #expect(
      idxFailure(bomb)
        == "a: what is compressed here is longer than the limit of 67108864 bytes for its size")
  }
}
