import Foundation
import Scheduling
import SweepModel
import SwiftProtobuf

typealias WorkerEnvelope = Seedsweep_V1_WorkerEnvelope
typealias WireHello = Seedsweep_V1_Hello
typealias WireHeldLease = Seedsweep_V1_HeldLease

extension WorkerMessage {
  /// The message as one frame.
  public var encoded: [UInt8] {
    var envelope = WorkerEnvelope()
    envelope.wireProtocol = UInt32(Versions.wireProtocol)
    switch self {
    case .hello(let hello):
      // A hello states its own version, so that tests can pretend to be another.
      envelope.wireProtocol = UInt32(hello.wireProtocol)
      envelope.hello = WireHello(hello)
    case .registered(let stamp, let report):
      envelope.epoch = stamp.epoch.rawValue
      envelope.incarnation = stamp.incarnation
      envelope.number = stamp.number
      envelope.message = report.wire
    }
    return encode(envelope)
  }

  /// Reads one frame.
  ///
  /// - Throws: `ProtocolError` for anything that is not a message of ours. A hello of another version
  ///   is read as far as it can be: its sender must be told why it is turned away.
  public init(encoded bytes: some Collection<UInt8>) throws(ProtocolError) {
    let envelope: WorkerEnvelope = try decode(bytes)
    let version = Int(envelope.wireProtocol)
    if case .hello(let hello)? = envelope.message {
      self = .hello(try WorkerHello(hello, wireProtocol: version))
      return
    }
    guard version == Versions.wireProtocol else { throw ProtocolError(.wireProtocol(version)) }
    let message = try require(envelope.message, "message")
    let stamp = MessageStamp(
      epoch: CoordinatorEpoch(envelope.epoch), incarnation: envelope.incarnation,
      number: envelope.number)
    self = .registered(stamp, try WorkerReport(message))
  }
}

extension WorkerReport {
  fileprivate var wire: WorkerEnvelope.OneOf_Message {
    switch self {
    case .heartbeat(let progress): .heartbeat(.with { $0.progress = progress })
    case .specificationWanted(let digest):
      .specificationWanted(.with { $0.variantSha256 = Data(digest.bytes) })
    case .leaseBegun(let lease, let lanes, let room):
      .leaseBegun(
        .with {
          $0.lease = lease.rawValue
          $0.lanes = UInt32(clamping: lanes)
          $0.slots = UInt32(clamping: room?.slots ?? 0)
          $0.memoryBytes = room?.memoryBytes ?? 0
        })
    case .results(let batch): .results(WireResultBatch(batch))
    case .leasesReturned(let leases):
      .leasesReturned(.with { $0.lease = leases.map(\.rawValue) })
    case .variantRejected(let digest, let rejection):
      .variantRejected(
        .with {
          $0.variantSha256 = Data(digest.bytes)
          $0.reason = rejection.text
          $0.code = rejection.code.rawValue
        })
    case .trialsReturned(let lease, let trials, let cause):
      .trialsReturned(
        .with {
          $0.lease = lease.rawValue
          $0.trials = trials.wire
          cause.write(to: &$0)
        })
    case .trialsHung(let job, let range):
      .trialsHung(
        .with {
          $0.job = job.rawValue
          $0.trials.first = range.lowerBound.rawValue
          $0.trials.count = range.count
        })
    case .goodbye: .goodbye(.init())
    }
  }

  fileprivate init(_ message: WorkerEnvelope.OneOf_Message) throws(ProtocolError) {
    switch message {
    case .hello: throw ProtocolError(.field("message"))
    case .heartbeat(let wire):
      try require(wire.progress.count <= Limits.slots, "progress")
      self = .heartbeat(progress: wire.progress)
    case .specificationWanted(let wire):
      self = .specificationWanted(
        try require(VariantDigest(bytes: wire.variantSha256), "variant_sha256"))
    case .leaseBegun(let wire):
      try require(wire.slots <= Limits.slots, "slots")
      let room =
        wire.slots == 0
        ? nil : SlotRoom(slots: Int(wire.slots), memoryBytes: wire.memoryBytes)
      // Nothing was said before there was the field of the lanes.
      self = .leaseBegun(LeaseID(wire.lease), lanes: max(1, Int(wire.lanes)), room: room)
    case .results(let wire): self = .results(try ResultBatch(wire))
    case .leasesReturned(let wire):
      try require(wire.lease.count <= Limits.leasesPerWorker, "lease")
      self = .leasesReturned(wire.lease.map(LeaseID.init))
    case .variantRejected(let wire):
      try require(wire.reason.count <= Limits.reasonLength, "reason")
      // A code that this version does not know is still a rejection.
      self = .variantRejected(
        try require(VariantDigest(bytes: wire.variantSha256), "variant_sha256"),
        VariantRejection(.init(rawValue: wire.code) ?? .unusable, wire.reason.harmless))
    case .trialsReturned(let wire):
      self = .trialsReturned(
        LeaseID(wire.lease), try IntervalSet(wire.trials, "trials"), try ReturnCause(wire))
    case .trialsHung(let wire):
      let trials = try IntervalSet([wire.trials], "trials")
      self = .trialsHung(JobID(wire.job), try require(trials.ranges.first, "trials"))
    case .goodbye: self = .goodbye
    }
  }
}

