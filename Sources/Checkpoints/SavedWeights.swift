import Crypto
import Kernels
import SweepModel
import Training

/// The values in a safetensors file whose bytes are in memory: what another training begins with.
///
/// A file of this project has a ``ModelRecord`` and digests, which are verified; any other file of the
/// format has tensors with names.
public struct SavedWeights: Sendable {
  /// What the file says of its model; nil where it is of another program.
  public let record: ModelRecord?
  /// The variables: in model order where there is a record.
  public private(set) var variables: [VariableValues] = []
  /// What the optimizer kept, slot by slot, each for every trainable variable in model order.
  public private(set) var slots: [[VariableValues]] = []
  private var probe: [String: [Float]] = [:]
  private let name: String

  /// Reads a file.
  ///
  /// - Parameter name: What it is called in messages.
  /// - Throws: ``CheckpointError`` where it is no such file, was changed or is damaged.
  public init(_ bytes: [UInt8], name: String) throws(CheckpointError) {
    self.name = name
    let (header, start) = try Self.header(of: bytes, name: name)
    let hasRecord = header.metadata[MetadataName.record] != nil
    let statement = hasRecord ? try ModelStatement(header, of: name) : nil
    record = statement?.record
    var (weights, state) = (SHA256(), SHA256())
    for entry in header.entries {
      let range = start + entry.bytes.lowerBound..<start + entry.bytes.upperBound
      if hasRecord {
        bytes.withUnsafeBytes { bytes in
          let own = UnsafeRawBufferPointer(rebasing: bytes[range])
          if entry.name.hasPrefix("@") {
            state.update(bufferPointer: own)
          } else {
            weights.update(bufferPointer: own)
          }
        }
      }
      try take(entry, bytes[range], isOwn: hasRecord)
    }
    guard let statement else { return }
    guard WeightsDigest(finalizing: weights) == statement.weights,
      StateDigest(finalizing: state) == statement.state
    else {
      throw CheckpointError(
        name,
        "its tensors do not have the digest that it states: the file is damaged; take another copy "
          + "or make it again")
    }
  }

  private static func header(
    of bytes: [UInt8], name: String
  ) throws(CheckpointError) -> (SafetensorsHeader, dataStart: Int) {
    let length = bytes.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard bytes.count >= 8, length >= 2, length <= UInt64(bytes.count - 8),
      bytes[8] == UInt8(ascii: "{")
    else { throw CheckpointError(name, "this is no safetensors file") }
    let start = 8 + Int(length)
    do throws(SafetensorsHeader.Problem) {
      let text = Array(bytes[8..<start])
      return (try SafetensorsHeader(parsing: text, dataBytes: bytes.count - start), start)
    } catch {
      throw CheckpointError(name, error.message)
    }
  }

  private mutating func take(
    _ entry: SafetensorsHeader.Entry, _ bytes: ArraySlice<UInt8>, isOwn: Bool
  ) throws(CheckpointError) {
    guard entry.type == .binary32 else {
      // The history, which is no weight.
      if isOwn { return }
      throw CheckpointError(name, SafetensorsHeader.foreign(entry.type.rawValue, of: entry.name))
    }
    let values = bytes.withUnsafeBytes { bytes in
      (0..<bytes.count / 4).map { place in
        Float(
          bitPattern: UInt32(
            littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * place, as: UInt32.self)))
      }
    }
    guard isOwn, entry.name.hasPrefix("@") else {
      variables.append(VariableValues(path: entry.name, shape: entry.shape, values: values))
      return
    }
    guard entry.name.hasPrefix("@optimizer/") else {
      probe[entry.name] = values
      return
    }
    let parts = entry.name.split(separator: "/", maxSplits: 2)
    guard parts.count == 3, let slot = Int(parts[1]), (0...slots.count).contains(slot) else {
      throw CheckpointError(name, "it has \(entry.name), which is no slot of an optimizer")
    }
    if slot == slots.count { slots.append([]) }
    slots[slot].append(
      VariableValues(path: String(parts[2]), shape: entry.shape, values: values))
  }

  /// The model, ready to predict: the probe was verified, too.
  ///
  /// - Throws: ``CheckpointError`` where the file is of another program, or the model predicts other
  ///   bits here than where it was made.
  public func predictor(
    kernels: KernelSet, threads: Int, registry: ComponentRegistry
  ) throws(CheckpointError) -> Predictor {
    guard let record else {
      throw CheckpointError(
        name,
        "it has weights, but not what they are the weights of: give a file that "
          + "`seedsweep train --save` made")
    }
    let model: Model
    do {
      model = try Model(
        variant: record.variant.variant, inputShape: record.representation.inputShape,
        registry: registry)
    } catch {
      throw CheckpointError(name, "\(error)")
    }
    guard model.variables.map(\.path) == variables.map(\.path),
      model.variables.map(\.shape) == variables.map(\.shape)
    else {
      throw CheckpointError(name, "its variables are not those of the specification in it")
    }
    var own = variables.makeIterator()
    let predictor: Predictor
    do {
      predictor = try Predictor(model: model, kernels: kernels, threads: threads) { _, values in
        guard let next = own.next() else { return }
        _ = values.update(fromContentsOf: next.values)
      }
    } catch {
      throw CheckpointError(name, "\(error)")
    }
    try predictor.verify(
      Probe(
        inputs: probe[TensorName.probeInputs] ?? [], outputs: probe[TensorName.probeOutputs] ?? []),
      of: name)
    return predictor
  }
}
