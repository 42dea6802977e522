import SweepModel

/// A layer of one's own for samples of one trial, which need know nothing of packs and kernels.
///
/// It is immutable: it knows its sizes, and works on the numbers that each call is given. Trials of
/// a model with such a layer are trained one at a time in each slot.
public protocol CustomLayer: CustomComponent {
  /// A layer for samples of `inputShape`; the configuration fits ``CustomComponent/parameters``.
  ///
  /// - Throws: ``ComponentError`` where it cannot take such samples.
  init(_ configuration: Configuration, inputShape: [Int]) throws(ComponentError)

  /// The shape of one sample of its output.
  var outputShape: [Int] { get }

  /// Its variables; by default none.
  var variables: [CustomVariable] { get }

  /// Whether the mask of a sequence holds for its output too, where that has as many positions as
  /// the input; by default it does.
  var passesMask: Bool { get }

  /// Numbers that it keeps of each sample from the forward pass to the backward pass; by default none.
  var retainedWidth: Int { get }

  /// Computes ``ForwardBatch/output`` from ``ForwardBatch/input``.
  func forward(_ batch: ForwardBatch)

  /// Computes the gradients of the variables and of the input from ``BackwardBatch/outputGradient``;
  /// follows the forward pass of the same batch.
  func backward(_ batch: BackwardBatch)
}

extension CustomLayer {
  /// None.
  public var variables: [CustomVariable] { [] }
  /// It does.
  public var passesMask: Bool { true }
  /// Nothing.
  public var retainedWidth: Int { 0 }
}

/// A variable of a custom layer.
public struct CustomVariable: Sendable {
  let name: String
  let shape: [Int]
  let initializer: Configuration
  let isTrainable: Bool

  /// A variable.
  ///
  /// - Parameters:
  ///   - name: Unique in the layer: `scale`. With the layer's it makes the path, which chooses the
  ///     variable's random numbers.
  ///   - initializer: A built-in one, such as ``SweepModel/Configuration/zeros``, or the value of an
  ///     argument of the layer.
  ///   - isTrainable: Whether the optimizer changes it. What it does not change the layer may, in
  ///     training (``ForwardBatch/state(_:)``).
  public init(
    _ name: String, shape: [Int], initializer: Configuration, isTrainable: Bool = true
  ) {
    self.name = name
    self.shape = shape
    self.initializer = initializer
    self.isTrainable = isTrainable
  }
}

extension Configuration {
  /// The initializer that gives 0 everywhere.
  public static let zeros = Configuration(kind: "zeros")
  /// The initializer that gives 1 everywhere.
  public static let ones = Configuration(kind: "ones")
  /// The initializer of Keras's kernels.
  public static let glorotUniform = Configuration(kind: "glorot_uniform")

  /// The initializer that gives one value everywhere.
  public static func constant(_ value: Double) -> Configuration {
    Configuration(kind: "constant", arguments: ["value": .number(value)])
  }
}

/// A batch on its way through a custom layer.
///
/// What the layer writes is 0 before, so that nothing of another batch can be in the result.
public struct ForwardBatch {
  /// Samples of the batch.
  public let rows: Int
  /// Whether the model is being trained; dropout and the like do nothing else.
  public let isTraining: Bool
  /// Rows × the values of a sample.
  public let input: Values
  /// Rows × the values of a sample of the output.
  public let output: MutableValues
  /// The variables, in the order in which the layer names them.
  public let variables: [Values]
  /// Rows × what it keeps of each: what the backward pass will be given.
  public let retained: MutableValues
  /// Rows × positions, 1 where a position counts and 0 where it does not; nil where all do.
  public let mask: Values?
  /// Random numbers of this layer and this step.
  public let random: TrialRandom

  let states: [MutableValues?]

  /// A variable that is not trainable, such as a moving average, to change it.
  ///
  /// - Precondition: The model ``isTraining``, and the variable is not trainable.
  public func state(_ variable: Int) -> MutableValues {
    precondition(isTraining, "a custom layer changes its state while the model is only measured")
    guard let state = states[variable] else {
      preconditionFailure("variable \(variable) is the optimizer's to change")
    }
    return state
  }
}

/// A batch on its way back through a custom layer.
///
/// What the layer writes is 0 before, so that it may add.
public struct BackwardBatch {
  /// Samples of the batch.
  public let rows: Int
  /// Rows × the values of a sample.
  public let input: Values
  /// What the forward pass made of it.
  public let output: Values
  /// The gradient of the loss by ``output``.
  public let outputGradient: Values
  /// Of the loss by ``input``, to be written; nobody reads it where not ``wantsInputGradient``.
  public let inputGradient: MutableValues
  /// Whether a layer before this one needs ``inputGradient``.
  public let wantsInputGradient: Bool
  /// The variables, in the order in which the layer names them.
  public let variables: [Values]
  /// The gradients of the variables, to be written; of one that is not trainable there are no values.
  public let gradients: [MutableValues]
  /// What the forward pass left.
  public let retained: Values
  /// As in the forward pass.
  public let mask: Values?
  /// The random numbers of the forward pass.
  public let random: TrialRandom
}
