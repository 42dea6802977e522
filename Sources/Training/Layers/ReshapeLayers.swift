import SweepModel

/// The values of a sample as one axis, in row-major order.
///
/// Source: Keras, layers/reshaping/flatten.py.
struct FlattenLayer: Layer {
  static let schema = ConfigurationSchema(
    kind: "flatten", summary: "The values of a sample as one axis.", parameters: [.layerName])

  let outputShape: [Int]
  let variables: [VariableSpecification] = []
  let maskUse = MaskUse.ends

  init(_ configuration: Configuration, inputShape: [Int]) throws(ComponentError) {
    outputShape = [CheckedCount(shape: inputShape).value]
  }

  func forward(_ pass: LayerPass) { pass.copyForward(outputShape) }

  func backward(_ pass: LayerPass) { pass.copyBackward(outputShape) }
}

/// The values of a sample in axes of other lengths, in row-major order.
///
/// Source: Keras, layers/reshaping/reshape.py.
struct ReshapeLayer: Layer {
  static let schema = ConfigurationSchema(
    kind: "reshape",
    summary: "The values of a sample in axes of other lengths.",
    parameters: [
      .required(
        "target_shape", .list(.integer(-1...Limits.units), count: 1...Limits.axes),
        "The lengths; one of them may be -1, which stands for what is left."),
      .layerName,
    ])

  let outputShape: [Int]
  let variables: [VariableSpecification] = []
  let maskUse = MaskUse.ends

  init(_ configuration: Configuration, inputShape: [Int]) throws(ComponentError) {
    let target = configuration.integers("target_shape")
    guard !target.contains(0), target.count(where: { $0 == -1 }) <= 1 else {
      throw ComponentError(
        argument: "target_shape",
        message: "\(target) is no shape: lengths are 1 or more, and one of them may be -1")
    }
    let known = CheckedCount(shape: target.filter { $0 != -1 }).value
    let count = CheckedCount(shape: inputShape).value
    guard target.contains(-1) ? count.isMultiple(of: known) : count == known else {
      throw ComponentError(
        argument: "target_shape",
        message: "\(target) does not hold the \(count) values of samples of shape \(inputShape)")
    }
    outputShape = target.map { $0 == -1 ? count / known : $0 }
  }

  func forward(_ pass: LayerPass) { pass.copyForward(outputShape) }

  func backward(_ pass: LayerPass) { pass.copyBackward(outputShape) }
}

extension LayerPass {
  /// The output is the input, in samples of as many values as `shape` has.
  fileprivate func copyForward(_ shape: [Int]) {
    tensors.output.update(from: tensors.input, count: count(shape))
  }

  /// The gradient by the input is that by the output.
  fileprivate func copyBackward(_ shape: [Int]) {
    tensors.inputGradient?.update(from: tensors.outputGradient, count: count(shape))
  }

  private func count(_ shape: [Int]) -> Int { shape.reduce(rows * lanes, *) }
}
