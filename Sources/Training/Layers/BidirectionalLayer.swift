import Kernels
import SweepModel

/// A recurrent layer in both directions, each with variables of its own.
///
/// Shapes: x[T, I]; y[T, 2u] where the outputs are concatenated, else y[T, u]; or without T. Where
/// all positions are given, those that the mask leaves out are +0.
///
/// Source: M. Schuster and K. K. Paliwal, "Bidirectional recurrent neural networks", IEEE
/// Transactions on Signal Processing 45(11), 1997; Keras, layers/rnn/bidirectional.py.
struct BidirectionalLayer: Layer {
  static let schema = ConfigurationSchema(
    kind: "bidirectional",
    summary: "A recurrent layer in both directions.",
    parameters: [
      .required("layer", .configuration(.layer), "The layer, lstm or gru, with its arguments."),
      .optional(
        "merge_mode", .choice(["concat", "sum", "mul", "ave"]), default: .text("concat"),
        "What becomes of the two outputs."),
      .layerName,
    ])

  private enum Merge: String {
    case concat, sum, mul, ave
  }

  let outputShape: [Int]
  let variables: [VariableSpecification]
  private let forwards: RecurrentCore
  private let backwards: RecurrentCore
  private let merge: Merge
  /// Variables of a direction.
  private let half: Int

  var maskUse: MaskUse { forwards.returnsSequences ? .passes : .ends }

  init(_ configuration: Configuration, inputShape: [Int]) throws(ComponentError) {
    let inner = configuration.configuration("layer")
    guard
      let kind = TrainingVocabulary.layers.first(where: { $0.schema.kind == inner.kind })
        as? any RecurrentLayer.Type
    else {
      throw ComponentError(
        argument: "layer", message: "bidirectional takes lstm or gru, not \(inner.kind)")
    }
    guard inner.arguments["trainable"] == nil else {
      throw ComponentError(
        argument: "layer.\(inner.kind).trainable",
        message: "both directions are trained or neither: write it as bidirectional's own argument")
    }
    let layer: any RecurrentLayer
    do {
      layer = try kind.init(inner, inputShape: inputShape)
    } catch {
      let argument = error.argument.map { "layer.\(inner.kind).\($0)" } ?? "layer"
      throw ComponentError(argument: argument, message: error.message)
    }
    forwards = layer.core
    backwards = layer.core.turned
    merge = Merge(rawValue: configuration.text("merge_mode")) ?? .concat
    half = layer.variables.count
    let name = inner.optionalText("name") ?? inner.kind
    variables = ["forward", "backward"].flatMap { direction in
      layer.variables.map { variable in
        VariableSpecification(
          name: "\(direction)_\(name)/\(variable.name)", shape: variable.shape,
          initializer: variable.initializer, regularizer: variable.regularizer)
      }
    }
    outputShape =
      layer.outputShape.dropLast() + [merge == .concat ? 2 * layer.core.units : layer.core.units]
  }

  func memory(rows: Int, lanes: Int) -> LayerMemory {
    let own = forwards.memory(rows: rows, lanes: lanes)
    return LayerMemory(
      retained: (own.retained + results(rows, lanes)) * 2, workspace: own.workspace)
  }

  func forward(_ pass: LayerPass) {
    let (first, second) = retained(pass)
    let variables = pass.tensors.variables
    let y = pass.tensors.output
    // Concatenated, both write to their places; else to memory of their own.
    let own = merge == .concat ? y : first.results
    let other = merge == .concat ? y : second.results
    forwards.forward(
      pass, retained: first.retained, variables: variables[..<half], outputs: own, at: place(0))
    backwards.forward(
      pass, retained: second.retained, variables: variables[half...], outputs: other, at: place(1))
    let count = count(pass)
    switch merge {
    case .concat: break
    case .sum: for e in 0..<count { y[e] = own[e] + other[e] }
    case .ave: for e in 0..<count { y[e] = (own[e] + other[e]) * 0.5 }
    case .mul: for e in 0..<count { y[e] = own[e] * other[e] }
    }
  }

  func backward(_ pass: LayerPass) {
    let (first, second) = retained(pass)
    let tensors = pass.tensors
    let dy = tensors.outputGradient
    var (own, other) = (dy, dy)
    let count = count(pass)
    switch merge {
    case .concat, .sum: break
    case .ave: for e in 0..<count { dy[e] *= 0.5 }
    case .mul:
      (own, other) = (first.results, second.results)
      for e in 0..<count {
        let (y, z) = (own[e], other[e])
        own[e] = dy[e] * z
        other[e] = dy[e] * y
      }
    }
    forwards.backward(
      pass, retained: first.retained, variables: tensors.variables[..<half],
      gradients: tensors.gradients[..<half], outputGradient: own, at: place(0))
    backwards.backward(
      pass, retained: second.retained, variables: tensors.variables[half...],
      gradients: tensors.gradients[half...], outputGradient: other, at: place(1), adds: true)
  }

  /// Where the outputs of a direction stand. Those of the sequence's end are the backward
  /// direction's first.
  private func place(_ direction: Int) -> RecurrentCore.OutputPlace {
    let units = forwards.units
    let isConcatenated = merge == .concat
    return RecurrentCore.OutputPlace(
      first: isConcatenated ? direction * units : 0, width: isConcatenated ? 2 * units : units,
      isReversed: direction == 1 && forwards.returnsSequences,
      zeroesMasked: forwards.returnsSequences)
  }

  /// Floats of a direction's outputs, which are kept where they are not concatenated.
  private func results(_ rows: Int, _ lanes: Int) -> CheckedCount {
    guard merge != .concat else { return 0 }
    let count = CheckedCount(rows) * CheckedCount(lanes) * CheckedCount(shape: outputShape)
    return count.rounded(upTo: 16)
  }

  /// The memory of each direction: what it keeps, then its results.
  private func retained(
    _ pass: LayerPass
  ) -> (
    (retained: MutableTensor, results: MutableTensor),
    (retained: MutableTensor, results: MutableTensor)
  ) {
    let own = forwards.memory(rows: pass.rows, lanes: pass.lanes).retained.value
    let size = own + results(pass.rows, pass.lanes).value
    let start = pass.tensors.retained
    return ((start, start + own), (start + size, start + size + own))
  }

  /// Floats of a batch of outputs.
  private func count(_ pass: LayerPass) -> Int {
    pass.rows * pass.lanes * outputShape.reduce(1, *)
  }
}
