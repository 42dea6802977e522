import Kernels
import SweepModel

/// What happens to single lanes between epochs, and to those whose loss broke within one.
extension PackRun {
  /// Tells the callbacks of a lane that an epoch has ended, whose row is recorded, and does what they
  /// want; whether the epoch was the lane's last.
  mutating func watch(_ lane: Int, epoch: Int) -> Bool {
    var stops = false
    var kept = 0
    for number in callbacks[lane].indices {
      let actions = callbacks[lane][number].epochEnded(
        epoch, row: history.row(lane: lane), rate: optimizer.rates.current)
      if actions.stops { stops = true }
      // A plan whose callbacks do this trains trials alone.
      if let rate = actions.rate { optimizer.rates.reduce(to: rate) }
      if callbacks[lane][number].abilities.contains(.restoresWeights) {
        if actions.keepsWeights {
          copy(lane, from: memory.variables, to: memory.keptWeights[kept])
          hasKeptWeights[lane][kept] = true
        }
        kept += 1
      }
    }
    return stops
  }

  /// Brings back the weights that callbacks kept of these lanes; whether there were any.
  mutating func restoreWeights(_ ended: [EndedLane]) -> Bool {
    var hasRestored = false
    for lane in ended {
      // Of several callbacks the last has the last word.
      guard let number = hasKeptWeights[lane.number].lastIndex(of: true) else { continue }
      exchange(lane.number, memory.keptWeights[number], memory.variables)
      restored[lane.number] = number
      hasRestored = true
    }
    return hasRestored
  }

  /// Exchanges the values of every variable of a lane.
  func exchange(_ lane: Int, _ first: [MutableTensor], _ second: [MutableTensor]) {
    for (number, variable) in plan.variables.enumerated() {
      let (first, second) = (first[number] + lane, second[number] + lane)
      for place in stride(from: 0, to: variable.count * lanes, by: lanes) {
        (first[place], second[place]) = (second[place], first[place])
      }
    }
  }

  private func copy(_ lane: Int, from source: [MutableTensor], to target: [MutableTensor]) {
    for (number, variable) in plan.variables.enumerated() {
      let (source, target) = (source[number] + lane, target[number] + lane)
      for place in stride(from: 0, to: variable.count * lanes, by: lanes) {
        target[place] = source[place]
      }
    }
  }

  /// Ends the lanes whose sum of losses is no longer finite after `samples` of an epoch, where the
  /// others go on; whether to go on.
  mutating func endBrokenLanes(
    _ epoch: Int, samples: Int, progress: (TrainingProgress) -> TrainingDirective
  ) -> Bool {
    let losses = start(of: plan.trainingPart)
    let broken = outcomes.indices.filter { outcomes[$0] == nil && !losses[$0].isFinite }
    if broken.isEmpty { return true }
    if plan.isRegularized { updatePenalties() }
    guard validate(epoch, progress: progress) else { return false }
    var ended: [EndedLane] = []
    for lane in broken {
      if let end = recordRow(lane, epoch: epoch, samples: samples) { ended.append(end) }
    }
    // The evaluation needs the sums in which the others' epoch stands.
    let count = plan.sums.count * lanes
    let sums = Array(UnsafeBufferPointer(start: losses, count: count))
    let goesOn = finish(ended, in: epoch, withOpenEpoch: true, progress: progress)
    for (place, sum) in sums.enumerated() { losses[place] = sum }
    return goesOn
  }
}
