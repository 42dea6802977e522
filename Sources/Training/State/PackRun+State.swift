import Kernels

/// Snapshots of a trial that is trained alone, and how a training goes on from one.
extension PackRun {
  /// Takes a snapshot where one is due, after `samples` of the open epoch; whether to go on.
  mutating func takeSnapshot(samples: Int) -> Bool {
    guard let snapshots, snapshots.isDue() else { return true }
    do {
      try snapshots.take(snapshot(samples: samples))
      return true
    } catch {
      snapshotFailure = error
      return false
    }
  }

  /// The training as it now is, after `samples` of the open epoch.
  ///
  /// - Precondition: the trial is alone, and its history is kept.
  func snapshot(samples: Int) -> TrainingSnapshot {
    precondition(lanes == 1, "a snapshot is of one trial")
    let sums = UnsafeBufferPointer(
      start: start(of: plan.trainingPart), count: samples == 0 ? 0 : plan.sums.count)
    let position = TrainingPosition(
      epoch: endedEpochs, samples: samples, steps: Int(steps), optimizer: optimizer.numbers,
      callbacks: callbacks[0].map(\.numbers), history: history.values(lane: 0),
      sums: Array(sums), restored: restored[0], isOver: hasStopped,
      earlierSteps: plan.startingState?.optimizer?.steps ?? 0)
    return TrainingSnapshot(
      position: position,
      tensors: stateTensors(keptWeights: hasKeptWeights[0]).map { tensor, values in
        (tensor, UnsafeBufferPointer(start: values, count: tensor.count))
      }, probe: probe())
  }

  /// What the variables predict for the first samples.
  private func probe() -> Probe {
    let rows = min(Probe.samples, plan.data.sampleCount, plan.rowCapacity)
    _ = predict(first: 0, rows: rows, permutation: nil, mode: .inference)
    let count = rows * predictionWidth
    let outputs: MutableTensor
    switch plan.fused {
    case nil: outputs = memory.predictions
    case .softmax:
      let width = plan.layers[plan.layers.count - 1].layer.outputShape.last ?? 1
      outputs = memory.predictionGradient
      kernels.softmax(
        RowsShape(lanes: 1, rows: count / width, width: width), z: memory.predictions, y: outputs)
    case .sigmoid:
      outputs = memory.predictions
      kernels.activate(.sigmoid, count: count, values: outputs)
    }
    return Probe(
      inputs: Array(UnsafeBufferPointer(start: inputs, count: rows * inputWidth)),
      outputs: Array(UnsafeBufferPointer(start: outputs, count: count)))
  }

  /// Goes on from `position`, whose tensors `fill` writes.
  mutating func resume(
    _ position: TrainingPosition,
    _ fill: (StateTensor, UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws {
    precondition(lanes == 1, "a trial goes on alone")
    hasKeptWeights[0] = position.keepsWeights(callbacks[0])
    for (tensor, values) in stateTensors(keptWeights: hasKeptWeights[0]) {
      try fill(tensor, UnsafeMutableBufferPointer(start: values, count: tensor.count))
    }
    if let restored = position.restored {
      exchange(0, memory.keptWeights[restored], memory.variables)
    }
    endedEpochs = position.epoch
    steps = UInt32(position.steps)
    optimizer.numbers = position.optimizer
    for (number, numbers) in position.callbacks.enumerated() {
      callbacks[0][number].numbers = numbers
    }
    history.resume(position.history, lane: 0)
  }

  /// The first sample of an epoch to train on: where the training goes on in its middle, not sample 0,
  /// and with the sums of those before it.
  func resumeOpenEpoch(_ epoch: Int) -> Int {
    guard case .resumed(let position, _) = start, position.epoch == epoch, position.samples > 0
    else { return 0 }
    for (place, sum) in position.sums.enumerated() { start(of: plan.trainingPart)[place] = sum }
    return position.samples
  }

  /// The tensors of a trial alone, in the order of a snapshot.
  private func stateTensors(keptWeights: [Bool]) -> [(StateTensor, MutableTensor)] {
    var tensors = zip(plan.variables, memory.variables).map { variable, values in
      (StateTensor(name: variable.path, shape: variable.shape), values)
    }
    for (slot, start) in memory.slots.enumerated() {
      for (variable, values) in zip(plan.variables, memory.variables) where variable.isTrainable {
        let place = values - UnsafeMutablePointer(mutating: memory.optimizer.weights)
        let tensor = StateTensor(name: "@optimizer/\(slot)/\(variable.path)", shape: variable.shape)
        tensors.append((tensor, start + place))
      }
    }
    for (number, kept) in memory.keptWeights.enumerated() where keptWeights[number] {
      for (variable, values) in zip(plan.variables, kept) {
        let tensor = StateTensor(
          name: "@kept/\(number)/\(variable.path)", shape: variable.shape)
        tensors.append((tensor, values))
      }
    }
    return tensors
  }
}
