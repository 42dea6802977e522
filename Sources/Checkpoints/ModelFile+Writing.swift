import SweepModel
import Training

extension ModelFile {
  /// Writes a model's file, in whole or not at all, in place of an older one.
  ///
  /// The tensors go from the snapshot's memory to the disk in pieces, which a second thread hashes:
  /// writing needs no memory beside.
  ///
  /// - Throws: ``CheckpointError`` where it cannot be written, or its weights are not the result's.
  public static func write(
    _ snapshot: borrowing TrainingSnapshot, _ record: ModelRecord, to path: String
  ) throws(CheckpointError) {
    try write(
      snapshot, record, path,
      begin: { (header) throws(CheckpointError) in
        try SafetensorsWriter(path: path, header: header)
      },
      finish: { (writer, metadata) throws(CheckpointError) in
        try writer.finish(metadata: metadata)
      })
  }

  /// Writes a model's file without a name, for who sends it elsewhere. Returns its descriptor, which is
  /// the caller's to close; then the file is gone.
  ///
  /// - Throws: ``CheckpointError`` where it cannot be written, or its weights are not the result's.
  public static func writeUnnamed(
    _ snapshot: borrowing TrainingSnapshot, _ record: ModelRecord, in directory: String
  ) throws(CheckpointError) -> Int32 {
    try write(
      snapshot, record, directory,
      begin: { (header) throws(CheckpointError) in
        try SafetensorsWriter(unnamedIn: directory, header: header)
      },
      finish: { (writer, metadata) throws(CheckpointError) in
        try writer.finishUnnamed(metadata: metadata)
      })
  }

  private static func write<Finished>(
    _ snapshot: borrowing TrainingSnapshot, _ record: ModelRecord, _ path: String,
    begin: (SafetensorsHeader) throws(CheckpointError) -> SafetensorsWriter,
    finish: (inout SafetensorsWriter, [String: String]) throws(CheckpointError) -> Finished
  ) throws(CheckpointError) -> Finished {
    var record = record
    record.position = snapshot.position
    let text = record.json.canonicalText
    let variables = snapshot.tensors.prefix { !$0.tensor.name.hasPrefix("@") }
    var header = SafetensorsHeader()
    for (tensor, _) in snapshot.tensors { header.add(tensor.name, .binary32, shape: tensor.shape) }
    header.add(TensorName.history, .binary64, shape: [snapshot.position.history.count])
    let probe = snapshot.probe
    let samples = probe.inputs.count / record.representation.inputShape.reduce(1, *)
    header.add(
      TensorName.probeInputs, .binary32, shape: [samples] + record.representation.inputShape)
    header.add(
      TensorName.probeOutputs, .binary32, shape: [samples, probe.outputs.count / samples])
    let noDigest = String(repeating: "0", count: 2 * Limits.digestBytes)
    header.metadata = [
      MetadataName.record: text,
      MetadataName.recordDigest: RecordDigest(of: text, header).hex,
      MetadataName.weightsDigest: noDigest, MetadataName.stateDigest: noDigest,
    ]
    var writer = try begin(header)
    for (_, values) in variables { try writer.write(values) }
    let weights = WeightsDigest(finalizing: writer.takeHash())
    if let measured = record.result?.measurements?.weightsDigest, measured != weights {
      throw CheckpointError(
        path,
        "the weights changed in memory since they were measured: this machine's memory or "
          + "processor is faulty", isEnvironment: true)
    }
    for (_, values) in snapshot.tensors.dropFirst(variables.count) { try writer.write(values) }
    try writer.write(snapshot.position.history)
    for values in [probe.inputs, probe.outputs] { try writer.write(values) }
    header.metadata[MetadataName.weightsDigest] = weights.hex
    header.metadata[MetadataName.stateDigest] = StateDigest(finalizing: writer.takeHash()).hex
    return try finish(&writer, header.metadata)
  }
}
