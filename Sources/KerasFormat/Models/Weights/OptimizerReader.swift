import SweepModel
import Training

/// Reads what an optimizer kept, in the forms of all generations.
///
/// Where it cannot be read the result says why: training then starts the optimizer anew, which must not
/// go unnoticed.
struct OptimizerReader {
  /// A tensor in the file.
  struct Tensor {
    /// The dataset's path.
    let path: String
    /// The name of the variable that it was; nil where the file keeps no names.
    let name: String?
    let shape: [Int]
  }

  /// What was read, or why nothing was.
  enum Outcome {
    case state(OptimizerState)
    case absent(String)
  }

  let optimizer: Configuration
  /// The variables that are trained, in model order.
  let variables: [PlannedVariable]
  let file: HDF5File

  /// The tensors of a `.weights.h5` file: `optimizer/vars/0`…
  static func objectTensors(_ file: HDF5File) throws(KerasFileError) -> [Tensor] {
    let count = file.members(of: "optimizer/vars").count
    var tensors: [Tensor] = []
    for number in 0..<count {
      let path = "optimizer/vars/\(number)"
      tensors.append(Tensor(path: path, name: nil, shape: try file.dataset(path).shape))
    }
    return tensors
  }

  /// The tensors of a legacy file: the attribute `weight_names` of `optimizer_weights`.
  static func legacyTensors(_ file: HDF5File) throws(KerasFileError) -> [Tensor] {
    let group = "optimizer_weights"
    var tensors: [Tensor] = []
    for name in try file.texts(attribute: "weight_names", of: group) ?? [] {
      let path = "\(group)/\(name)"
      tensors.append(Tensor(path: path, name: name, shape: try file.dataset(path).shape))
    }
    return tensors
  }

  /// Reads the state from such tensors.
  func read(_ tensors: [Tensor], filler: inout VariableFiller) throws(KerasFileError) -> Outcome {
    guard let entry = CorrespondenceTable.entry(.optimizer, writing: optimizer) else {
      return .absent("the table has no \(optimizer.kind)")
    }
    let scalars = tensors.filter(\.shape.isEmpty)
    let kept = tensors.filter { !$0.shape.isEmpty }
    guard let first = scalars.first, first.path == tensors.first?.path else {
      return .absent("it does not begin with the number of steps")
    }
    guard let steps = Int64(exactly: try file.dataset(first.path).doubles(expecting: [])[0]),
      steps >= 0
    else { return .absent("the number of steps is no whole number") }
    var state = OptimizerState(iterations: steps)
    try read(scalars.dropFirst(), entry.slots, into: &state)
    if kept.isEmpty, steps == 0 { return .absent("the model was compiled, but not trained") }
    switch try slots(kept, entry.slots) {
    case .failure(let reason): return .absent(reason.text)
    case .success(let slots):
      for slot in slots {
        var values: [VariableValues] = []
        for (variable, tensor) in zip(variables, slot) {
          values.append(
            try filler.read(tensor.path, shape: variable.shape, as: variable.path))
        }
        state.slots.append(values)
      }
    }
    return .state(state)
  }

  /// The learning rate of Keras 3, and Nadam's product of momenta.
  private func read(
    _ scalars: ArraySlice<Tensor>, _ slots: OptimizerSlots, into state: inout OptimizerState
  ) throws(KerasFileError) {
    var rest = scalars
    if optimizer.optionalConfiguration("learning_rate") == nil, let rate = rest.first,
      try file.dataset(rate.path).elementType == .float32,
      rate.name?.contains("learning_rate") ?? (rest.count > 1 || !slots.hasMomentumProduct)
    {
      state.learningRate = try file.dataset(rate.path).floats(expecting: [])[0]
      rest.removeFirst()
    }
    if slots.hasMomentumProduct, let product = rest.first {
      state.momentumProduct = Float(try file.dataset(product.path).doubles(expecting: [])[0])
    }
  }

  /// Why slots cannot be told apart.
  private struct Reason: Error {
    let text: String
  }

  /// The tensors of each slot of ours, in the order of the variables.
  private func slots(
    _ tensors: [Tensor], _ slots: OptimizerSlots
  ) throws(KerasFileError) -> Result<[[Tensor]], Reason> {
    let kept = slots.slots.indices.filter { slots.slots[$0].isKept(optimizer) }
    let count = variables.count
    var tensors = tensors
    // Keras before 2.4 keeps the maxima of AMSGrad as single zeros where there is none, and momenta
    // where there is no momentum.
    if tensors.count == (kept.count + 1) * count,
      tensors.suffix(count).allSatisfy({ $0.shape == [1] }) || kept.isEmpty
    {
      tensors.removeLast(count)
    }
    guard tensors.count == kept.count * count else {
      return .failure(
        Reason(
          text: "it keeps \(tensors.count) tensors, but for \(count) trained variables "
            + "\(optimizer.kind) keeps \(kept.count * count)"))
    }
    let parts = Self.byName(tensors, slots, kept) ?? byOrder(tensors, slots, kept)
    for (slot, part) in zip(kept, parts) {
      guard part.map(\.shape) == variables.map(\.shape) else {
        return .failure(
          Reason(
            text:
              "the shapes of its \(slots.slots[slot].name) are not those of the trained variables")
        )
      }
    }
    return .success(parts)
  }

  private static func byName(
    _ tensors: [Tensor], _ slots: OptimizerSlots, _ kept: [Int]
  ) -> [[Tensor]]? {
    let places = tensors.map { tensor in tensor.name.flatMap { slots.place(inName: $0) } }
    guard places.allSatisfy({ $0.map(kept.contains) ?? false }) else { return nil }
    let parts = kept.map { slot in zip(tensors, places).filter { $0.1 == slot }.map(\.0) }
    return Set(parts.map(\.count)).count <= 1 ? parts : nil
  }

  private func byOrder(
    _ tensors: [Tensor], _ slots: OptimizerSlots, _ kept: [Int]
  ) -> [[Tensor]] {
    let stored = slots.order.filter(kept.contains)
    let count = variables.count
    // Files that keep names are older where these say nothing: all of one slot, then the next.
    let isByVariable = slots.isByVariable && tensors.first?.name == nil
    return kept.map { slot in
      let place = stored.firstIndex(of: slot) ?? 0
      return (0..<count).map {
        tensors[isByVariable ? $0 * stored.count + place : place * count + $0]
      }
    }
  }
}

extension OptimizerSlots {
  /// The slot that a name of Keras's is of: `Adam/m/dense/kernel:0` of tf_keras, `Adam/dense/kernel/m:0`
  /// of Keras 2, `adam/sequential_dense_kernel_momentum` of Keras 3.
  fileprivate func place(inName name: String) -> Int? {
    let plain = name.split(separator: ":").first.map(String.init) ?? name
    let parts = plain.split(separator: "/").map(String.init)
    guard let last = parts.last else { return nil }
    for (place, slot) in slots.enumerated() {
      let names = [slot.name] + slot.otherNames
      if names.contains(last) || parts.count > 2 && names.contains(parts[1]) { return place }
    }
    return slots.firstIndex { last.hasSuffix("_\($0.name)") }
  }
}
