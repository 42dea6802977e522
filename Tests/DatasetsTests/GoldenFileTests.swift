import Datasets
import Foundation
import SweepModel
import Testing

/// Files that NumPy and Python's csv, gzip and struct wrote (scripts/dataset-goldens.py).
@Suite struct GoldenFileTests {
  static let directory = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Golden").path
  static let digests: [String: String] = {
    let text = try? String(contentsOfFile: directory + "/digests.txt", encoding: .utf8)
    let lines = (text ?? "").split(separator: "\n").map { $0.split(separator: " ") }
    return Dictionary(uniqueKeysWithValues: lines.map { (String($0[0]), String($0[1])) })
  }()

  private func expectDigest(
    _ name: String, _ kind: String, _ arguments: [String: ArgumentValue],
    _ location: SourceLocation = #_sourceLocation
  ) throws {
    let data = try Dataset.load(
      Support.complete(kind, arguments), from: DataFiles(directory: Self.directory))
    #expect(data.digest.hex == Self.digests[name], "\(name)", sourceLocation: location)
  }

  @Test func idx() throws {
    let files: [String: ArgumentValue] = [
      "images": .text("images.idx"), "labels": .text("labels.idx.gz"),
    ]
    try expectDigest("idx", "idx", files)
    try expectDigest(
      "idx-test", "idx",
      files.merging([
        "test_images": .text("test-images.idx.gz"), "test_labels": .text("test-labels.idx"),
      ]) { $1 })
    let shares: [String: ArgumentValue] = [
      "validation": .number(0.25), "test": .number(0.17), "split_seed": .integer(9),
    ]
    try expectDigest("idx-shares", "idx", files.merging(shares) { $1 })
    try expectDigest(
      "idx-standardized", "idx",
      files.merging(shares) { $1 }.merging([
        "scale": .number(0.5), "standardize": .boolean(true), "shape": .list([.integer(20)]),
      ]) { $1 })
  }

  @Test(arguments: ["i1", "i2", "i4", "f4", "f8"])
  func idxOfOtherNumbers(_ type: String) throws {
    try expectDigest(
      "idx-\(type)", "idx",
      ["images": .text("values\(type).idx"), "labels": .text("labels.idx.gz")])
  }

  @Test(arguments: digests.keys.filter { $0.hasPrefix("npy-") }.sorted())
  func npy(_ name: String) throws {
    try expectDigest(
      name, "npy",
      ["inputs": .text(name.dropFirst(4) + ".npy"), "targets": .text("targets.npy")])
  }

  @Test(arguments: ["stored.npz", "deflated.npz"])
  func npz(_ path: String) throws {
    let arrays: [String: ArgumentValue] = [
      "path": .text(path), "inputs": .text("x"), "targets": .text("y"),
    ]
    try expectDigest("npz", "npz", arrays)
    try expectDigest(
      "npz-test", "npz",
      arrays.merging(["test_inputs": .text("x_test"), "test_targets": .text("y_test")]) { $1 })
  }

  @Test func csv() throws {
    try expectDigest(
      "csv", "csv",
      [
        "path": .text("table.csv"), "target": .list([.text("animal")]),
        "categories": .list([.text("letter"), .text("animal")]), "weight": .text("w"),
      ])
    try expectDigest(
      "csv-plain", "csv",
      [
        "path": .text("plain.csv"), "header": .boolean(false), "separator": .text(";"),
        "target": .list([.text("2")]), "inputs": .list([.text("3"), .text("1")]),
      ])
  }

  @Test func conll() throws {
    let files: [String: ArgumentValue] = [
      "path": .text("train.conll"), "test_path": .text("test.conll"),
      "ignore": .list([.text("-DOCSTART-")]),
    ]
    try expectDigest("conll", "conll", files)
    try expectDigest(
      "conll-short", "conll",
      files.merging(["max_len": .integer(4), "long_sentences": .text("truncate")]) { $1 })
  }
}
