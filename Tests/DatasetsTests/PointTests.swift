import Datasets
import SweepModel
import Testing

/// Blobs and spirals, and numbers as text.
@Suite struct PointTests {
  // scripts/dataset-reference.py
  @Test func theirDigestsAreThoseOfAnIndependentProgram() throws {
    let blobs = try Dataset.load(
      Support.complete(
        "blobs",
        [
          "samples": .integer(60), "seed": .integer(5), "classes": .integer(4),
          "features": .integer(3), "deviation": .number(0.5),
        ]))
    #expect(
      blobs.digest.hex == "c391b4e938672b7f0ea6ac91d59a02bd911c149d624faaae09b4dd027c5ebfb1")
    let spirals = try Dataset.load(
      Support.complete(
        "spirals",
        [
          "samples": .integer(60), "test_samples": .integer(20), "seed": .integer(6),
          "classes": .integer(3), "turns": .number(1.25), "noise": .number(0.1),
        ]))
    #expect(
      spirals.digest.hex == "ec6061ad0b5713211a1cc04a39a836010dff2aaa205ec29fef76a3c82438abe8")
  }

  @Test func numbersAreTheNearestToTheirText() throws {
    // The standard library's parser judges: its results are the nearest binary64.
    var random = SystemRandomNumberGenerator()
    var texts = [
      "0", "-0", "+1.5", ".5", "5.", "1e22", "1e-22", "9007199254740993", "123456789012345678901",
      "0.1", "1.7976931348623157e308", "4.9e-324", "1e-400", "00012.500e+2", "3E5", "1e23",
    ]
    for _ in 0..<2_000 {
      let digits = UInt64.random(in: 0 ... .max, using: &random)
      texts.append("\(digits % 1_000_000_000_000_000)e\(Int.random(in: -40...20, using: &random))")
      texts.append("\(Double(bitPattern: digits & 0x3FFF_FFFF_FFFF_FFFF | 0x3000 << 48))")
    }
    let configuration = Support.complete(
      "csv", ["path": .text("t"), "target": .list([.text("2")]), "header": .boolean(false)])
    let values = try texts.map { text in
      let double = try #require(
        Double(text.hasPrefix(".") ? "0" + text : text.hasSuffix(".") ? text + "0" : text))
      return (text: text, value: Float(double))
    }
    let fitting = values.filter { $0.value.isFinite }
    let table = fitting.map { "1,\($0.text)" }.joined(separator: "\n")
    let data = try Dataset.load(
      configuration, from: DataFiles(inMemory: ["t": Array(table.utf8)]))
    #expect(data.targets.map(\.bitPattern) == fitting.map(\.value.bitPattern))
  }

  @Test(arguments: ["1_0", "0x10", "1e", "e5", "--1", "1.2.3", "inf", "1,5", "１", "1e400", "- 1"])
  func whatIsNoNumber(_ text: String) {
    let cell = Support.failure(
      "csv",
      [
        "path": .text("t"), "target": .list([.text("2")]), "header": .boolean(false),
        "separator": .text(";"),
      ], ["t": Array("1;\(text)".utf8)])
    #expect(cell?.message.contains("is no finite number") == true)
  }
}
