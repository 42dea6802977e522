import Foundation
import KerasFormat
import SweepModel

/// A good file, to be spoilt.
struct Target {
  let name: String
  let content: [UInt8]

  /// The golden files of the tests; those that three generations of Keras wrote, where they are beside
  /// the project; and what is written here.
  static func all() throws -> [Target] {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    var targets = try files(in: tests.appending(path: "KerasFormatTests/Golden"))
    let cases = tests.deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "shared/cases/keras").standardizedFileURL
    for folder in (try? FileManager.default.contentsOfDirectory(atPath: cases.path))?.sorted() ?? []
    where folder != "real" {
      targets += try files(in: cases.appending(path: folder))
    }
    return targets + [try written()]
  }

  private static func files(in folder: URL) throws -> [Target] {
    try ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
      .filter { name in
        name != "io.json" && [".h5", ".keras", ".json"].contains { name.hasSuffix($0) }
      }
      .map { name in
        Target(
          name: folder.lastPathComponent + "/" + name,
          content: Array(try Data(contentsOf: folder.appending(path: name))))
      }
      // An empty file has nothing to spoil, and large ones would take all of the time.
      .filter { (1..<100_000).contains($0.content.count) }
  }

  private static func written() throws -> Target {
    var group = HDF5Group(attributes: [HDF5Attribute("names", ["a", "b"])])
    group.insert(HDF5Array(shape: [2, 2], .floats([1, 2, 3, 4])), at: "layers/dense/vars/0")
    return Target(
      name: "written.keras",
      content: try KerasArchive.bytes(
        metadata: ["keras_version": "3.15.1"], configuration: ["layers": [.null, .integer(1)]],
        weights: try HDF5Writer.bytes(of: group, name: "w"), name: "a"))
  }
}

/// Reads all that a file holds.
enum Reader {
  /// Values of a dataset that are read: a model would say how many it expects.
  private static let mostValues = 1 << 20
  /// A model that some of the files fill.
  private static let someModel = try? KerasModelFile.read(
    bytes: Array(
      """
      {"class_name":"Sequential","config":{"name":"s","layers":[{"class_name":"InputLayer","config":
       {"batch_shape":[null,3],"name":"in"}},{"class_name":"Dense","config":{"name":"dense","units":3}},
       {"class_name":"BatchNormalization","config":{"name":"batch_normalization"}}]}}
      """.utf8), name: "s"
  ).architecture
  private static let attributes = ["model_config", "layer_names", "weight_names", "name", "names"]

  /// Opens a file's content and reads everything in it; what is refused is told in `refusals`.
  static func read(_ content: [UInt8], _ refusals: inout [String]) {
    readModel(content, &refusals)
    attempt(&refusals) { (refusals) throws(KerasFileError) in
      switch try ModelInput(bytes: content, name: "a") {
      case .json: break
      case .hdf5(let file): read(file, &refusals)
      case .archive(let archive):
        attempt(&refusals) { (_) throws(KerasFileError) in _ = try archive.json("config.json") }
        attempt(&refusals) { (refusals) throws(KerasFileError) in
          read(try archive.hdf5("model.weights.h5"), &refusals)
        }
      }
    }
  }

  /// Reads the content as a model, whole and as variables of another; good files of other models are
  /// refused too, so that only what is wrong with a refusal itself is told.
  private static func readModel(_ content: [UInt8], _ refusals: inout [String]) {
    var own: [String] = []
    attempt(&own) { (_) throws(KerasFileError) in
      _ = try KerasModelFile.read(bytes: content, name: "a")
    }
    if let someModel {
      for matching in [WeightMatching.byOrder, .byName] {
        attempt(&own) { (_) throws(KerasFileError) in
          _ = try KerasModelFile.weights(
            bytes: content, name: "a", into: someModel, matching: matching)
        }
      }
    }
    refusals += own.filter { $0.count > mostCharacters || $0.contains("\n") }
  }

  private static func attempt(
    _ refusals: inout [String], _ body: (inout [String]) throws(KerasFileError) -> Void
  ) {
    do { try body(&refusals) } catch { refusals.append(error.description) }
  }

  private static func read(_ file: HDF5File, at path: String = "", _ refusals: inout [String]) {
    for name in attributes {
      attempt(&refusals) { (_) throws(KerasFileError) in
        _ = try file.text(attribute: name, of: path)
      }
      attempt(&refusals) { (_) throws(KerasFileError) in
        _ = try file.texts(attribute: name, of: path)
      }
    }
    switch file.kind(of: path) {
    case .none: break
    case .group:
      for name in file.members(of: path) { read(file, at: path + "/" + name, &refusals) }
    case .dataset:
      attempt(&refusals) { (_) throws(KerasFileError) in
        let dataset = try file.dataset(path)
        guard dataset.count <= mostValues else { return }
        switch dataset.elementType {
        case .integer: _ = try dataset.integers(expecting: dataset.shape)
        case .text: _ = try dataset.doubles(expecting: dataset.shape)
        default: _ = try dataset.floats(expecting: dataset.shape)
        }
      }
    }
  }
}
