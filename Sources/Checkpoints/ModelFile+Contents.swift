import SweepModel
import Training

extension ModelFile {
  /// The tensors of a model's file, in memory.
  public struct Contents: Sendable {
    /// The variables, in model order.
    public let variables: [VariableValues]
    /// What the optimizer keeps, slot by slot, each for every trainable variable in model order.
    public let slots: [[VariableValues]]
  }

  /// Reads the variables and the optimizer's slots; every digest was verified.
  ///
  /// - Throws: ``CheckpointError`` where a tensor is not what it should be.
  public func contents() throws(CheckpointError) -> Contents {
    let tensors = VerifiedTensors(self)
    var variables: [VariableValues] = []
    var slots: [[VariableValues]] = []
    for (name, shape) in try self.tensors() {
      guard name != TensorName.history, !name.hasPrefix("@kept/") else { break }
      var values = [Float](repeating: 0, count: shape.reduce(1, *))
      var failure: CheckpointError?
      values.withUnsafeMutableBufferPointer { buffer in
        do throws(CheckpointError) {
          try tensors.read(StateTensor(name: name, shape: shape), into: buffer)
        } catch { failure = error }
      }
      if let failure { throw failure }
      guard name.hasPrefix("@optimizer/") else {
        variables.append(VariableValues(path: name, shape: shape, values: values))
        continue
      }
      let parts = name.split(separator: "/", maxSplits: 2)
      guard parts.count == 3, let slot = Int(parts[1]), (0...slots.count).contains(slot) else {
        throw CheckpointError(path, "it has \(name), which is no slot of an optimizer")
      }
      if slot == slots.count { slots.append([]) }
      slots[slot].append(
        VariableValues(path: String(parts[2]), shape: shape, values: values))
    }
    _ = try tensors.finish()
    return Contents(variables: variables, slots: slots)
  }
}
