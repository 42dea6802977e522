import Checkpoints
import SweepModel
import Training

/// Finds the weights that stay 0 (`masks`): those whose tensor in a file says so, or the smallest of a
/// trained model.
///
/// Source: J. Frankle and M. Carbin, "The lottery ticket hypothesis", ICLR 2019: magnitudes are compared
/// within each layer.
struct Masks {
  private let source: Configuration
  private let variables: [PlannedVariable]

  init(_ source: Configuration, _ variables: [PlannedVariable]) {
    self.source = source
    self.variables = variables
  }

  /// Of each variable the ascending places of its values that stay 0.
  func pruned(by weights: SavedWeights) throws(VariantError) -> [[Int]] {
    guard let keep = source.optionalNumber("keep") else {
      return try pruned(byMasks: weights.variables)
    }
    let tensors = Dictionary(
      weights.variables.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    var places: [[Int]] = []
    for variable in variables {
      // Biases and the like are few, and are kept.
      guard variable.hasKernelShape else {
        places.append([])
        continue
      }
      guard let tensor = tensors[variable.path] else {
        throw source.error("it has no \(variable.path), by whose magnitudes to prune")
      }
      try check(tensor, variable)
      guard variable.isTrainable else {
        throw source.error(
          "\(variable.path) is not trained, so that it cannot be pruned: give masks of the other "
            + "variables in a file of their own")
      }
      places.append(try smallest(of: tensor, keeping: keep))
    }
    return places
  }

  /// All but the share `keep` of the largest magnitudes; of equal ones the first are kept.
  private func smallest(
    of tensor: VariableValues, keeping keep: Double
  ) throws(VariantError) -> [Int] {
    guard tensor.values.allSatisfy(\.isFinite) else {
      throw source.error("\(tensor.path) has values that are not finite")
    }
    let kept = Int((Double(tensor.values.count) * keep).rounded())
    let order = tensor.values.indices.sorted { first, second in
      let (left, right) = (tensor.values[first].magnitude, tensor.values[second].magnitude)
      return left == right ? first < second : left > right
    }
    return order.dropFirst(kept).sorted()
  }

  private func pruned(byMasks masks: [VariableValues]) throws(VariantError) -> [[Int]] {
    var places: [[Int]] = Array(repeating: [], count: variables.count)
    for mask in masks {
      guard let number = variables.firstIndex(where: { $0.path == mask.path }) else {
        throw source.error(
          "the model has no \(mask.path); it has \(variables.map(\.path).listed)")
      }
      try check(mask, variables[number])
      guard mask.values.allSatisfy({ $0 == 0 || $0 == 1 }) else {
        throw source.error(
          "\(mask.path) has other values than 0 and 1, so that it is no mask: with `keep` the "
            + "smallest weights of a model are left out")
      }
      guard variables[number].isTrainable else {
        throw source.error("\(mask.path) is not trained, so that no mask applies to it")
      }
      places[number] = mask.values.indices.filter { mask.values[$0] == 0 }
    }
    return places
  }

  private func check(
    _ tensor: VariableValues, _ variable: PlannedVariable
  ) throws(VariantError) {
    guard tensor.shape == variable.shape else {
      throw source.error(
        "\(variable.path) has shape \(variable.shape) in the model and \(tensor.shape) in the file")
    }
  }
}

extension PlannedVariable {
  /// Whether it connects values with values, as a kernel does and a bias does not.
  fileprivate var hasKernelShape: Bool { shape.count > 1 }
}
