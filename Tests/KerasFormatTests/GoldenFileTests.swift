import Foundation
import KerasFormat
import SweepModel
import Testing

/// Files that h5py wrote (scripts/keras/hdf5-goldens.py), one for each form that is read or refused.
struct GoldenFileTests {
  private static let directory = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Golden")
  /// What all files hold at values/x.
  private static let values = (0..<3).flatMap { i in (0..<5).map { j in Float(10 * i + j) - 7.5 } }

  private func open(_ name: String) throws -> HDF5File {
    try HDF5File(path: Self.directory.appending(path: name + ".h5").path)
  }

  @Test(
    arguments: [
      ("float-littlef2", HDF5ElementType.float16), ("float-bigf2", .float16),
      ("float-littlef4", .float32), ("float-bigf4", .float32), ("float-littlef8", .float64),
      ("float-bigf8", .float64), ("bfloat16", .bfloat16), ("compact", .float32),
      ("chunks", .float32), ("gzip", .float32), ("shuffle", .float64), ("fletcher", .float32),
      ("superblock-v108", .float32), ("superblock-v110", .float32),
    ])
  func everyFormOfValuesIsRead(name: String, type: HDF5ElementType) throws {
    let dataset = try open(name).dataset("values/x")
    #expect(dataset.shape == [3, 5])
    #expect(dataset.elementType == type)
    #expect(try dataset.floats(expecting: [3, 5]) == Self.values)
    #expect(try dataset.doubles(expecting: [3, 5]) == Self.values.map(Double.init))
    let error = #expect(throws: KerasFileError.self) { try dataset.floats(expecting: [5, 3]) }
    #expect(error?.code == .mismatch)
    #expect(
      error?.description.hasSuffix(
        "\(name).h5: values/x: the file has the shape (3, 5) where (5, 3) is expected") == true)
  }

  @Test(
    arguments: [
      ("lzf", KerasFileError.Code.unsupported, "filter 32000 is not read"),
      ("missing-chunks", .malformed, "none of its 6 chunks is in the file"),
      ("never-written", .malformed, "its values were never written"),
      ("latest-chunks", .unsupported, "with `libver='latest'`, are not read"),
      ("many-latest", .unsupported, "with `libver='latest'`, are not read"),
      ("user-block", .otherKind, "this is no file that Keras writes"),
    ])
  func whatIsNotReadIsNamed(name: String, code: KerasFileError.Code, words: String) throws {
    let error = #expect(throws: KerasFileError.self) {
      try open(name).dataset("values/x").floats(expecting: [3, 5])
    }
    #expect(error?.code == code)
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
  }

  @Test func wholeNumbersOfEverySizeAndOrderAreRead() throws {
    let file = try open("integers")
    let limits: [(String, Int64, Int64)] = [
      ("i1", -128, 127), ("u1", 0, 255), ("li2", -32_768, 32_767), ("bu2", 0, 65_535),
      ("li4", .init(Int32.min), .init(Int32.max)), ("bi4", .init(Int32.min), .init(Int32.max)),
      ("lu4", 0, .init(UInt32.max)), ("li8", .min, .max), ("bi8", .min, .max),
    ]
    for (name, least, most) in limits {
      let dataset = try file.dataset(name)
      #expect(try dataset.integers(expecting: [3]) == [least, 0, most], "\(name)")
      #expect(try dataset.doubles(expecting: [3])[2] == Double(most))
      #expect(throws: KerasFileError.self) { try dataset.floats(expecting: [3]) }
    }
    let large = try file.dataset("lu8")
    #expect(large.elementType == .integer(bytes: 8, isSigned: false))
    #expect(throws: KerasFileError.self) { try large.integers(expecting: [3]) }
    for name in ["flags", "complex"] {
      let dataset = try file.dataset(name)
      #expect(throws: KerasFileError.self) { try dataset.doubles(expecting: dataset.shape) }
    }
  }

  @Test func textsOfEveryFormAreRead() throws {
    let file = try open("texts")
    #expect(try file.text(attribute: "variable", of: "") == "größe")
    #expect(try file.text(attribute: "bytes", of: "") == "fixed")
    #expect(try file.text(attribute: "none", of: "") == "")
    #expect(try file.texts(attribute: "list", of: "") == ["a", "", "ccc"])
    #expect(try file.texts(attribute: "fixed_list", of: "") == ["a", "bb"])
    #expect(try file.texts(attribute: "empty_list", of: "") == [])
    #expect(try file.texts(attribute: "divided", of: "") == ["a", "b", "c"])
    for name in ["number", "latin", "list"] {
      #expect(throws: KerasFileError.self) { try file.text(attribute: name, of: "") }
    }
    #expect(throws: KerasFileError.self) { try file.texts(attribute: "number", of: "") }
  }

  @Test func groupsOfManyMembersAreRead() throws {
    let file = try open("many")
    #expect(file.members(of: "/") == (0..<300).map { "group_\($0)" }.sorted())
    #expect(try file.dataset("group_7/x").floats(expecting: [3, 5]) == Self.values)
  }

  @Test func theOrderOfCreationIsKeptWhereItIsNoted() throws {
    #expect(try open("tracked").members(of: "values") == ["z", "a", "m"])
  }

  @Test func aDatasetMayHaveTwoNames() throws {
    let file = try open("hard-link")
    for name in ["first", "second"] {
      #expect(try file.dataset(name).floats(expecting: [3, 5]) == Self.values)
    }
  }

  @Test(arguments: ["gzip", "texts", "superblock-v108", "tracked", "compact"])
  func aFileThatIsCutIsRefusedAtEveryLength(name: String) throws {
    let url = Self.directory.appending(path: name + ".h5")
    let whole = try Array(Data(contentsOf: url))
    for length in 0..<whole.count {
      let error = #expect(throws: KerasFileError.self) {
        try HDF5File(bytes: Array(whole[..<length]), name: "a")
      }
      #expect(length < 100 || error?.code == .truncated)
    }
  }
}
