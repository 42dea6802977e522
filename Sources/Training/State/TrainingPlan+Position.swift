import SweepModel

extension TrainingPlan {
  /// The tensors of a snapshot at `position`, in its order.
  public func stateTensors(at position: TrainingPosition) -> [StateTensor] {
    var tensors = variables.map { StateTensor(name: $0.path, shape: $0.shape) }
    for slot in 0..<optimizer.slotCount {
      tensors += variables.filter(\.isTrainable).map {
        StateTensor(name: "@optimizer/\(slot)/\($0.path)", shape: $0.shape)
      }
    }
    for (number, keeps) in position.keepsWeights(callbacks).enumerated() where keeps {
      tensors += variables.map { StateTensor(name: "@kept/\(number)/\($0.path)", shape: $0.shape) }
    }
    return tensors
  }

  /// Checks that a training of this plan can have been at `position`.
  ///
  /// - Throws: ``TrainingError`` with what does not fit.
  public func check(_ position: TrainingPosition) throws(TrainingError) {
    if let problem = problem(with: position) {
      throw TrainingError(path: "", message: "the state of the training does not fit: \(problem)")
    }
  }

  private func problem(with position: TrainingPosition) -> String? {
    let epochs = variant.training.epochs
    guard (0...epochs).contains(position.epoch) else {
      return "it is of epoch \(position.epoch), and there are \(epochs)"
    }
    let samples = trainingSamples.count
    guard
      position.samples == 0
        || (0..<samples).contains(position.samples) && position.samples % batchRows == 0
          && position.epoch < epochs
    else { return "no batch ends after sample \(position.samples) of \(samples)" }
    guard position.samples == 0 || position.sums.count == sums.count else {
      return "it has \(position.sums.count) sums of the open epoch, not \(sums.count)"
    }
    let stepsOfEpoch = (samples + batchRows - 1) / batchRows
    let steps =
      CheckedCount(position.epoch) * CheckedCount(stepsOfEpoch)
      + CheckedCount(position.samples / batchRows)
    // A trial that ended within an epoch took some of its steps.
    guard position.isOver || steps == CheckedCount(position.steps), position.steps >= 0,
      position.steps <= UInt32.max
    else { return "it took \(position.steps) steps, not \(steps.value)" }
    let earlier = startingState?.optimizer?.steps ?? 0
    guard position.earlierSteps == earlier else {
      return "its optimizer had taken \(position.earlierSteps) steps before, not \(earlier)"
    }
    let values = CheckedCount(position.epoch) * CheckedCount(historyColumnCount)
    guard position.isOver || values == CheckedCount(position.history.count) else {
      return "its history has \(position.history.count) values, not \(values.value)"
    }
    let names = optimizer.numbers.keys.sorted()
    guard position.optimizer.keys.sorted() == names else {
      return "its optimizer keeps \(position.optimizer.keys.sorted()), not \(names)"
    }
    guard position.callbacks.count == callbacks.count else {
      return "it has \(position.callbacks.count) callbacks, not \(callbacks.count)"
    }
    for (number, kept) in position.callbacks.enumerated() {
      // What counts epochs comes back as a whole number.
      guard kept.values.allSatisfy({ $0.magnitude < 0x1p53 || !$0.isFinite }),
        ["wait", "cooling"].allSatisfy({ (kept[$0] ?? 0).isFinite })
      else { return "callback \(number + 1) keeps impossible numbers" }
    }
    if let restored = position.restored {
      let keeps = position.keepsWeights(callbacks)
      guard keeps.indices.contains(restored), keeps[restored] else {
        return "it brought back weights that were not kept"
      }
    }
    return nil
  }
}

extension TrainingPosition {
  /// Of those of the callbacks that bring weights back, whether they keep any.
  func keepsWeights(_ callbacks: [any Callback]) -> [Bool] {
    zip(callbacks, self.callbacks).filter { $0.0.abilities.contains(.restoresWeights) }
      .map { $0.1["has_weights"] == 1 }
  }
}
