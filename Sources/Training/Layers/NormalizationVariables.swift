import Kernels
import SweepModel

/// γ and β of a normalization, over the last axis of its input.
struct NormalizationVariables: Sendable {
  let width: Int
  let epsilon: Float
  let scales: Bool
  let centers: Bool
  let specifications: [VariableSpecification]

  init(_ configuration: Configuration, inputShape: [Int]) throws(ComponentError) {
    let axis = configuration.integer("axis")
    guard let last = inputShape.last else {
      throw ComponentError(message: "\(configuration.kind) needs samples with at least one axis")
    }
    guard axis == -1 || axis == inputShape.count else {
      throw ComponentError(
        argument: "axis", message: "\(configuration.kind) is available for the last axis, -1, here")
    }
    width = last
    epsilon = Float(configuration.number("epsilon"))
    scales = configuration.boolean("scale")
    centers = configuration.boolean("center")
    let gamma = VariableSpecification(
      name: "gamma", shape: [last], initializer: configuration.initializer("gamma_initializer"))
    let beta = VariableSpecification(
      name: "beta", shape: [last], initializer: configuration.initializer("beta_initializer"))
    specifications = (scales ? [gamma] : []) + (centers ? [beta] : [])
  }

  func affine(_ tensors: LayerTensors) -> NormalizationAffine {
    NormalizationAffine(
      gamma: scales ? Tensor(tensors.variables[0]) : nil,
      beta: centers ? Tensor(tensors.variables[scales ? 1 : 0]) : nil, epsilon: epsilon)
  }

  /// Where dγ and dβ go: to the gradients, or to memory of their own where there is no variable.
  func gradients(
    _ tensors: LayerTensors, others: (gamma: MutableTensor, beta: MutableTensor)
  ) -> (gamma: MutableTensor, beta: MutableTensor) {
    (
      scales ? tensors.gradients[0] : others.gamma,
      centers ? tensors.gradients[scales ? 1 : 0] : others.beta
    )
  }
}

extension ConfigurationSchema.Parameter {
  /// The arguments of every normalization, without its name.
  static let normalizationArguments: [Self] = [
    .optional(
      "axis", .integer(-1...Int64(Limits.units)), default: .integer(-1),
      "The axis that keeps its values apart, or that is normalized; only the last."),
    .optional(
      "epsilon", .number(.nonNegative), default: .number(0.001), "What is added to variances."),
    .optional("center", .boolean, default: .boolean(true), "Whether beta is added."),
    .optional("scale", .boolean, default: .boolean(true), "Whether gamma multiplies."),
    .initializer("beta_initializer", default: "zeros", "First values of beta."),
    .initializer("gamma_initializer", default: "ones", "First values of gamma."),
  ]
}
