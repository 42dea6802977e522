import Kernels
import SweepModel

/// A vector for each whole number: y = embeddings[x].
///
/// Shapes: x[…], whole numbers from 0 and below V; embeddings[V, O]; y[…, O]. With `mask_zero`, a
/// position of x[T] counts where it is not 0.
///
/// Source: Keras, layers/core/embedding.py.
struct EmbeddingLayer: Layer {
  static let schema = ConfigurationSchema(
    kind: "embedding",
    summary: "A vector for each whole number, such as a word's; first in the model.",
    parameters: [
      .required("input_dim", .integer(1...Limits.units), "How many numbers there are, from 0 on."),
      .required("output_dim", .integer(1...Limits.units), "Values of a vector."),
      .optional(
        "embeddings_initializer", .configuration(.initializer),
        default: .configuration(
          Configuration(
            kind: "random_uniform", arguments: ["minval": .number(-0.05), "maxval": .number(0.05)])),
        "First values of the vectors."),
      .regularizer("embeddings_regularizer", of: "the vectors' values"),
      .optional(
        "mask_zero", .boolean, default: .boolean(false),
        "Whether 0 fills sequences up: positions with it count for nothing."),
      .layerName,
    ])

  let outputShape: [Int]
  let variables: [VariableSpecification]
  let maskUse: MaskUse
  let standsFirst = true
  private let entries: Int
  private let width: Int
  /// Numbers of a sample.
  private let positions: Int

  init(_ configuration: Configuration, inputShape: [Int]) throws(ComponentError) {
    entries = configuration.integer("input_dim")
    width = configuration.integer("output_dim")
    let masks = configuration.boolean("mask_zero")
    guard !masks || inputShape.count == 1 else {
      throw ComponentError(
        argument: "mask_zero",
        message: "a mask is for sequences of numbers, but samples have shape \(inputShape)")
    }
    maskUse = masks ? .makes : .ends
    positions = inputShape.reduce(1, *)
    outputShape = inputShape + [width]
    variables = [
      VariableSpecification(
        name: "embeddings", shape: [entries, width],
        initializer: configuration.initializer("embeddings_initializer"),
        regularizer: configuration.regularizer("embeddings_regularizer"))
    ]
  }

  func check(_ inputs: [Float]) throws(ComponentError) {
    for (place, value) in inputs.enumerated() {
      guard let number = Int(exactly: value), (0..<entries).contains(number) else {
        throw ComponentError(argument: "input_dim", value: value) { value in
          "sample \(place / positions) has the value \(value), but embedding takes whole "
            + "numbers from 0 to \(entries - 1): raise input_dim or mend the data"
        }
      }
    }
  }

  func forward(_ pass: LayerPass) {
    let tensors = pass.tensors
    pass.kernels.embed(
      shape(pass), numbers: tensors.input, table: tensors.variables[0], vectors: tensors.output)
    guard maskUse == .makes, let mask = pass.mask else { return }
    for place in 0..<pass.rows * positions * pass.lanes {
      mask[place] = tensors.input[place] == 0 ? 0 : 1
    }
  }

  func backward(_ pass: LayerPass) {
    let tensors = pass.tensors
    pass.kernels.embeddingGradient(
      shape(pass), entries: entries, numbers: tensors.input, dvectors: tensors.outputGradient,
      gradient: tensors.gradients[0])
  }

  private func shape(_ pass: LayerPass) -> RowsShape {
    RowsShape(lanes: pass.lanes, rows: pass.rows * positions, width: width)
  }
}
