import Kernels
import SweepModel

/// A custom layer among the others: it checks what the layer says of itself, and gives it the numbers
/// of one trial.
///
/// Its plans train alone, so that the one lane of a pack is the trial's own tensor.
struct CustomLayerAdapter<Custom: CustomLayer>: Layer {
  static var schema: ConfigurationSchema { Custom.schema(adding: [.layerName]) }
  static var endsWithItsActivation: Bool { false }

  let outputShape: [Int]
  let variables: [VariableSpecification]
  let maskUse: MaskUse
  private let custom: Custom
  /// Values of a sample.
  private let inputWidth: Int
  private let outputWidth: Int
  /// The variables in the order in which the layer names them, as places among ``variables``, where
  /// the trainable ones stand first.
  private let places: [Int]
  private let counts: [Int]
  private let trainable: [Bool]
  private let retainedWidth: Int
  /// Positions of a mask that reaches it.
  private let positions: Int

  init(_ configuration: Configuration, inputShape: [Int]) throws(ComponentError) {
    custom = try Custom(configuration, inputShape: inputShape)
    let shape = custom.outputShape
    try Self.check(shape, of: "its output")
    let named = custom.variables
    try Self.check(named)
    retainedWidth = custom.retainedWidth
    guard (0...Limits.parameters).contains(retainedWidth) else {
      throw ComponentError(
        message: "\(Custom.name) keeps \(retainedWidth) numbers of each sample: 0 to "
          + "\(Limits.parameters) are possible")
    }
    outputShape = shape
    inputWidth = inputShape.reduce(1, *)
    outputWidth = shape.reduce(1, *)
    positions = inputShape.first ?? 1
    maskUse = custom.passesMask && shape.first == inputShape.first ? .passes : .ends
    let order =
      named.indices.filter { named[$0].isTrainable }
      + named.indices.filter { !named[$0].isTrainable }
    variables = order.map { number in
      VariableSpecification(
        name: named[number].name, shape: named[number].shape,
        initializer: NamedInitializer(named[number].initializer),
        isTrainable: named[number].isTrainable)
    }
    places = named.indices.map { number in order.firstIndex(of: number) ?? number }
    counts = named.map { $0.shape.reduce(1, *) }
    trainable = named.map(\.isTrainable)
  }

  // MARK: Checks

  /// - Throws: ``ComponentError`` where no tensor can have such a shape.
  private static func check(_ shape: [Int], of what: String) throws(ComponentError) {
    guard shape.count <= Limits.axes, shape.allSatisfy({ $0 > 0 }),
      CheckedCount(shape: shape) <= CheckedCount(Limits.parameters)
    else {
      throw ComponentError(
        message: "\(Custom.name) gives \(what) the shape \(shape): up to \(Limits.axes) axes of 1 "
          + "and more make one, and \(Limits.parameters) values in all")
    }
  }

  private static func check(_ variables: [CustomVariable]) throws(ComponentError) {
    guard variables.count <= Limits.layerVariables else {
      throw ComponentError(
        message: "\(Custom.name) has \(variables.count) variables: a layer has up to "
          + "\(Limits.layerVariables)")
    }
    var names: Set<String> = []
    for variable in variables {
      guard ComponentIdentity.isName(variable.name), names.insert(variable.name).inserted else {
        throw ComponentError(
          message: "\(Custom.name) calls a variable `\(variable.name)`: names are snake_case, and "
            + "each is given once")
      }
      try check(variable.shape, of: "its variable \(variable.name)")
    }
  }

  // MARK: Layer

  func memory(rows: Int, lanes: Int) -> LayerMemory {
    let count = CheckedCount(rows) * CheckedCount(lanes)
    return LayerMemory(
      retained: count * CheckedCount(retainedWidth),
      workspace: count * CheckedCount(inputWidth))
  }

  func forward(_ pass: LayerPass) {
    let tensors = pass.tensors
    let output = MutableValues(tensors.output, count: pass.rows * outputWidth)
    let retained = MutableValues(tensors.retained, count: pass.rows * retainedWidth)
    output.fill(0)
    retained.fill(0)
    let own = variables(tensors)
    custom.forward(
      ForwardBatch(
        rows: pass.rows, isTraining: pass.mode == .training,
        input: Values(tensors.input, count: pass.rows * inputWidth), output: output,
        variables: own.map(\.values), retained: retained, mask: mask(pass), random: random(pass),
        states: own.indices.map { trainable[$0] ? nil : own[$0] }))
  }

  func backward(_ pass: LayerPass) {
    let tensors = pass.tensors
    let inputGradient = MutableValues(
      tensors.inputGradient ?? tensors.workspaces[0], count: pass.rows * inputWidth)
    inputGradient.fill(0)
    let gradients = places.indices.map { number in
      trainable[number]
        ? MutableValues(tensors.gradients[places[number]], count: counts[number])
        : MutableValues(tensors.workspaces[0], count: 0)
    }
    for gradient in gradients { gradient.fill(0) }
    custom.backward(
      BackwardBatch(
        rows: pass.rows, input: Values(tensors.input, count: pass.rows * inputWidth),
        output: Values(UnsafePointer(tensors.output), count: pass.rows * outputWidth),
        outputGradient: Values(
          UnsafePointer(tensors.outputGradient), count: pass.rows * outputWidth),
        inputGradient: inputGradient, wantsInputGradient: tensors.inputGradient != nil,
        variables: variables(tensors).map(\.values), gradients: gradients,
        retained: MutableValues(tensors.retained, count: pass.rows * retainedWidth).values,
        mask: mask(pass), random: random(pass)))
  }

  private func variables(_ tensors: LayerTensors) -> [MutableValues] {
    places.indices.map { number in
      MutableValues(tensors.variables[places[number]], count: counts[number])
    }
  }

  private func mask(_ pass: LayerPass) -> Values? {
    pass.mask.map { Values(UnsafePointer($0), count: pass.rows * positions) }
  }

  private func random(_ pass: LayerPass) -> TrialRandom {
    precondition(pass.lanes == 1, "plans with custom layers train alone")
    return TrialRandom(
      seed: TrialSeed(pass.seeds[0]), stream: .noise, instance: pass.tensors.instance,
      step: pass.step)
  }
}
