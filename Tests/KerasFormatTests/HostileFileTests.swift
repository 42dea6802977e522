import Foundation
import KerasFormat
import SweepModel
import Testing

/// Files that were made to do harm. Those that only a model's reader can judge are opened here.
struct HostileFileTests {
  /// Opens all that a file holds, as the upper half would.
  private func open(_ name: String) throws {
    switch try ModelInput(path: Cases.path("hostile/" + name)) {
    case .archive(let archive):
      _ = try archive.json(KerasArchive.metadata)
      _ = try archive.json(KerasArchive.configuration)
      _ = try read(try archive.hdf5(KerasArchive.weights))
    case .hdf5(let file): _ = try read(file)
    case .json: break
    }
  }

  private func read(_ file: HDF5File) throws -> [Float] {
    try file.dataset("layers/dense/vars/0").floats(expecting: [2, 2])
  }

  @Test(
    arguments: [
      (
        "zip_traversal.keras", KerasFileError.Code.refused,
        "`../../escaped.txt` is no plain name of a member"
      ),
      ("zip_two_configs.keras", .refused, "`config.json` is in the archive twice"),
      ("zip_bomb.keras", .refused, "`model.weights.h5` would grow from"),
      ("h5_external_link.weights.h5", .refused, "`0` is an external link, to another file"),
      ("h5_virtual.weights.h5", .refused, "virtual dataset"),
      ("h5_huge_shape.weights.h5", .overLimit, "(1099511627776, 1024) is over the limit"),
      ("h5_soft_cycle.weights.h5", .refused, "is a soft link"),
      ("h5_hard_cycle.weights.h5", .refused, "is the group `layers` again"),
      ("h5_gzip_bomb.weights.h5", .mismatch, "(4096, 1024) where (2, 2) is expected"),
      ("h5_string_weights.weights.h5", .mismatch, "has text where numbers"),
      ("h5_truncated.weights.h5", .truncated, "the file is cut: it has 3194 of 4792 bytes"),
      ("h5_empty.weights.h5", .otherKind, "the file is empty"),
      ("json_deep.keras", .overLimit, "nested deeper than the limit"),
      ("json_nan.json", .malformed, "NaN, as Python writes it, is not JSON"),
      ("json_infinity.json", .malformed, "Infinity, as Python writes it, is not JSON"),
      ("json_duplicate_key.json", .malformed, "this name twice"),
    ])
  func itIsRefusedInOneLine(name: String, code: KerasFileError.Code, words: String) throws {
    let error = #expect(throws: KerasFileError.self) { try open(name) }
    #expect(error?.code == code)
    let line = error?.description ?? ""
    #expect(line.contains(words), "\(line)")
    #expect(line.contains(name))
    #expect(line.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F })
    #expect(line.count < 600)
  }

  @Test func thePlaceInJSONIsTold() throws {
    let error = #expect(throws: KerasFileError.self) { try open("json_infinity.json") }
    #expect(error?.place?.hasPrefix("config.layers[1].config.units, line 1, column ") == true)
  }

  /// The upper half refuses these, or says what is in them.
  @Test(
    arguments: [
      "lambda_marshalled.keras", "class_os_getcwd.keras", "class_in_argument.keras",
      "keras_module_gadget.keras", "bad_layer_name.keras", "json_units_1e300.json",
      "h5_nan_weights.weights.h5",
    ])
  func itOpens(name: String) throws { try open(name) }

  @Test func numbersThatAreNotFiniteAreRead() throws {
    let file = try HDF5File(path: Cases.path("hostile/h5_nan_weights.weights.h5"))
    let values = try read(file)
    #expect(values[0].isNaN && values[2] == .infinity && values[1] == 1)
  }

  @Test func allHostileFilesAreTested() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Cases.path("hostile"))
    #expect(files.count == 24)
  }
}
