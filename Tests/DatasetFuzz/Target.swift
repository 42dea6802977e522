import Datasets
import SweepModel

/// One format: a configuration whose file is spoilt.
struct Target {
  let name: String
  let configuration: Configuration
  /// The good files, by path; the one at ``spoilt`` is spoilt.
  let files: [String: [UInt8]]
  let spoilt: String

  /// A target of golden files, `read` from their directory.
  init(
    _ name: String, _ kind: String, _ arguments: [String: ArgumentValue], spoiling spoilt: String,
    beside others: [String] = [], read: (String) throws -> [UInt8]
  ) rethrows {
    self.name = name
    self.spoilt = spoilt
    var all = arguments
    for parameter in DatasetVocabulary.vocabulary.schema(.data, kind: kind)?.parameters ?? []
    where all[parameter.name] == nil { all[parameter.name] = parameter.defaultValue }
    configuration = Configuration(kind: kind, arguments: all)
    var files: [String: [UInt8]] = [:]
    for path in others + [spoilt] { files[path] = try read(path) }
    self.files = files
  }

  /// All formats.
  static func all(read: (String) throws -> [UInt8]) rethrows -> [Target] {
    let labels = ["images": ArgumentValue.text("images.idx"), "labels": .text("labels.idx.gz")]
    let arrays = ["inputs": ArgumentValue.text("x"), "targets": .text("y")]
    let table: [String: ArgumentValue] = [
      "path": .text("table.csv"), "target": .list([.text("animal")]),
      "categories": .list([.text("letter"), .text("animal")]), "weight": .text("w"),
    ]
    let plain: [String: ArgumentValue] = [
      "path": .text("plain.csv"), "header": .boolean(false), "separator": .text(";"),
      "target": .list([.text("2")]), "missing": .text("skip"), "standardize": .boolean(true),
    ]
    return [
      try Target(
        "idx", "idx", labels, spoiling: "images.idx", beside: ["labels.idx.gz"], read: read),
      try Target(
        "idx-gz", "idx", labels, spoiling: "labels.idx.gz", beside: ["images.idx"], read: read),
      try Target(
        "idx-f8", "idx", ["images": .text("valuesf8.idx"), "labels": .text("labels.idx.gz")],
        spoiling: "valuesf8.idx", beside: ["labels.idx.gz"], read: read),
      try Target(
        "npy", "npy", ["inputs": .text("f4lF.npy"), "targets": .text("targets.npy")],
        spoiling: "f4lF.npy", beside: ["targets.npy"], read: read),
      try Target(
        "npz-stored", "npz", arrays.merging(["path": .text("stored.npz")]) { $1 },
        spoiling: "stored.npz", read: read),
      try Target(
        "npz-deflated", "npz", arrays.merging(["path": .text("deflated.npz")]) { $1 },
        spoiling: "deflated.npz", read: read),
      try Target("csv", "csv", table, spoiling: "table.csv", read: read),
      try Target("csv-plain", "csv", plain, spoiling: "plain.csv", read: read),
      try Target(
        "conll", "conll", ["path": .text("train.conll"), "test_path": .text("test.conll")],
        spoiling: "train.conll", beside: ["test.conll"], read: read),
      try Target(
        "conll-test", "conll",
        [
          "path": .text("train.conll"), "test_path": .text("test.conll"), "max_len": .integer(6),
          "long_sentences": .text("truncate"), "validation": .number(0.2),
        ],
        spoiling: "test.conll", beside: ["train.conll"], read: read),
    ]
  }
}
