import Crypto
import Kernels
import SweepModel
import Training

extension ModelFile {
  /// The tensors of the file, in its order.
  public func tensors() throws(CheckpointError) -> [(name: String, shape: [Int])] {
    source.header.entries.map { ($0.name, $0.shape) }
  }

  /// Verifies that every tensor has the bytes that were written.
  ///
  /// - Throws: ``CheckpointError`` where one has not.
  public func verify() throws(CheckpointError) { _ = try VerifiedTensors(self).history() }

  /// The model, ready to predict: every digest and the probe were verified.
  ///
  /// - Parameter registry: The components that the program has.
  /// - Throws: ``CheckpointError`` where a tensor is missing or has another shape, a digest differs, or
  ///   the model predicts other bits here than where it was made.
  public func predictor(
    kernels: KernelSet, threads: Int = 1, registry: ComponentRegistry = .builtIn
  ) throws(CheckpointError) -> Predictor {
    let model: Model
    do {
      model = try Model(
        variant: record.variant.variant, inputShape: record.representation.inputShape,
        registry: registry)
    } catch {
      throw CheckpointError(path, "\(error)")
    }
    let tensors = VerifiedTensors(self)
    var filled: Predictor?
    try tensors.rethrowing {
      filled = try Predictor(model: model, kernels: kernels, threads: threads) { variable, values in
        try tensors.readAhead(
          StateTensor(name: variable.path, shape: variable.shape), into: values)
      }
    }
    guard let predictor = filled else { preconditionFailure("it was made or an error thrown") }
    // Until the digests are known, the second thread reads the predictor's variables.
    return try withExtendedLifetime(predictor) { () throws(CheckpointError) in
      defer { tensors.wait() }
      // The probe takes as long as the digests, so that it does not wait for them: what it gave counts once
      // they are right.
      let early = try tensors.unverifiedProbe()
      let outcome = Result { () throws(CheckpointError) in try predictor.verify(early, of: path) }
      guard try tensors.finish().probe.hasBits(of: early) else {
        throw CheckpointError(path, "its probe changed while it was read: read it again")
      }
      try outcome.get()
      return predictor
    }
  }

  /// Where the training of the same trial by `plan` goes on.
  ///
  /// The tensors are read when the training begins, which throws ``CheckpointError`` where one is not
  /// what it should be.
  ///
  /// - Throws: ``CheckpointError`` where the state does not fit the plan.
  public func start(of plan: TrainingPlan) throws(CheckpointError) -> TrainingStart {
    let tensors = VerifiedTensors(self)
    // The history comes after the tensors, and the training needs both at once.
    var position = record.position
    position.history = try VerifiedTensors(self).history()
    do { try plan.check(position) } catch { throw CheckpointError(path, "\(error)") }
    let expected = plan.stateTensors(at: position)
    let last = expected.last?.name
    return .resumed(position) { tensor, values in
      try tensors.read(tensor, into: values)
      if tensor.name == last { _ = try tensors.finish() }
    }
  }
}

/// The tensors of a model's file, read once from the first to the last, and believed only at the end.
final class VerifiedTensors {
  private let file: ModelFile
  private let reader: SafetensorsReader
  private let variableCount: Int
  private var number = 0
  private var areWeightsChecked = false

  init(_ file: ModelFile) {
    self.file = file
    reader = SafetensorsReader(file.source)
    variableCount = file.source.header.entries.prefix { !$0.name.hasPrefix("@") }.count
  }

  /// Reads the next tensor, which must be `tensor`.
  func read(
    _ tensor: StateTensor, into values: UnsafeMutableBufferPointer<Float>
  ) throws(CheckpointError) {
    defer { reader.wait() }
    try readAhead(tensor, into: values)
  }

  /// Reads the next tensor, which must be `tensor`, into memory that must stay as it is until ``wait()``
  /// returns or this throws.
  func readAhead(
    _ tensor: StateTensor, into values: UnsafeMutableBufferPointer<Float>
  ) throws(CheckpointError) {
    do throws(CheckpointError) {
      if number == variableCount { try checkWeights() }
      try checkNext(is: tensor)
      try reader.readAhead(into: UnsafeMutableRawBufferPointer(values))
    } catch {
      reader.wait()
      throw error
    }
    number += 1
  }

