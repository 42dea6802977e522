import Kernels
import SweepModel

/// How a plan takes a state that its training begins with.
extension PlanChecks {
  /// Most steps that an optimizer may have taken before: they are counted through.
  private static let mostSteps = 1 << 30

  /// Checks that a variant is given the state that it says it begins with.
  ///
  /// - Throws: ``TrainingError`` where it is another, or cannot be of any training.
  static func check(
    _ state: StartingState?, of variant: ResolvedVariant
  ) throws(TrainingError) {
    let sources = variant.sources
    let path = sources[.initialWeights] ?? sources[.masks]
    guard sources.startDigest == state?.digest else {
      throw TrainingError(
        path: path?.kind ?? "",
        message: "training would begin with other values than the variant is for: start_sha256 is "
          + "\(state?.digest.hex ?? "absent") here and \(sources.startDigest?.hex ?? "absent") there"
      )
    }
    guard sources.hasStart == (state != nil) else {
      throw TrainingError(
        path: path?.kind ?? "", message: "what training begins with is missing")
    }
    if let steps = state?.optimizer?.steps, !(0...mostSteps).contains(steps) {
      throw TrainingError(
        path: path?.kind ?? "", message: "an optimizer that took \(steps) steps cannot go on")
    }
  }
}

extension [PlannedVariable] {
  /// The variables with the first values of `state`.
  ///
  /// - Throws: ``TrainingError`` where its variables have other counts.
  func beginning(with state: StartingState) throws(TrainingError) -> [PlannedVariable] {
    guard state.values.count == count, state.pruned.count == count else {
      throw TrainingError(
        path: "initial_weights",
        message: "there are values for \(state.values.count) variables, and the model has \(count)")
    }
    var variables = self
    for number in indices {
      let (variable, pruned) = (self[number], state.pruned[number])
      guard state.values[number].map({ $0.count == variable.count }) ?? true,
        pruned.allSatisfy((0..<variable.count).contains)
      else {
        throw TrainingError(
          path: "initial_weights",
          message: "the values given for \(variable.path) do not fit its shape \(variable.shape)")
      }
      if let values = state.values[number] {
        variables[number].initializer = GivenValues(values: values)
      }
      if !pruned.isEmpty {
        variables[number].initializer = PrunedInitializer(
          base: variables[number].initializer, places: pruned)
      }
    }
    return variables
  }
}

extension TrainingPlan {
  /// Whether some weights stay 0.
  var isPruned: Bool { startingState?.pruned.contains { !$0.isEmpty } ?? false }

  /// The bytes of what training begins with, which all slots share.
  public var startingBytes: Int { startingState?.byteCount ?? 0 }
}

/// Values that were given, the same in every lane.
private struct GivenValues: Initializer {
  let values: [Float]

  func fill(_ variable: VariableInitialization) {
    for (place, value) in values.enumerated() {
      (variable.values + place * variable.lanes).update(repeating: value, count: variable.lanes)
    }
  }
}

/// The values of another initializer, but +0 at some places.
private struct PrunedInitializer: Initializer {
  let base: any Initializer
  let places: [Int]

  func fill(_ variable: VariableInitialization) {
    base.fill(variable)
    variable.values.clear(places, lanes: variable.lanes)
  }
}

extension PackRun {
  /// Clears the values of `tensor` that stay 0, of each trainable variable.
  func clearPruned(_ tensor: (TrainableMemory) -> MutableTensor) {
    guard let pruned = plan.startingState?.pruned else { return }
    var number = 0
    for (places, variable) in zip(pruned, plan.variables) where variable.isTrainable {
      tensor(memory.trainable[number]).clear(places, lanes: lanes)
      number += 1
    }
  }

  /// Fills the optimizer's slots with what it kept, where it goes on.
  func fillSlots() {
    guard let start = plan.startingState?.optimizer else { return }
    for (given, slot) in zip(start.slots, memory.slots) {
      for (values, variable) in zip(given, memory.trainable) {
        let own =
          slot + (variable.weights - UnsafeMutablePointer(mutating: memory.optimizer.weights))
        for (place, value) in values.enumerated() {
          (own + place * lanes).update(repeating: value, count: lanes)
        }
      }
    }
  }
}

extension MutableTensor {
  /// Makes the values at `places` of every lane +0.
  fileprivate func clear(_ places: [Int], lanes: Int) {
    for place in places { (self + place * lanes).update(repeating: 0, count: lanes) }
  }
}
