import Foundation
import SweepModel
import SwiftProtobuf

extension ControlRequest {
  /// The request as one frame.
  public var encoded: [UInt8] {
    encode(
      Seedsweep_V1_ClientEnvelope.with {
        // A request states its own version, so that tests can pretend to be another.
        $0.wireProtocol = UInt32(wireProtocol)
        $0.control = .with {
          $0.id = Data(id.bytes)
          $0.software = software
          $0.command = command?.wire
        }
      })
  }

  /// Reads one frame.
  ///
  /// - Throws: `ProtocolError` for anything that is not a request of a client. One of another version
  ///   is read without its command: its sender must be told why it is turned away.
  public init(encoded bytes: some Collection<UInt8>) throws(ProtocolError) {
    guard bytes.count <= Limits.controlRequestBytes else {
      throw ProtocolError(.tooLong(bytes: bytes.count))
    }
    let envelope: Seedsweep_V1_ClientEnvelope = try decode(bytes)
    try require(envelope.hasControl, "control")
    let wire = envelope.control
    try require(wire.software.utf8.count <= Limits.reasonLength, "software")
    let version = Int(envelope.wireProtocol)
    self.init(
      id: try require(RequestID(bytes: Array(wire.id)), "id"), wireProtocol: version,
      software: wire.software.harmless,
      command: version == Versions.wireProtocol
        ? try ControlCommand(try require(wire.command, "command")) : nil)
  }
}

extension ControlCommand {
  fileprivate var wire: Seedsweep_V1_ControlRequest.OneOf_Command {
    switch self {
    case .submit(let submission):
      .submit(
        .with {
          $0.file = submission.file
          $0.specification = Data(submission.specification)
          if let trials = submission.trials { $0.trials = trials }
          if let masterSeed = submission.masterSeed { $0.masterSeed = masterSeed.rawValue }
          if let audit = submission.audit { $0.audit = audit }
          if let priority = submission.priority { $0.priority = Int32(clamping: priority) }
          $0.dataFile = submission.dataFiles.map(\.wire)
        })
    case .cancel(let sweep): .cancel(.with { $0.sweep = sweep })
    case .status: .status(.init())
    case .upload(let upload):
      .upload(
        .with {
          $0.sha256 = Data(upload.file.bytes)
          $0.size = UInt64(upload.size)
          $0.offset = UInt64(upload.offset)
          $0.content = Data(upload.content)
        })
    }
  }

  fileprivate init(_ wire: Seedsweep_V1_ControlRequest.OneOf_Command) throws(ProtocolError) {
    switch wire {
    case .submit(let wire):
      try require(wire.file.utf8.count <= Limits.textBytes, "file")
      try require(wire.specification.count <= Limits.specificationBytes, "specification")
      if wire.hasTrials { try require((1...Limits.trials).contains(wire.trials), "trials") }
      if wire.hasAudit { try require((0...1).contains(wire.audit), "audit") }
      let priority = wire.hasPriority ? Int(wire.priority) : nil
      if let priority { try require(Limits.priorities.contains(priority), "priority") }
      self = .submit(
        Submission(
          file: wire.file.harmless, specification: Array(wire.specification),
          trials: wire.hasTrials ? wire.trials : nil,
          masterSeed: wire.hasMasterSeed ? MasterSeed(wire.masterSeed) : nil,
          audit: wire.hasAudit ? wire.audit : nil, priority: priority,
          dataFiles: try [DataFile](wire.dataFile)))
    case .cancel(let wire):
      try require(wire.sweep.count <= Limits.nameLength, "sweep")
      self = .cancel(sweep: wire.sweep.harmless)
    case .status: self = .status
    case .upload(let wire):
      let (size, offset) = (try fileOffset(wire.size), try fileOffset(wire.offset))
      try require((1...Limits.chunkBytes).contains(wire.content.count), "content")
      try require(wire.content.count <= size - min(size, offset), "offset")
      self = .upload(
        Upload(
          file: try require(FileDigest(bytes: wire.sha256), "sha256"), size: size, offset: offset,
          content: Array(wire.content)))
    }
  }
}
