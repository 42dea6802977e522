import Foundation
import KerasFormat
import SweepModel
import Testing

/// Files that three generations of Keras wrote.
struct CaseFileTests {
  @Test(arguments: Cases.files(".h5", ".keras", ".json"))
  func everyGoodFileOpensAndAllItsValuesAreRead(name: String) throws {
    switch try ModelInput(path: Cases.path(name)) {
    case .hdf5(let file): #expect(try values(of: file) > 0)
    case .archive(let archive):
      #expect(archive.members == ["metadata.json", "config.json", "model.weights.h5"])
      #expect(try archive.json(KerasArchive.configuration)["class_name"] != nil)
      #expect(try archive.json(KerasArchive.metadata)["keras_version"] != nil)
      #expect(try values(of: archive.hdf5(KerasArchive.weights)) > 0)
    case .json(let value): #expect(value["config"] != nil)
    }
  }

  @Test func casesAreThere() { #expect(Cases.files(".h5", ".keras").count == 32) }

  private func values(of file: HDF5File) throws -> Int {
    try file.datasets().reduce(0) { count, path in
      let dataset = try file.dataset(path)
      switch dataset.elementType {
      case .integer: return count + (try dataset.integers(expecting: dataset.shape).count)
      default: return count + (try dataset.floats(expecting: dataset.shape).count)
      }
    }
  }

  @Test func attributesOfALegacyFileAreRead() throws {
    let file = try HDF5File(path: Cases.path("k2_dense_bn/legacy.h5"))
    let configuration = try #require(try file.text(attribute: "model_config", of: "/"))
    #expect(try JSONValue(parsing: configuration.utf8)["class_name"] == "Sequential")
    #expect(try file.text(attribute: "none", of: "/") == nil)
    let layers = try #require(try file.texts(attribute: "layer_names", of: "model_weights"))
    #expect(layers.count >= 3)
    for layer in layers {
      let names = try #require(
        try file.texts(attribute: "weight_names", of: "model_weights/" + layer))
      for name in names {
        #expect(file.kind(of: "model_weights/\(layer)/\(name)") == .dataset)
      }
    }
    #expect(throws: KerasFileError.self) { try file.texts(attribute: "model_config", of: "/") }
    #expect(throws: KerasFileError.self) {
      try file.text(attribute: "layer_names", of: "model_weights")
    }
  }

  @Test func membersComeInTheFilesOwnOrder() throws {
    let file = try HDF5File(path: Cases.path("k3_autonumbered/model.weights.h5"))
    #expect(file.members(of: "layers") == file.members(of: "layers").sorted())
    #expect(file.members(of: "/").contains("layers"))
    #expect(file.members(of: "nothing").isEmpty)
    #expect(file.kind(of: "nothing") == .none)
    #expect(file.kind(of: "") == .group)
  }
}
