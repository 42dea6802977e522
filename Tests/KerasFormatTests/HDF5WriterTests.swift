import Foundation
import KerasFormat
import SweepModel
import Testing

struct HDF5WriterTests {
  private static let golden = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Golden/written.h5")

  /// The file that `scripts/keras-files` reads with h5py.
  private static var group: HDF5Group {
    var group = HDF5Group(attributes: [HDF5Attribute("keras_version", "3.15.1")])
    group.insert(
      HDF5Array(shape: [3, 2], .floats([0, 1, -2.5, .infinity, .leastNonzeroMagnitude, 3e38])),
      at: "layers/dense/vars/0")
    group.insert(HDF5Array(shape: [2], .floats([0.1, -0.0])), at: "layers/dense/vars/1")
    group.insert(HDF5Array(scalar: Int32(-7)), at: "optimizer/vars/0")
    group.insert(HDF5Array(scalar: Float(0.001)), at: "optimizer/vars/1")
    group.insert(HDF5Array(shape: [2], .int64([.min, .max])), at: "optimizer/vars/2")
    group.insert(
      HDF5Array(shape: [0, 4], .floats([]), attributes: [HDF5Attribute("note", "nothing")]),
      at: "layers/empty/vars/0")
    group.updateGroup(at: "layers/dense/vars") {
      $0.attributes.append(HDF5Attribute("name", "größe"))
    }
    group.updateGroup(at: "layers/dropout") { $0.attributes = [HDF5Attribute("weight_names", [])] }
    for number in 0..<40 { group.updateGroup(at: "many/group_\(number)") { _ in } }
    group.attributes.append(HDF5Attribute("layer_names", ["dense", "", "dropout"]))
    group.attributes.append(HDF5Attribute("long", (0..<9_000).map { "name_\($0)" }))
    return group
  }

  @Test func whatIsWrittenReadsBack() throws {
    let bytes = try HDF5Writer.bytes(of: Self.group, name: "a")
    let file = try HDF5File(bytes: bytes, name: "a")
    #expect(file.members(of: "") == ["layers", "optimizer", "many"])
    #expect(file.members(of: "many").count == 40)
    let kernel = try file.dataset("layers/dense/vars/0")
    #expect(kernel.elementType == .float32)
    #expect(
      try kernel.floats(expecting: [3, 2]) == [0, 1, -2.5, .infinity, .leastNonzeroMagnitude, 3e38])
    #expect(try file.dataset("optimizer/vars/0").integers(expecting: []) == [-7])
    #expect(try file.dataset("optimizer/vars/1").floats(expecting: []) == [0.001])
    #expect(try file.dataset("optimizer/vars/2").integers(expecting: [2]) == [.min, .max])
    #expect(try file.dataset("layers/empty/vars/0").floats(expecting: [0, 4]) == [])
    #expect(try file.text(attribute: "note", of: "layers/empty/vars/0") == "nothing")
    #expect(try file.text(attribute: "name", of: "layers/dense/vars") == "größe")
    #expect(try file.texts(attribute: "weight_names", of: "layers/dropout") == [])
    #expect(try file.texts(attribute: "layer_names", of: "") == ["dense", "", "dropout"])
    #expect(try file.texts(attribute: "long", of: "") == (0..<9_000).map { "name_\($0)" })
    // Divided: one attribute of that name would be too long for a header.
    #expect(try file.texts(attribute: "long1", of: "")?.isEmpty == false)
  }

  @Test func equalValuesGiveTheBytesThatH5pyHasRead() throws {
    let bytes = try HDF5Writer.bytes(of: Self.group, name: "a")
    if ProcessInfo.processInfo.environment["SEEDSWEEP_WRITE_GOLDEN"] != nil {
      try Data(bytes).write(to: Self.golden)
    }
    #expect(try bytes == Array(Data(contentsOf: Self.golden)))
  }

  @Test func aFileIsWrittenInWholeOrNotAtAll() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "a.weights.h5").path
    for value in [Float(1), 2] {
      var group = HDF5Group()
      group.insert(HDF5Array(scalar: value), at: "x")
      try HDF5Writer.write(group, to: path)
      #expect(try HDF5File(path: path).dataset("x").floats(expecting: []) == [value])
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.weights.h5"])
    let error = #expect(throws: KerasFileError.self) {
      try HDF5Writer.write(HDF5Group(), to: folder.appending(path: "none/a.h5").path)
    }
    #expect(error?.code == .system)
  }

  @Test(arguments: ["a\0b", ".", String(repeating: "n", count: 2_000)])
  func namesThatHDF5DoesNotHaveAreRefused(name: String) {
    var group = HDF5Group()
    group.insert(HDF5Array(scalar: Int32(1)), at: name)
    #expect(throws: KerasFileError.self) { try HDF5Writer.bytes(of: group, name: "a") }
  }
}
