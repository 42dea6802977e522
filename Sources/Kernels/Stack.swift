import CKernels

/// A dense layer of a stack.
package struct StackLayer: Hashable, Sendable {
  /// Values that the layer takes of each sample.
  package var inputs: Int
  /// Values that it gives: its units.
  package var outputs: Int
  /// What is applied to each of them.
  package var activation: Activation
  /// Whether each unit adds a weight of its own.
  package var hasBias: Bool

  /// A layer of these sizes.
  package init(inputs: Int, outputs: Int, activation: Activation, hasBias: Bool) {
    self.inputs = inputs
    self.outputs = outputs
    self.activation = activation
    self.hasBias = hasBias
  }

  /// Values of the kernel and the bias.
  package var parameterCount: Int { (inputs + (hasBias ? 1 : 0)) * outputs }
}

/// How the weights of a stack follow their gradients; the constants are rounded to binary32. The rate
/// of each step is the caller's.
package enum StackRule: Hashable, Sendable {
  /// Gradient descent.
  case sgd
  /// Gradient descent with a velocity, of which each step keeps the share `decay`.
  case momentum(decay: Float, nesterov: Bool)
  /// Adam: the shares are 1 − β₁ and 1 − β₂; the rate is α.
  case adam(firstShare: Float, secondShare: Float, epsilon: Float)
  /// RMSprop: the decay is ρ, the share 1 − ρ.
  case rmsprop(decay: Float, share: Float, epsilon: Float)

  var code: ss_stack_optimizer {
    var code = ss_stack_optimizer()
    switch self {
    case .sgd:
      code.rule = SS_RULE_SGD
    case .momentum(let decay, let nesterov):
      code.rule = nesterov ? SS_RULE_NESTEROV : SS_RULE_MOMENTUM
      code.decay = decay
    case .adam(let firstShare, let secondShare, let epsilon):
      code.rule = SS_RULE_ADAM
      code.first_share = firstShare
      code.second_share = secondShare
      code.epsilon = epsilon
    case .rmsprop(let decay, let share, let epsilon):
      code.rule = SS_RULE_RMSPROP
      code.decay = decay
      code.second_share = share
      code.epsilon = epsilon
    }
    return code
  }
}

/// A stack of dense layers and how it is trained, with mean squared error.
package struct StackShape: Hashable, Sendable {
  /// The layers, from input to output.
  package var layers: [StackLayer]
  /// Samples of the data.
  package var samples: Int
  /// Samples of a full batch.
  package var batch: Int
  /// Whether every epoch has an order of its own.
  package var shuffles: Bool
  /// How the weights follow their gradients.
  package var rule: StackRule

  /// A stack of these layers, trained in this way.
  package init(
    layers: [StackLayer], samples: Int, batch: Int, shuffles: Bool, rule: StackRule
  ) {
    self.layers = layers
    self.samples = samples
    self.batch = batch
    self.shuffles = shuffles
    self.rule = rule
  }

  /// Values of all layers' variables, which stand one after the other.
  package var parameterCount: Int { layers.reduce(0) { $0 + $1.parameterCount } }
  /// Optimizer steps of an epoch.
  package var steps: Int { (samples + batch - 1) / batch }
  /// Values of a sample that the first layer takes.
  package var inputWidth: Int { layers[0].inputs }
  /// Values that the last layer gives for a sample.
  package var outputWidth: Int { layers[layers.count - 1].outputs }
}

