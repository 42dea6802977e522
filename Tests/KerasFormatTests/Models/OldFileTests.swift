import SweepModel
import Testing
import Training

@testable import KerasFormat

/// Files of older versions, in the forms that no case beside the project has.
struct OldFileTests {
  private static let dense = #"{"class_name":"Dense","config":{"name":"a","units":2}}"#
  private static let second = #"{"class_name":"Dense","config":{"name":"b","units":1}}"#

  private static func compiled(_ optimizer: String) throws -> KerasArchitecture {
    try architecture(
      dense + "," + second, inputs: [2],
      root: #","compile_config":{"loss":"mse","optimizer":\#(optimizer)}"#)
  }

  /// A legacy file of the two layers with these optimizer weights, each filled with its place.
  private static func file(
    _ optimizer: [(name: String, shape: [Int])], steps: Int64 = 5, version: String = "2.2.4"
  ) throws -> [UInt8] {
    var root = HDF5Group(attributes: [
      HDF5Attribute("layer_names", ["a", "b"]), HDF5Attribute("keras_version", version),
    ])
    for (layer, shapes) in [("a", [[2, 2], [2]]), ("b", [[2, 1], [1]])] {
      let names = ["\(layer)/kernel:0", "\(layer)/bias:0"]
      for (name, shape) in zip(names, shapes) {
        root.insert(array(shape, 1), at: "\(layer)/\(name)")
      }
      root.updateGroup(at: layer) { $0.attributes = [HDF5Attribute("weight_names", names)] }
    }
    root.insert(HDF5Array(shape: [], .int64([steps])), at: "optimizer_weights/it:0")
    for (place, tensor) in optimizer.enumerated() {
      root.insert(array(tensor.shape, Float(place)), at: "optimizer_weights/\(tensor.name)")
    }
    root.updateGroup(at: "optimizer_weights") {
      $0.attributes = [HDF5Attribute("weight_names", ["it:0"] + optimizer.map(\.name))]
    }
    return try HDF5Writer.bytes(of: root, name: "old.h5")
  }

  private static func array(_ shape: [Int], _ value: Float) -> HDF5Array {
    HDF5Array(
      shape: shape, .floats([Float](repeating: value, count: shape.reduce(1, *))))
  }

  private static let shapes = [[2, 2], [2], [2, 1], [1]]

  /// The first value of each tensor of each slot.
  private func slots(
    _ optimizer: String, _ tensors: [(name: String, shape: [Int])]
  ) throws -> [[Float]]? {
    let model = try KerasModelFile.weights(
      bytes: try Self.file(tensors), name: "old.h5", into: try Self.compiled(optimizer))
    if model.optimizerState == nil {
      #expect(model.notes.contains { $0.contains("starts anew") })
    }
    return model.optimizerState?.slots.map { $0.map { $0.values[0] } }
  }

  /// Weights alone of Keras 2.2 do not say that their gates were hard sigmoids.
  @Test(arguments: [(#""sigmoid""#, true), (#""hard_sigmoid""#, false)])
  func gatesOfWeightsAlone(gates: String, isNoted: Bool) throws {
    let names = ["kernel", "recurrent_kernel", "bias"].map { "l/\($0):0" }
    var root = HDF5Group(attributes: [
      HDF5Attribute("layer_names", ["l"]), HDF5Attribute("keras_version", "2.2.0"),
    ])
    for (name, shape) in zip(names, [[2, 4], [1, 4], [4]]) {
      root.insert(Self.array(shape, 1), at: "l/\(name)")
    }
    root.updateGroup(at: "l") { $0.attributes = [HDF5Attribute("weight_names", names)] }
    let lstm =
      #"{"class_name":"LSTM","config":{"name":"l","units":1,"recurrent_activation":\#(gates)}}"#
    let model = try KerasModelFile.weights(
      bytes: try HDF5Writer.bytes(of: root, name: "old.h5"), name: "old.h5",
      into: try architecture(lstm, inputs: [3, 2], root: #","keras_version":"2.2.0""#))
    #expect(model.notes.contains { $0.contains("hard_sigmoid_keras2") } == isNoted)
  }

  @Test func adamOfKeras22HasMaximaThatAreNone() throws {
    let tensors = (0..<12).map { place in
      ("training/Adam/Variable_\(place):0", place < 8 ? Self.shapes[place % 4] : [1])
    }
    let read = try slots(
      #"{"class_name":"Adam","config":{"lr":0.001,"beta_1":0.9,"beta_2":0.999,"amsgrad":false}}"#,
      tensors)
    #expect(read == [[0, 1, 2, 3], [4, 5, 6, 7]])
  }

  @Test func rmspropOfTensorFlow() throws {
    let names = ["a/kernel", "a/bias", "b/kernel", "b/bias"]
    let tensors = ["rms", "momentum", "mg"].flatMap { slot in
      zip(names, Self.shapes).map { ("RMSprop/\($0)/\(slot):0", $1) }
    }
    let read = try slots(
      #"{"class_name":"RMSprop","config":{"learning_rate":0.1,"momentum":0.5,"centered":true}}"#,
      tensors)
    // Ours: mean squares, means, momenta.
    #expect(read == [[0, 1, 2, 3], [8, 9, 10, 11], [4, 5, 6, 7]])
  }

  @Test func namesTellTheOrder() throws {
    let names = ["a/kernel", "a/bias", "b/kernel", "b/bias"]
    let tensors = zip(names, Self.shapes).flatMap { name, shape in
      [("Adam/v/\(name):0", shape), ("Adam/m/\(name):0", shape)]
    }
    let read = try slots(#"{"class_name":"Custom>Adam","config":{"learning_rate":0.1}}"#, tensors)
    #expect(read == [[1, 3, 5, 7], [0, 2, 4, 6]])
  }

  @Test func momentaWithoutMomentumAreNone() throws {
    let tensors = Self.shapes.enumerated().map { ("training/SGD/Variable_\($0):0", $1) }
    #expect(try slots(#"{"class_name":"SGD","config":{"lr":0.1,"momentum":0.0}}"#, tensors) == [])
    #expect(
      try slots(#"{"class_name":"SGD","config":{"lr":0.1,"momentum":0.5}}"#, tensors)
        == [[0, 1, 2, 3]])
  }

  @Test func tooFewAreSaid() throws {
    let tensors = Self.shapes.dropLast().enumerated().map { ("x/Variable_\($0):0", $1) }
    #expect(try slots(#"{"class_name":"SGD","config":{"lr":0.1,"momentum":0.5}}"#, tensors) == nil)
    let others = [[2, 2], [2], [1], [2, 1]].enumerated().map { ("x/Variable_\($0):0", $1) }
    #expect(try slots(#"{"class_name":"SGD","config":{"lr":0.1,"momentum":0.5}}"#, others) == nil)
  }

  @Test func keras1IsRefused() throws {
    let bytes = try Self.file([], version: "1.2.2")
    let into = try architecture(Self.dense + "," + Self.second, inputs: [2])
    let error = #expect(throws: KerasFileError.self) {
      try KerasModelFile.weights(bytes: bytes, name: "old.h5", into: into)
    }
    #expect(error?.reason.contains("Keras 1") == true)
  }

  /// Weights of another order than the layer's are told by their names.
  @Test func biasBeforeKernel() throws {
    var root = HDF5Group(attributes: [HDF5Attribute("layer_names", ["a"])])
    root.insert(Self.array([2], 7), at: "a/bias:0")
    root.insert(Self.array([2, 2], 3), at: "a/kernel:0")
    root.updateGroup(at: "a") {
      $0.attributes = [HDF5Attribute("weight_names", ["bias:0", "kernel:0"])]
    }
    let model = try KerasModelFile.weights(
      bytes: try HDF5Writer.bytes(of: root, name: "old.h5"), name: "old.h5",
      into: try architecture(Self.dense, inputs: [2]))
    #expect(model.variables.map { $0.values[0] } == [3, 7])
  }

  @Test func zeroMatchesByNameAreAnError() throws {
    let into = try architecture(
      #"{"class_name":"Dense","config":{"name":"other","units":2}}"#, inputs: [2])
    let error = #expect(throws: KerasFileError.self) {
      try KerasModelFile.weights(
        bytes: try Self.file([]), name: "old.h5", into: into, matching: .byName)
    }
    #expect(error?.reason.contains("`other`") == true)
  }

  @Test func layersInAnotherOrderAreSaid() throws {
    // Both layers have the same shapes, so that only the names tell.
    let into = try architecture(
      """
      {"class_name":"Dense","config":{"name":"b","units":2}},
      {"class_name":"Dense","config":{"name":"a","units":2}}
      """, inputs: [2])
    var root = HDF5Group(attributes: [HDF5Attribute("layer_names", ["a", "b"])])
    for (value, layer) in [(Float(1), "a"), (2, "b")] {
      let names = ["\(layer)/kernel:0", "\(layer)/bias:0"]
      for (name, shape) in zip(names, [[2, 2], [2]]) {
        root.insert(Self.array(shape, value), at: "\(layer)/\(name)")
      }
      root.updateGroup(at: layer) { $0.attributes = [HDF5Attribute("weight_names", names)] }
    }
    let bytes = try HDF5Writer.bytes(of: root, name: "old.h5")
    let byOrder = try KerasModelFile.weights(bytes: bytes, name: "old.h5", into: into)
    #expect(byOrder.variables.map { $0.values[0] } == [1, 1, 2, 2])
    #expect(byOrder.notes.contains { $0.contains("by their order") })
    let byName = try KerasModelFile.weights(
      bytes: bytes, name: "old.h5", into: into, matching: .byName)
    #expect(byName.variables.map { $0.values[0] } == [2, 2, 1, 1])
  }

  /// States of random numbers, which Keras 3.0 kept beside layers without variables, are no variables.
  @Test func seedsAreNoVariables() throws {
    let into = try architecture(
      #"{"class_name":"Dropout","config":{"name":"d","rate":0.5}},"# + Self.dense, inputs: [2])
    var root = HDF5Group()
    root.insert(
      HDF5Array(shape: [2], .int32([1, 2])), at: "layers/dropout/seed_generator/vars/0")
    root.insert(Self.array([2, 2], 3), at: "layers/dense/vars/0")
    root.insert(Self.array([2], 3), at: "layers/dense/vars/1")
    let model = try KerasModelFile.weights(
      bytes: try HDF5Writer.bytes(of: root, name: "w.h5"), name: "w.h5", into: into)
    #expect(model.unfilled.isEmpty)
    // Anything else there is.
    root.insert(Self.array([2], 3), at: "layers/dropout/vars/0")
    #expect(throws: KerasFileError.self) {
      try KerasModelFile.weights(
        bytes: try HDF5Writer.bytes(of: root, name: "w.h5"), name: "w.h5", into: into)
    }
  }

  /// Keras 2.12 counts layers with variables twice, and those without once.
  @Test func keras212() throws {
    let into = try architecture(
      (["a", "b", "c"]).map { #"{"class_name":"Dense","config":{"name":"\#($0)","units":2}}"# }
        .joined(separator: ","), inputs: [2])
    var root = HDF5Group()
    for (value, group) in [(Float(1), "dense"), (2, "dense_2"), (3, "dense_4")] {
      let path = "_layer_checkpoint_dependencies/\(group)/vars"
      root.insert(Self.array([2, 2], value), at: "\(path)/0")
      root.insert(Self.array([2], value), at: "\(path)/1")
    }
    let model = try KerasModelFile.weights(
      bytes: try HDF5Writer.bytes(of: root, name: "w.h5"), name: "w.h5", into: into)
    #expect(model.variables.map { $0.values[0] } == [1, 1, 2, 2, 3, 3])
  }
}