  /// Waits until nothing that was read is needed any more.
  func wait() { reader.wait() }

  private func checkNext(is tensor: StateTensor) throws(CheckpointError) {
    guard let entry = reader.nextEntry else {
      throw CheckpointError(file.path, "it lacks \(tensor.name)")
    }
    guard entry.name == tensor.name else {
      throw CheckpointError(
        file.path, "it has \(entry.name) where the specification in it has \(tensor.name)")
    }
    guard entry.type == .binary32, entry.shape == tensor.shape else {
      throw CheckpointError(
        file.path, "\(tensor.name) has shape \(entry.shape), and the model needs \(tensor.shape)")
    }
  }

  /// Reads what is left; what was read is now known to be what was written.
  func finish() throws(CheckpointError) -> (probe: Probe, history: [Double]) {
    guard number >= variableCount else {
      throw CheckpointError(
        file.path, "it has \(reader.nextEntry?.name ?? ""), which the specification in it has not")
    }
    try checkWeights()
    let entries = try closingEntries()
    try reader.skip(to: file.source.header.entries.count - entries.count)
    let values: [Double] = try array(entries[0], reader.readNext)
    let probe = Probe(
      inputs: try array(entries[1], reader.readNext),
      outputs: try array(entries[2], reader.readNext))
    guard StateDigest(finalizing: reader.takeHash()) == file.stateDigest else {
      throw CheckpointError(
        file.path,
        "its training state does not have the digest that it states: the file is damaged; "
          + "take another copy or make it again")
    }
    return (probe, values)
  }

  /// The probe, before it is known to be what was written.
  func unverifiedProbe() throws(CheckpointError) -> Probe {
    let entries = try closingEntries()
    return Probe(inputs: try unverified(entries[1]), outputs: try unverified(entries[2]))
  }

  private func unverified(_ entry: SafetensorsHeader.Entry) throws(CheckpointError) -> [Float] {
    try array(entry) { (buffer) throws(CheckpointError) in
      try file.source.read(into: buffer, at: entry.bytes.lowerBound)
    }
  }

  /// The tensors that end a file: the history, and the probe's inputs and outputs.
  private func closingEntries() throws(CheckpointError) -> [SafetensorsHeader.Entry] {
    let entries = Array(
      file.source.header.entries.drop { $0.name != TensorName.history })
    guard
      entries.map(\.name) == [TensorName.history, TensorName.probeInputs, TensorName.probeOutputs],
      entries.map(\.type) == [.binary64, .binary32, .binary32]
    else { throw CheckpointError(file.path, "it lacks its history or its probe") }
    return entries
  }

  /// The history, of a file that is read for nothing else.
  func history() throws(CheckpointError) -> [Double] {
    try reader.skip(to: variableCount)
    number = variableCount
    return try finish().history
  }

  private func array<Value: BitwiseCopyable>(
    _ entry: SafetensorsHeader.Entry,
    _ read: (UnsafeMutableRawBufferPointer) throws(CheckpointError) -> Void
  ) throws(CheckpointError) -> [Value] {
    let count = entry.bytes.count / MemoryLayout<Value>.stride
    var failure: CheckpointError?
    let values = [Value](unsafeUninitializedCapacity: count) { buffer, filled in
      do throws(CheckpointError) {
        try read(
          UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: buffer[..<count])))
        filled = count
      } catch { failure = error }
    }
    if let failure { throw failure }
    return values
  }

  private func checkWeights() throws(CheckpointError) {
    guard !areWeightsChecked else { return }
    areWeightsChecked = true
    guard WeightsDigest(finalizing: reader.takeHash()) == file.weightsDigest else {
      throw CheckpointError(
        file.path,
        "its weights do not have the digest that it states: the file is damaged; take "
          + "another copy or make it again")
    }
  }

  /// Runs what throws ``CheckpointError`` through code that can throw anything.
  func rethrowing(_ body: () throws -> Void) throws(CheckpointError) {
    do { try body() } catch let error as CheckpointError { throw error } catch {
      throw CheckpointError(file.path, "\(error)")
    }
  }
}
