import Randomness
import SweepModel

/// A layer in its place in a model.
struct PlannedLayer: Sendable {
  let layer: any Layer
  /// The layer's name, which is its path.
  let path: String
  /// Of the path.
  let instance: UInt32
  /// Values of a sample of its input.
  let inputWidth: CheckedCount
  /// Values of a sample of its output.
  let outputWidth: CheckedCount
  let variables: [PlannedVariable]
  /// Whether none of its variables is trained: then it does in training what it does afterwards, but
  /// for dropout.
  let isFrozen: Bool
  /// Positions of the mask that it makes or that reaches it; 0 where none does.
  let maskPositions: Int

  /// Resolves the layers of a model whose samples have `inputShape`.
  ///
  /// - Throws: ``TrainingError`` where a name is taken, a layer does not fit its input, or the
  ///   model has too many parameters.
  static func resolve(
    _ configurations: [Configuration], inputShape: [Int],
    _ registry: ComponentRegistry = .builtIn
  ) throws(TrainingError) -> [PlannedLayer] {
    var layers: [PlannedLayer] = []
    var names = LayerNames()
    var shape = inputShape
    var parameters: CheckedCount = 0
    var maskPositions = 0
    var hasMask = false
    for (position, configuration) in configurations.enumerated() {
      let place = "model[\(position)].\(configuration.kind)"
      let layer = try resolve(configuration, inputShape: shape, place: place, registry)
      guard position == 0 || !layer.standsFirst else {
        throw TrainingError(
          path: place, message: "\(configuration.kind) takes the data: it can only stand first")
      }
      let variables = try resolve(layer.variables, of: configuration, place: place, registry)
      for variable in variables {
        parameters = parameters + CheckedCount(shape: variable.shape)
        if let problem = variable.initializer.problem(withShape: variable.shape) {
          throw TrainingError(
            path: place, message: "\(problem), but \(variable.name) has shape \(variable.shape)")
        }
      }
      // Before anything multiplies the shapes.
      guard parameters <= CheckedCount(Limits.parameters) else {
        throw TrainingError(
          path: place,
          message: "with this layer the model has more than \(Limits.parameters) "
            + "parameters: make it narrower")
      }
      let name = try names.name(of: configuration, place: place)
      if layer.maskUse == .makes {
        guard !hasMask else {
          throw TrainingError(
            path: place, message: "another layer before it makes a mask: there can be only one")
        }
        hasMask = true
        maskPositions = layer.outputShape[0]
      }
      layers.append(
        PlannedLayer(
          layer, variables, path: name, inputShape: shape, maskPositions: maskPositions,
          isFrozen: !configuration.isTrained))
      if layer.maskUse == .ends { maskPositions = 0 }
      shape = layer.outputShape
    }
    return layers
  }

  private init(
    _ layer: any Layer, _ named: [VariableSpecification], path: String, inputShape: [Int],
    maskPositions: Int, isFrozen: Bool
  ) {
    self.maskPositions = maskPositions
    self.isFrozen = isFrozen
    self.layer = layer
    self.path = path
    instance = RandomStream.instance(ofPath: path)
    inputWidth = CheckedCount(shape: inputShape)
    outputWidth = CheckedCount(shape: layer.outputShape)
    variables = named.map { variable in
      let path = "\(path)/\(variable.name)"
      return PlannedVariable(
        path: path, shape: variable.shape, isTrainable: variable.isTrainable && !isFrozen,
        hasGradient: variable.isTrainable, count: variable.shape.reduce(1, *),
        instance: RandomStream.instance(ofPath: path),
        initializer: variable.initializer, regularizer: variable.regularizer)
    }
  }

  private static func resolve(
    _ configuration: Configuration, inputShape: [Int], place: String,
    _ registry: ComponentRegistry
  ) throws(TrainingError) -> any Layer {
    do {
      return try registry.layers.kind(of: configuration) { $0.schema }
        .init(configuration, inputShape: inputShape)
    } catch {
      throw TrainingError(error, place: place)
    }
  }

  /// The variables of a layer with the initializers that it names.
  private static func resolve(
    _ variables: [VariableSpecification], of layer: Configuration, place: String,
    _ registry: ComponentRegistry
  ) throws(TrainingError) -> [VariableSpecification] {
    var resolved = variables
    for (number, variable) in variables.enumerated() {
      resolved[number].initializer = try variable.initializer.resolved {
        (configuration) throws(TrainingError) in
        try registry.initializer(
          configuration, ofVariable: variable.name, of: layer, place: place)
      }
    }
    return resolved
  }
}

/// Names layers as Keras does within one model: `dense`, `dense_1`, `dense_2`…
///
/// Source: Keras, utils/naming.py, `auto_name`; a name that the user gives does not count.
private struct LayerNames {
  private var taken: Set<String> = []
  private var counts: [String: Int] = [:]

  mutating func name(
    of configuration: Configuration, place: String
  ) throws(TrainingError) -> String {
    let given = configuration.optionalText("name")
    let name = given ?? nextName(configuration.kind)
    guard taken.insert(name).inserted else {
      throw TrainingError(
        path: given == nil ? place : "\(place).name",
        message: "another layer is already called \(name): give each its own name")
    }
    return name
  }

  private mutating func nextName(_ kind: String) -> String {
    let count = counts[kind, default: 0]
    counts[kind] = count + 1
    return count == 0 ? kind : "\(kind)_\(count)"
  }
}