/// A stack with its memory: always ``KernelSet/maximumLanes`` trials, the lane innermost.
package final class Stack {
  /// Optimizer steps of an epoch.
  package let steps: Int
  /// Values of all layers' variables.
  package let parameterCount: Int
  /// The variables of all layers, kernel then bias of each: parameter count × lanes.
  package let weights: MutableTensor
  /// The lanes' trial seeds.
  package let seeds: UnsafeMutablePointer<UInt64>
  private let slots: MutableTensor
  private let layers: UnsafeMutablePointer<ss_stack_layer>
  private let memory: StackMemory
  private var stack: ss_stack

  private static let lanes = KernelSet.maximumLanes

  /// Takes the memory that training this stack needs, and clears the optimizer's slots.
  ///
  /// - Precondition: there is a layer, and each takes what the one before it gives.
  package init(_ shape: StackShape) {
    steps = shape.steps
    parameterCount = shape.parameterCount
    let lanes = Self.lanes
    let few = Int(SS_STACK_FEW_SAMPLES)
    let parameters = parameterCount * lanes
    let row = shape.batch * lanes
    let widest = shape.layers.map(\.outputs).max() ?? 0
    let isFew = shape.samples <= few
    let orders = shape.samples * lanes * (isFew ? Int(SS_STACK_DRAWN_EPOCHS) : 1)
    let widths = shape.inputWidth + shape.outputWidth

    var plan = StackMemory.Plan()
    let places = (
      weights: plan.words(parameters), slots: plan.words(3 * parameters),
      seeds: plan.words(2 * lanes), inputs: plan.words(shape.inputWidth * row),
      targets: plan.words(shape.outputWidth * row), gradients: plan.words(widest * row),
      others: plan.words(widest * row), columns: plan.words(isFew ? widths * few : 0),
      orders: plan.words(orders), values: shape.layers.map { plan.words($0.outputs * row) }
    )
    memory = StackMemory(plan)
    weights = memory.pointer(places.weights)
    slots = memory.pointer(places.slots)
    seeds = memory.pointer(places.seeds)
    layers = .allocate(capacity: shape.layers.count)
    var kernel = 0
    for (number, layer) in shape.layers.enumerated() {
      (layers + number).initialize(
        to: ss_stack_layer(
          inputs: layer.inputs, outputs: layer.outputs, activation: layer.activation.rawValue,
          has_bias: layer.hasBias ? 1 : 0, kernel: kernel,
          values: memory.pointer(places.values[number])))
      kernel += layer.parameterCount
    }
    stack = ss_stack(
      layers: layers, layer_count: shape.layers.count, samples: shape.samples, batch: shape.batch,
      shuffles: shape.shuffles ? 1 : 0, optimizer: shape.rule.code, inputs: weights,
      targets: weights, seeds: seeds, weights: weights, first_slot: slots,
      second_slot: slots + parameters, kept: slots + 2 * parameters,
      batch_inputs: memory.pointer(places.inputs),
      batch_targets: memory.pointer(places.targets),
      gradients: (memory.pointer(places.gradients), memory.pointer(places.others)),
      columns: memory.pointer(places.columns), orders: memory.pointer(places.orders))
  }

  deinit { layers.deallocate() }

  /// Clears the optimizer's slots.
  package func clear() {
    slots.update(repeating: 0, count: 2 * parameterCount * Self.lanes)
  }

  /// Trains some epochs; means[epochs, lanes] are their mean losses.
  ///
  /// - Parameters:
  ///   - inputs: of all samples; the targets likewise.
  ///   - rates: the rate of each of these steps: the learning rate, or Adam's α.
  ///   - live: the lanes whose loss must stay finite, lane 0 in the lowest bit.
  /// - Returns: The number of epochs trained: all, or those up to the first in which the mean loss
  ///   of a live lane is not finite.
  /// - Precondition: the kernels ``KernelSet/trainsStacks``.
  package func train(
    _ kernels: KernelSet, inputs: Tensor, targets: Tensor, epochs: Range<Int>, rates: Tensor,
    live: UInt32, means: UnsafeMutablePointer<Double>
  ) -> Int {
    guard let train = kernels.table.pointee.train_stack else {
      preconditionFailure("the \(kernels) kernels train layer by layer")
    }
    stack.inputs = inputs
    stack.targets = targets
    var span = ss_stack_span(
      first_epoch: epochs.lowerBound, epochs: epochs.count, rates: rates, live: live)
    return train(&stack, &span, means)
  }

  /// means[lanes] = the mean losses over all samples in the data's own order.
  ///
  /// - Precondition: the kernels ``KernelSet/trainsStacks``.
  package func evaluate(
    _ kernels: KernelSet, inputs: Tensor, targets: Tensor, means: UnsafeMutablePointer<Double>
  ) {
    guard let evaluate = kernels.table.pointee.evaluate_stack else {
      preconditionFailure("the \(kernels) kernels train layer by layer")
    }
    stack.inputs = inputs
    stack.targets = targets
    evaluate(&stack, means)
  }
}

extension KernelSet {
  /// Whether there are kernels that train a whole stack in one call, and hash its results; the
  /// reference trains layer by layer.
  package var trainsStacks: Bool { table.pointee.train_stack != nil }
}
