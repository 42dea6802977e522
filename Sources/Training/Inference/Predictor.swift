import Kernels
import SweepModel

/// Computes a model's predictions from values of its variables that come from elsewhere.
///
/// No initializer ever runs here: the variables have the values that were loaded, or the predictor
/// does not exist. Predictions have the bits that the evaluation of a training gives the same inputs,
/// whatever the number of samples that are predicted at once. Not Sendable; make one for each thread.
public final class Predictor {
  /// What predicts.
  public let model: Model
  private let kernels: KernelSet
  fileprivate let memory: InferenceMemory
  private let team: ThreadTeam

  /// A predictor whose variables `fill` writes, each once, in model order.
  ///
  /// - Throws: What `fill` throws.
  public init(
    model: Model, kernels: KernelSet, threads: Int = 1,
    fill: (PlannedVariable, UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws {
    self.model = model
    self.kernels = kernels
    team = ThreadTeam(count: threads)
    memory = InferenceMemory(model: model, threads: threads)
    for (variable, values) in zip(model.variables, memory.variables) {
      try fill(variable, UnsafeMutableBufferPointer(start: values, count: variable.count))
    }
  }

  /// The predictions for samples that stand one after the other, after the last layer's activation.
  ///
  /// - Precondition: there are whole samples, at least one.
  /// - Returns: Predictions × ``Model/outputShape``, row-major.
  public func predictions(_ inputs: [Float]) -> [Float] {
    let width = model.inputShape.reduce(1, *)
    precondition(!inputs.isEmpty && inputs.count % width == 0, "inputs are whole samples")
    let samples = inputs.count / width
    let outputWidth = model.outputShape.reduce(1, *)
    return inputs.withUnsafeBufferPointer { inputs in
      [Float](unsafeUninitializedCapacity: samples * outputWidth) { outputs, filled in
        for first in stride(from: 0, to: samples, by: InferenceMemory.rows) {
          let rows = min(InferenceMemory.rows, samples - first)
          let batch = UnsafeBufferPointer(
            rebasing: inputs[first * width..<(first + rows) * width])
          let start = outputs.baseAddress.map { $0 + first * outputWidth }
          if let input = batch.baseAddress, let start {
            start.initialize(from: forward(input, rows: rows), count: rows * outputWidth)
          }
        }
        filled = samples * outputWidth
      }
    }
  }

  /// Passes a batch through the model; the predictions stand in the predictor's memory.
  private func forward(_ input: UnsafePointer<Float>, rows: Int) -> MutableTensor {
    for (number, (planned, tensors)) in zip(model.layers, memory.layers).enumerated() {
      var tensors = tensors
      if number == 0 { tensors.input = input }
      planned.layer.forward(
        LayerPass(
          kernels: kernels, tensors: tensors, mode: .inference, lanes: 1, rows: rows, step: 0,
          seeds: memory.seeds, mask: planned.maskPositions > 0 ? memory.mask : nil, team: team))
    }
    let predictions = memory.layers[memory.layers.count - 1].output
    let width = model.outputShape.last ?? 1
    let count = rows * model.outputShape.reduce(1, *)
    switch model.fused {
    case nil: return predictions
    case .softmax:
      let shape = RowsShape(lanes: 1, rows: count / width, width: width)
      kernels.softmax(shape, z: predictions, y: memory.probabilities)
      return memory.probabilities
    case .sigmoid:
      kernels.activate(.sigmoid, count: count, values: predictions)
      return predictions
    }
  }
}

extension Predictor {
  /// The values of the variables, in model order.
  public func variableValues() -> [[Float]] {
    zip(model.variables, memory.variables).map { variable, values in
      Array(UnsafeBufferPointer(start: values, count: variable.count))
    }
  }
}
