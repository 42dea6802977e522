import Foundation
import Scheduling
import SweepModel
import SwiftProtobuf

extension ModelPart {
  /// The part as one frame.
  public var encoded: [UInt8] {
    encode(
      Seedsweep_V1_ModelEnvelope.with {
        $0.wireProtocol = UInt32(Versions.wireProtocol)
        $0.modelPart = .with {
          $0.job = job.rawValue
          $0.index = index.rawValue
          $0.sha256 = Data(file.bytes)
          $0.size = UInt64(size)
          $0.offset = UInt64(offset)
          $0.content = Data(content)
          $0.isCheckpoint = isCheckpoint
        }
      })
  }

  /// Reads one frame.
  ///
  /// - Throws: `ProtocolError` for anything that is not a part of a model of this version.
  public init(encoded bytes: some Collection<UInt8>) throws(ProtocolError) {
    let envelope: Seedsweep_V1_ModelEnvelope = try decode(bytes)
    try require(envelope.hasModelPart, "model_part")
    try requireVersion(envelope.wireProtocol)
    let wire = envelope.modelPart
    try require(wire.size > 0 && wire.size <= UInt64(Limits.keptModelBytes), "size")
    try require(
      wire.content.count <= Limits.chunkBytes && wire.offset <= wire.size
        && UInt64(wire.content.count) <= wire.size - wire.offset, "content")
    self.init(
      job: JobID(wire.job), index: TrialIndex(wire.index),
      file: try require(FileDigest(bytes: wire.sha256), "sha256"), size: Int(wire.size),
      offset: Int(wire.offset), content: Array(wire.content), isCheckpoint: wire.isCheckpoint)
  }
}

extension ModelAnswer {
  /// The answer as one frame.
  public var encoded: [UInt8] {
    encode(
      Seedsweep_V1_ModelAnswerEnvelope.with {
        $0.wireProtocol = UInt32(Versions.wireProtocol)
        $0.modelAnswer.sha256 = Data(file.bytes)
        switch self {
        case .kept(_, let position, let limit):
          $0.modelAnswer.kept = .with {
            $0.position = UInt64(position)
            $0.limit = UInt64(limit)
          }
        case .refused(_, let reason): $0.modelAnswer.refused = .with { $0.reason = reason }
        }
      })
  }

  /// Reads one frame.
  ///
  /// - Throws: `ProtocolError` for anything that is not an answer to a part of a model of this version.
  public init(encoded bytes: some Collection<UInt8>) throws(ProtocolError) {
    let envelope: Seedsweep_V1_ModelAnswerEnvelope = try decode(bytes)
    try require(envelope.hasModelAnswer, "model_answer")
    try requireVersion(envelope.wireProtocol)
    let file = try require(FileDigest(bytes: envelope.modelAnswer.sha256), "sha256")
    switch try require(envelope.modelAnswer.answer, "answer") {
    case .kept(let wire):
      try require(wire.limit <= UInt64(Limits.keptModelBytes), "limit")
      try require(wire.position <= wire.limit, "position")
      self = .kept(file, position: Int(wire.position), limit: Int(wire.limit))
    case .refused(let wire):
      try require(wire.reason.count <= Limits.reasonLength, "reason")
      self = .refused(file, reason: wire.reason.harmless)
    }
  }
}

extension Seedsweep_V1_ModelOrder {
  init(_ order: ModelOrder) {
    self.init()
    sweep = order.sweep
    variant = order.variant
    masterSeed = order.masterSeed.rawValue
    savesLast = order.keeping.saving == .last
    checkpointSeconds = UInt32(clamping: order.keeping.checkpointSeconds)
    checkpoint = order.checkpoints.map { own in
      .with {
        $0.index = own.index.rawValue
        $0.size = UInt64(own.size)
        $0.sha256 = Data(own.file.bytes)
      }
    }
  }
}

extension ModelOrder {
  init(_ wire: Seedsweep_V1_ModelOrder) throws(ProtocolError) {
    try require(wire.sweep.utf8.count <= Limits.nameLength, "sweep")
    try require(wire.variant.utf8.count <= Limits.nameLength, "variant")
    try require(
      wire.checkpointSeconds <= UInt32(Limits.checkpointSeconds), "checkpoint_seconds")
    try require(wire.checkpoint.count <= Int(Limits.leaseTrials), "checkpoint")
    self.init(
      sweep: wire.sweep, variant: wire.variant, masterSeed: MasterSeed(wire.masterSeed),
      keeping: ModelKeeping(
        saving: wire.savesLast ? .last : .none, checkpointSeconds: Int(wire.checkpointSeconds)))
    for own in wire.checkpoint {
      try require(own.size <= UInt64(Limits.keptModelBytes), "size")
      checkpoints.append(
        TrialCheckpoint(
          index: TrialIndex(own.index),
          file: try require(FileDigest(bytes: own.sha256), "sha256"), size: Int(own.size)))
    }
  }
}
