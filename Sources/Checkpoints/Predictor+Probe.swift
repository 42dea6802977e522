import Training

extension Predictor {
  /// Verifies that the model predicts the probe's outputs for its inputs, to the bit.
  ///
  /// - Parameter file: The file of both, for messages.
  /// - Throws: ``CheckpointError`` where it does not, or the probe is none of this model's.
  func verify(_ probe: Probe, of file: String) throws(CheckpointError) {
    guard probe.inputs.count.isMultiple(of: model.inputShape.reduce(1, *)), !probe.inputs.isEmpty
    else { throw CheckpointError(file, "its probe has no samples of the model's input") }
    // A number of a word is a place in memory: a file may hold any.
    do throws(TrainingError) { try model.check(probe.inputs) } catch {
      throw CheckpointError(file, "its probe has an input that the model cannot take: \(error)")
    }
    let outputs = predictions(probe.inputs)
    guard outputs.count == probe.outputs.count else {
      throw CheckpointError(file, "its probe has no predictions of the model's output")
    }
    for (place, (own, recorded)) in zip(outputs, probe.outputs).enumerated()
    where own.bitPattern != recorded.bitPattern && !(own.isNaN && recorded.isNaN) {
      throw CheckpointError(
        file,
        "its weights are intact, but predict \(own) here where \(recorded) was predicted when "
          + "it was saved (value \(place + 1) of the probe): this program or processor computes "
          + "otherwise; run `seedsweep doctor`")
    }
  }
}

extension Probe {
  /// Whether `other` is the same to the bit; a NaN is equal to itself here.
  func hasBits(of other: Probe) -> Bool {
    inputs.map(\.bitPattern) == other.inputs.map(\.bitPattern)
      && outputs.map(\.bitPattern) == other.outputs.map(\.bitPattern)
  }
}
