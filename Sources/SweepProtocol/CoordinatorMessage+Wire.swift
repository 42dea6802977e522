import Foundation
import Scheduling
import SweepModel
import SwiftProtobuf

typealias CoordinatorEnvelope = Seedsweep_V1_CoordinatorEnvelope

extension CoordinatorMessage {
  /// The message as one frame.
  public var encoded: [UInt8] {
    var envelope = CoordinatorEnvelope()
    envelope.wireProtocol = UInt32(Versions.wireProtocol)
    envelope.message = wire
    return encode(envelope)
  }

  /// Reads one frame.
  ///
  /// - Throws: `ProtocolError` for anything that is not a message of ours. A refusal is read whatever
  ///   its version: it may be about just that.
  public init(encoded bytes: some Collection<UInt8>) throws(ProtocolError) {
    let envelope: CoordinatorEnvelope = try decode(bytes)
    let message = try require(envelope.message, "message")
    if case .refused = message {
      self = try Self.read(message)
      return
    }
    let version = Int(envelope.wireProtocol)
    guard version == Versions.wireProtocol else { throw ProtocolError(.wireProtocol(version)) }
    self = try Self.read(message)
  }

  private var wire: CoordinatorEnvelope.OneOf_Message {
    switch self {
    case .welcome(let welcome): .welcome(Seedsweep_V1_Welcome(welcome))
    case .refused(let refusal):
      .refused(
        .with {
          $0.code = refusal.code.rawValue
          $0.text = refusal.text
        })
    case .registerAgain: .registerAgain(.init())
    case .heartbeat: .heartbeat(.init())
    case .lease(let grant): .lease(Seedsweep_V1_Lease(grant))
    case .leaseRevoked(let lease): .leaseRevoked(.with { $0.lease = lease.rawValue })
    case .specification(let digest, let bytes):
      .specification(
        .with {
          $0.variantSha256 = Data(digest.bytes)
          $0.canonicalJson = Data(bytes)
        })
    case .acknowledged(let batch): .acknowledged(.with { $0.batch = batch.rawValue })
    case .finished: .finished(.init())
    }
  }

  private static func read(_ message: CoordinatorEnvelope.OneOf_Message) throws(ProtocolError)
    -> CoordinatorMessage
  {
    switch message {
    case .welcome(let wire): .welcome(try Welcome(wire))
    case .refused(let wire):
      // A reason that this version does not know is still a reason.
      .refused(Refusal(Refusal.Code(rawValue: wire.code) ?? .misbehaviour, wire.text.harmless))
    case .registerAgain: .registerAgain
    case .heartbeat: .heartbeat
    case .lease(let wire): .lease(try LeaseGrant(wire))
    case .leaseRevoked(let wire): .leaseRevoked(LeaseID(wire.lease))
    case .specification(let wire):
      .specification(
        try require(VariantDigest(bytes: wire.variantSha256), "variant_sha256"),
        Array(wire.canonicalJson))
    case .acknowledged(let wire): .acknowledged(BatchNumber(wire.batch))
    case .finished: .finished
    }
  }
}

extension Seedsweep_V1_Welcome {
  fileprivate init(_ welcome: Welcome) {
    self.init()
    incarnation = welcome.incarnation
    epoch = welcome.epoch.rawValue
    heartbeatMilliseconds = UInt32(clamping: welcome.heartbeatInterval.milliseconds)
    silenceMilliseconds = UInt32(clamping: welcome.silenceLimit.milliseconds)
    adopted = welcome.adopted.map { adoption in
      .with {
        $0.held = adoption.held.rawValue
        $0.lease = adoption.lease.rawValue
      }
    }
  }
}

extension Welcome {
  fileprivate init(_ wire: Seedsweep_V1_Welcome) throws(ProtocolError) {
    try require(wire.heartbeatMilliseconds > 0, "heartbeat_milliseconds")
    try require(wire.silenceMilliseconds > 0, "silence_milliseconds")
    self.init(
      incarnation: wire.incarnation, epoch: CoordinatorEpoch(wire.epoch),
      heartbeatInterval: .milliseconds(wire.heartbeatMilliseconds),
      silenceLimit: .milliseconds(wire.silenceMilliseconds),
      adopted: wire.adopted.map { Adoption(held: LeaseID($0.held), lease: LeaseID($0.lease)) })
  }
}

extension Seedsweep_V1_Lease {
  fileprivate init(_ grant: LeaseGrant) {
    self.init()
    id = grant.id.rawValue
    job = grant.job.rawValue
    variantSha256 = Data(grant.variant.bytes)
    first = grant.first.rawValue
    seeds = grant.seeds.map(\.rawValue)
    keepsHistory = grant.keepsHistory
  }
}

extension LeaseGrant {
  fileprivate init(_ wire: Seedsweep_V1_Lease) throws(ProtocolError) {
    try require(!wire.seeds.isEmpty && wire.seeds.count <= Int(Limits.leaseTrials), "seeds")
    try require(wire.first <= Limits.trials, "first")
    self.init(
      id: LeaseID(wire.id), job: JobID(wire.job),
      variant: try require(VariantDigest(bytes: wire.variantSha256), "variant_sha256"),
      first: TrialIndex(wire.first), seeds: wire.seeds.map(TrialSeed.init),
      keepsHistory: wire.keepsHistory)
  }
}

extension Duration {
  fileprivate var milliseconds: Int64 {
    components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
  }
}
