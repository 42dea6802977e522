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
    switch self {
    case .welcome(let welcome): envelope.welcome = Seedsweep_V1_Welcome(welcome)
    case .refused(let refusal):
      envelope.refused.code = refusal.code.rawValue
      envelope.refused.text = refusal.text
    case .registerAgain(let stamp):
      envelope.stamp = stamp
      envelope.registerAgain = .init()
    case .registered(let stamp, let order):
      envelope.stamp = stamp
      envelope.message = order.wire
    }
    return encode(envelope)
  }

  /// Reads one frame.
  ///
  /// - Throws: `ProtocolError` for anything that is not a message of ours. A refusal is read whatever
  ///   its version: it may be about just that.
  public init(encoded bytes: some Collection<UInt8>) throws(ProtocolError) {
    let envelope: CoordinatorEnvelope = try decode(bytes)
    let message = try require(envelope.message, "message")
    if case .refused(let wire) = message {
      // A reason that this version does not know is still a reason.
      let code = Refusal.Code(rawValue: wire.code) ?? .misbehaviour
      self = .refused(Refusal(code, wire.text.harmless))
      return
    }
    let version = Int(envelope.wireProtocol)
    guard version == Versions.wireProtocol else { throw ProtocolError(.wireProtocol(version)) }
    switch message {
    case .welcome(let wire): self = .welcome(try Welcome(wire))
    case .registerAgain: self = .registerAgain(envelope.stamp)
    default: self = .registered(envelope.stamp, try CoordinatorOrder(message))
    }
  }
}

extension CoordinatorEnvelope {
  fileprivate var stamp: MessageStamp {
    get {
      MessageStamp(epoch: CoordinatorEpoch(epoch), incarnation: incarnation, number: number)
    }
    set {
      epoch = newValue.epoch.rawValue
      incarnation = newValue.incarnation
      number = newValue.number
    }
  }
}

extension CoordinatorOrder {
  fileprivate var wire: CoordinatorEnvelope.OneOf_Message {
    switch self {
    case .heartbeat: .heartbeat(.init())
    case .lease(let grant): .lease(Seedsweep_V1_Lease(grant))
    case .leaseRevoked(let lease): .leaseRevoked(.with { $0.lease = lease.rawValue })
    case .leaseShortened(let lease, let trials):
      .leaseShortened(
        .with {
          $0.lease = lease.rawValue
          $0.trials = trials.wire
        })
    case .specification(let digest, let bytes, let files):
      .specification(
        .with {
          $0.variantSha256 = Data(digest.bytes)
          $0.canonicalJson = Data(bytes)
          $0.dataFile = files.map(\.wire)
        })
    case .acknowledged(let batch): .acknowledged(.with { $0.batch = batch.rawValue })
    case .finished: .finished(.init())
    }
  }

  fileprivate init(_ message: CoordinatorEnvelope.OneOf_Message) throws(ProtocolError) {
    switch message {
    case .welcome, .refused, .registerAgain: throw ProtocolError(.field("message"))
    case .heartbeat: self = .heartbeat
    case .lease(let wire): self = .lease(try LeaseGrant(wire))
    case .leaseRevoked(let wire): self = .leaseRevoked(LeaseID(wire.lease))
    case .leaseShortened(let wire):
      self = .leaseShortened(LeaseID(wire.lease), try IntervalSet(wire.trials, "trials"))
    case .specification(let wire):
      self = .specification(
        try require(VariantDigest(bytes: wire.variantSha256), "variant_sha256"),
        Array(wire.canonicalJson), files: try [DataFile](wire.dataFile))
    case .acknowledged(let wire): self = .acknowledged(BatchNumber(wire.batch))
    case .finished: self = .finished
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
    trials = grant.trials.wire
    seeds = grant.seeds.map(\.rawValue)
    keepsHistory = grant.keepsHistory
    if let order = grant.models { models = Seedsweep_V1_ModelOrder(order) }
  }
}

extension LeaseGrant {
  fileprivate init(_ wire: Seedsweep_V1_Lease) throws(ProtocolError) {
    try require(!wire.seeds.isEmpty && wire.seeds.count <= Int(Limits.leaseTrials), "seeds")
    let trials = try IntervalSet(wire.trials, "trials")
    try require(trials.count == UInt64(wire.seeds.count), "trials")
    self.init(
      id: LeaseID(wire.id), job: JobID(wire.job),
      variant: try require(VariantDigest(bytes: wire.variantSha256), "variant_sha256"),
      trials: trials, seeds: wire.seeds.map(TrialSeed.init), keepsHistory: wire.keepsHistory,
      models: wire.hasModels ? try ModelOrder(wire.models) : nil)
  }
}

extension Duration {
  fileprivate var milliseconds: Int64 {
    components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
  }
}