extension WireHello {
  fileprivate init(_ hello: WorkerHello) {
    self.init()
    worker = Data(hello.worker.bytes)
    incarnation = hello.incarnation
    contract = UInt32(hello.contract)
    software = hello.software
    host = hello.host
    processor = hello.processor
    instructionSet = hello.instructionSet
    slots = UInt32(hello.slots)
    goldenWeightsSha256 = Data(hello.goldenWeights.bytes)
    session = hello.session
    executableSha256 = Data(hello.executable?.bytes ?? [])
    features = hello.features
    resources = Seedsweep_V1_WorkerResources(hello.resources)
    component = hello.components.map { identity in
      .with {
        $0.family = identity.family.rawValue
        $0.name = identity.name
        $0.version = UInt32(identity.version)
        $0.module = identity.module
      }
    }
    if let remaining = hello.remaining { remainingMilliseconds = remaining.wireMilliseconds }
    held = hello.held.map { lease in
      WireHeldLease.with {
        $0.lease = lease.lease.rawValue
        $0.job = lease.job.rawValue
        $0.hasBegun_p = lease.hasBegun
        $0.remaining = lease.remaining.wire
      }
    }
  }
}

extension WorkerHello {
  fileprivate init(_ wire: WireHello, wireProtocol: Int) throws(ProtocolError) {
    for (name, text) in [
      ("software", wire.software), ("host", wire.host), ("processor", wire.processor),
      ("instruction_set", wire.instructionSet), ("features", wire.features),
    ] {
      try require(text.utf8.count <= Limits.reasonLength, name)
    }
    try require(wire.held.count <= Limits.leasesPerWorker, "held")
    var held: [HeldLease] = []
    for lease in wire.held { held.append(try HeldLease(lease)) }
    try require(wire.component.count <= Limits.components, "component")
    var components: [ComponentIdentity] = []
    for component in wire.component {
      do {
        components.append(try ComponentIdentity(component))
      } catch {
        // One of another version may have kinds that are not known here.
        if wireProtocol == Versions.wireProtocol { throw error }
      }
    }
    // A hello of another version need not have it.
    let executable = ExecutableDigest(bytes: wire.executableSha256)
    self.init(
      worker: try require(WorkerID(bytes: Array(wire.worker)), "worker"),
      incarnation: wire.incarnation, wireProtocol: wireProtocol, contract: Int(wire.contract),
      software: wire.software.harmless, host: wire.host.harmless,
      processor: wire.processor.harmless, instructionSet: wire.instructionSet.harmless,
      slots: Int(wire.slots),
      goldenWeights: try require(
        WeightsDigest(bytes: wire.goldenWeightsSha256), "golden_weights_sha256"),
      session: wire.session, executable: executable, features: wire.features.harmless,
      resources: try WorkerResources(wire.resources), components: components,
      remaining: wire.hasRemainingMilliseconds
        ? Duration(wireMilliseconds: wire.remainingMilliseconds) : nil,
      held: held)
  }
}

extension ComponentIdentity {
  fileprivate init(_ wire: Seedsweep_V1_CustomComponent) throws(ProtocolError) {
    let family = try require(ConfigurationFamily(rawValue: wire.family), "family")
    self = try require(
      ComponentIdentity(
        family: family, name: wire.name, version: Int(wire.version), module: wire.module),
      "component")
  }
}

extension HeldLease {
  fileprivate init(_ wire: WireHeldLease) throws(ProtocolError) {
    self.init(
      lease: LeaseID(wire.lease), job: JobID(wire.job),
      remaining: try IntervalSet(wire.remaining, "remaining"), hasBegun: wire.hasBegun_p)
  }
}
