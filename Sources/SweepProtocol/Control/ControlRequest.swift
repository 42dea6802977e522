import SweepModel

/// Names one request of a client; it is drawn at random, and stays when the request is sent again.
///
/// The coordinator keeps what it answered, so that an answer that was lost can be asked for again
/// without anything being done twice.
public struct RequestID: Hashable, Sendable {
  /// Sixteen bytes.
  public let bytes: [UInt8]

  /// Bytes of an identifier.
  public static let length = 16

  /// Takes sixteen bytes; nil for any other number of bytes.
  public init?(bytes: [UInt8]) {
    guard bytes.count == Self.length else { return nil }
    self.bytes = bytes
  }

  /// Draws an identifier.
  public static func random(using generator: inout some RandomNumberGenerator) -> RequestID {
    RequestID(unchecked: (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) })
  }

  private init(unchecked bytes: [UInt8]) { self.bytes = bytes }
}

/// What a client asks of the coordinator.
public struct ControlRequest: Hashable, Sendable {
  /// Which request it is.
  public var id: RequestID
  /// The version of the messages.
  public var wireProtocol: Int
  /// The client's version, for people.
  public var software: String
  /// What is to be done; nil where a client of another version asks for what this one cannot read.
  public var command: ControlCommand?

  /// A request with all its parts.
  public init(
    id: RequestID, wireProtocol: Int = Versions.wireProtocol,
    software: String = Versions.software, command: ControlCommand?
  ) {
    self.id = id
    self.wireProtocol = wireProtocol
    self.software = software
    self.command = command
  }
}

/// What a coordinator can be asked to do.
public enum ControlCommand: Hashable, Sendable {
  /// Run the sweep of a specification, or go on with it.
  case submit(Submission)
  /// Lend no more trials of the sweep of this name.
  case cancel(sweep: String)
  /// Say how things are.
  case status
  /// Keep a part of a file that a submission names.
  case upload(Upload)
}

/// A part of a file of data that a client sends to the coordinator.
public struct Upload: Hashable, Sendable {
  /// The whole file's digest.
  public var file: FileDigest
  /// The whole file's bytes.
  public var size: Int
  /// The place of the first byte.
  public var offset: Int
  /// The bytes, a chunk at most.
  public var content: [UInt8]

  /// A part with all that it takes.
  public init(file: FileDigest, size: Int, offset: Int, content: [UInt8]) {
    self.file = file
    self.size = size
    self.offset = offset
    self.content = content
  }
}

/// A specification that a client hands in.
public struct Submission: Hashable, Sendable {
  /// The file's name at the client, for messages.
  public var file: String
  /// YAML in UTF-8, as it stands in the file.
  public var specification: [UInt8]
  /// Trials of each variant, instead of the specification's number.
  public var trials: UInt64?
  /// The master seed, instead of the specification's.
  public var masterSeed: MasterSeed?
  /// The share of trials that are audited, in 0...1, instead of the specification's.
  public var audit: Double?
  /// The sweep's priority, within ``Limits/priorities``; nil to leave it as it is.
  public var priority: Int?
  /// The files that the data are read from, where the client has them; none where the coordinator is to
  /// find them.
  public var dataFiles: [DataFile]

  /// A submission with all its parts.
  public init(
    file: String, specification: [UInt8], trials: UInt64? = nil, masterSeed: MasterSeed? = nil,
    audit: Double? = nil, priority: Int? = nil, dataFiles: [DataFile] = []
  ) {
    self.file = file
    self.specification = specification
    self.trials = trials
    self.masterSeed = masterSeed
    self.audit = audit
    self.priority = priority
    self.dataFiles = dataFiles
  }
}
