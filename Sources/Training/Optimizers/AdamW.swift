import Kernels
import SweepModel

/// Adam whose weights decay unless told otherwise.
///
/// Source: I. Loshchilov and F. Hutter, "Decoupled weight decay regularization", ICLR 2019; Keras,
/// optimizers/adamw.py.
struct AdamW: Optimizer {
  static let schema = ConfigurationSchema.optimizer(
    kind: "adamw", summary: "Adam with weight decay.", rate: 0.001, weightDecay: 0.004,
    parameters: Adam.moments)

  private var adam: Adam

  init(_ configuration: Configuration) throws(ComponentError) { adam = try Adam(configuration) }

  var rates: StepRates {
    get { adam.rates }
    set { adam.rates = newValue }
  }

  var slotCount: Int { adam.slotCount }

  var numbers: [String: Double] {
    get { adam.numbers }
    set { adam.numbers = newValue }
  }

  mutating func advance(by steps: Int) { adam.advance(by: steps) }

  mutating func step(_ tensors: OptimizerTensors, slots: [MutableTensor], kernels: KernelSet) {
    adam.step(tensors, slots: slots, kernels: kernels)
  }
}
