import SweepModel
import Training

/// A trained model, or one whose training is to go on, in one safetensors file.
///
/// The tensors are the variables in model order, then what the optimizer and the callbacks keep, the
/// history, and a probe: a few inputs and the bits predicted for them. The metadata hold the
/// ``ModelRecord`` as JSON, with its SHA-256 and those of the variables (which is the trial's
/// `weights_sha256`) and of all other tensors. Any reader of safetensors can read the weights.
///
/// docs/model-files.md
public struct ModelFile: Sendable {
  /// The file.
  public let path: String
  /// What it says of the model.
  public let record: ModelRecord
  /// The digest of the variables, as the file states it.
  public let weightsDigest: WeightsDigest

  let stateDigest: StateDigest
  /// Open for as long as this lives: a training may replace what is at the path.
  let source: SafetensorsFile

  /// Reads what the file at `path` says of its model; the tensors are not read yet.
  ///
  /// - Throws: ``CheckpointError`` where it is no such file, or its record was changed.
  public init(path: String) throws(CheckpointError) {
    try self.init(try SafetensorsFile(path: path))
  }

  init(_ file: SafetensorsFile) throws(CheckpointError) {
    source = file
    path = file.path
    let statement = try ModelStatement(file.header, of: file.path)
    record = statement.record
    weightsDigest = statement.weights
    stateDigest = statement.state
  }
}

/// What the header of a model's file says.
struct ModelStatement {
  /// What it says of the model.
  let record: ModelRecord
  /// The digests of the variables, and of all other tensors.
  let weights: WeightsDigest
  let state: StateDigest

  /// Reads what the header of the file at `path` says.
  ///
  /// - Throws: ``CheckpointError`` where it is of no model's file, or its record was changed.
  init(_ header: SafetensorsHeader, of path: String) throws(CheckpointError) {
    let metadata = header.metadata
    guard let text = metadata[MetadataName.record] else {
      throw CheckpointError(
        path, "it has weights, but not what they are the weights of: only initial_weights reads it")
    }
    guard metadata[MetadataName.recordDigest] == RecordDigest(of: text, header).hex,
      let weights: WeightsDigest = Self.digest(metadata[MetadataName.weightsDigest]),
      let state: StateDigest = Self.digest(metadata[MetadataName.stateDigest])
    else {
      throw CheckpointError(
        path,
        "its record does not have the digest that stands beside it: the file was changed "
          + "or damaged; make it again with `seedsweep train`")
    }
    self.weights = weights
    self.state = state
    do {
      let json = try JSONValue(parsing: text.utf8)
      record = try ModelRecord(JSONReader(value: json, path: "record"))
    } catch let problem as JSONReader.Problem {
      throw CheckpointError(path, problem.message)
    } catch {
      throw CheckpointError(path, "its record is not JSON")
    }
  }

  /// A digest in the one way in which it is written: every byte of a file counts, also in upper case.
  private static func digest<Subject>(_ text: String?) -> Digest<Subject>? {
    guard let text, let digest = Digest<Subject>(hex: text), digest.hex == text else { return nil }
    return digest
  }
}

extension ModelFile {
  /// The digest that stands beside a record: for programs that spoil files on purpose.
  ///
  /// - Parameter header: The file's header, whose tensors it covers, too.
  package static func recordDigest(of text: String, header: JSONValue) -> String {
    let parsed = try? SafetensorsHeader(parsing: Array(header.text.utf8), dataBytes: nil)
    return RecordDigest(of: text, parsed ?? SafetensorsHeader()).hex
  }
}

/// What the metadata of a model's file are called.
enum MetadataName {
  static let record = "seedsweep_record"
  static let recordDigest = "seedsweep_record_sha256"
  static let weightsDigest = "weights_sha256"
  static let stateDigest = "state_sha256"
}

/// The names of tensors that are neither variables nor of the training's state.
enum TensorName {
  static let history = "@history"
  static let probeInputs = "@probe/inputs"
  static let probeOutputs = "@probe/outputs"
}

/// What a ``RecordDigest`` hashes: the names, types and shapes of the tensors, a line each,
/// and the canonical JSON of the record.
enum RecordSubject {}
/// What a ``StateDigest`` hashes: all tensors after the variables.
enum StateSubject {}
typealias RecordDigest = Digest<RecordSubject>

extension RecordDigest {
  /// The digest of a record and of what its file says of the tensors.
  init(of text: String, _ header: SafetensorsHeader) {
    let tensors = header.entries.map { "\($0.name) \($0.type.rawValue) \($0.shape)\n" }
    self.init(hashing: (tensors.joined() + text).utf8)
  }
}

typealias StateDigest = Digest<StateSubject>
