import Kernels
import SweepModel

/// One kind of layer of a Sequential model.
///
/// A layer is immutable: it knows its sizes, and works on memory that the trainer owns and passes
/// with every call. What it must remember from a forward pass to the backward pass of the same
/// batch goes into its retained memory; what lives from batch to batch (moving averages) is a
/// variable that is not trainable. All tensors carry the lanes of a pack innermost (see Kernels).
protocol Layer: Sendable {
  /// Its name and arguments as users write them.
  static var schema: ConfigurationSchema { get }

  /// Whether its argument `activation`, if it has one, is the last thing that it does, so that a
  /// loss may take a softmax over.
  static var endsWithItsActivation: Bool { get }

  /// A layer for samples of `inputShape`.
  ///
  /// - Throws: ``ComponentError`` where it cannot take such samples.
  init(_ configuration: Configuration, inputShape: [Int]) throws(ComponentError)

  /// The shape of one sample of its output.
  var outputShape: [Int] { get }

  /// Its variables: the trainable ones, then the others.
  var variables: [VariableSpecification] { get }

  /// What it does with the mask of its input.
  var maskUse: MaskUse { get }

  /// Whether it takes the data themselves, so that no layer may stand before it.
  var standsFirst: Bool { get }

  /// Checks the inputs of all samples, where it is the model's first layer.
  ///
  /// - Throws: ``ComponentError`` for the first sample that it cannot take.
  func check(_ inputs: [Float]) throws(ComponentError)

  /// The memory that it needs beside its variables, its input and its output, for batches of
  /// `rows` samples in packs of `lanes` trials.
  func memory(rows: Int, lanes: Int) -> LayerMemory

  /// Computes `output` from `input`.
  func forward(_ pass: LayerPass)

  /// Computes the gradients of its trainable variables, and `inputGradient` where it is wanted,
  /// from `outputGradient`, which it may overwrite. Follows a forward pass of the same batch.
  func backward(_ pass: LayerPass)
}

extension Layer {
  var standsFirst: Bool { false }
  func check(_ inputs: [Float]) throws(ComponentError) {}
  static var endsWithItsActivation: Bool { true }

  func memory(rows: Int, lanes: Int) -> LayerMemory { LayerMemory() }
}

/// What a layer does with the mask of a sequence, which says of each position whether it counts.
enum MaskUse: Sendable {
  /// Its output is masked as its input is.
  case passes
  /// Its output has no mask: it has other positions, or none.
  case ends
  /// It makes the mask, for as many positions as its output has.
  case makes
}

/// A variable that a layer wants.
struct VariableSpecification: Sendable {
  /// The name within the layer, as Keras calls it: `kernel`.
  let name: String
  let shape: [Int]
  var initializer: any Initializer
  var isTrainable = true
  /// The penalty on its values, where it is trainable and there is one.
  var regularizer: Regularizer? = nil
}

/// Memory of a layer, in floats of all lanes together.
struct LayerMemory: Sendable {
  /// Kept from a forward pass to the backward pass of the same batch.
  var retained: CheckedCount = 0
  /// Used within one part of a call, shared with the other layers; each thread has its own.
  var workspace: CheckedCount = 0
}

/// How a pass is meant: dropout and batch normalization do one thing in training, another after.
enum PassMode: Sendable {
  case training
  case inference
}

/// One batch on its way through one layer.
struct LayerPass {
  let kernels: KernelSet
  var tensors: LayerTensors
  let mode: PassMode
  /// Whether the layer's variables stay as they are.
  var isFrozen = false
  let lanes: Int
  /// Samples of the batch.
  let rows: Int
  /// The optimizer's steps before this batch, counted over the whole fit.
  let step: UInt32
  /// The trial seeds of the lanes.
  let seeds: UnsafePointer<UInt64>
  /// rows × positions, 1 where a position counts and 0 where it does not, for the layer that makes
  /// it to write and for those that it reaches to read; else nil.
  var mask: MutableTensor?
  /// Those who share the work of one trial.
  let team: ThreadTeam

  /// Has each thread compute its part of a product's outputs, with a workspace of its own.
  func inParts(_ body: (ProductPart, _ workspace: MutableTensor) -> Void) {
    team.run { number in
      body(ProductPart(number, of: team.count), tensors.workspaces[number])
    }
  }
}

/// The memory of one layer.
struct LayerTensors {
  /// Of the layer's path, for its own draws.
  let instance: UInt32
  var input: Tensor
  let output: MutableTensor
  let outputGradient: MutableTensor
  /// Nil for the first layers, as far as the first that has variables: nobody asks for it.
  let inputGradient: MutableTensor?
  /// The values of the variables, in their order.
  let variables: [MutableTensor]
  /// The gradients of the trainable ones.
  let gradients: [MutableTensor]
  let retained: MutableTensor
  /// One for each thread.
  let workspaces: [MutableTensor]
}

extension ConfigurationSchema.Parameter {
  /// The argument `name` that every layer takes.
  static let layerName = optional(
    "name", .name, default: nil, "The layer's name; without one its kind, numbered.")
}

extension ConfigurationSchema {
  /// The schema of a layer with the argument that all layers take, and that the plan reads.
  var ofLayer: ConfigurationSchema {
    let trainable = Parameter.optional(
      "trainable", .boolean, default: nil,
      "`false` keeps its variables as they began, and batch normalization at its moving averages.")
    return ConfigurationSchema(
      kind: kind, summary: summary, parameters: parameters + [trainable], aliases: aliases)
  }
}

extension Configuration {
  /// Whether a layer's variables are trained.
  var isTrained: Bool { arguments["trainable"] != .boolean(false) }
}
