import Foundation
import SweepModel
import SwiftProtobuf

extension ControlAnswer {
  /// The answer as one frame.
  public var encoded: [UInt8] {
    encode(
      Seedsweep_V1_ClientAnswerEnvelope.with {
        $0.wireProtocol = UInt32(Versions.wireProtocol)
        $0.control = .with {
          $0.id = Data(id.bytes)
          $0.answer = outcome.wire
        }
      })
  }

  /// Reads one frame.
  ///
  /// - Throws: `ProtocolError` for anything that is not an answer to a client. A refusal is read
  ///   whatever its version: it may be about just that.
  public init(encoded bytes: some Collection<UInt8>) throws(ProtocolError) {
    let envelope: Seedsweep_V1_ClientAnswerEnvelope = try decode(bytes)
    try require(envelope.hasControl, "control")
    let answer = try require(envelope.control.answer, "answer")
    let version = Int(envelope.wireProtocol)
    if case .refused = answer {
    } else if version != Versions.wireProtocol {
      throw ProtocolError(.wireProtocol(version))
    }
    self.init(
      id: try require(RequestID(bytes: Array(envelope.control.id)), "id"),
      outcome: try Outcome(answer))
  }
}

extension ControlAnswer.Outcome {
  fileprivate var wire: Seedsweep_V1_ControlAnswer.OneOf_Answer {
    switch self {
    case .working: .working(.init())
    case .submitted(let sweep, let isNew, let warnings):
      .submitted(
        .with {
          $0.sweep = Seedsweep_V1_SweepStatus(sweep)
          $0.isNew = isNew
          $0.warning = warnings
        })
    case .cancelled(let sweep): .cancelled(Seedsweep_V1_SweepStatus(sweep))
    case .status(let status): .status(Seedsweep_V1_CoordinatorStatus(status))
    case .filesWanted(let files):
      .filesWanted(
        .with {
          $0.file = files.map { file in
            .with {
              $0.sha256 = Data(file.file.bytes)
              $0.position = UInt64(file.position)
            }
          }
        })
    case .uploaded(let position): .uploaded(.with { $0.position = UInt64(position) })
    case .refused(let refusal):
      .refused(
        .with {
          $0.code = refusal.code.rawValue
          $0.text = refusal.text
        })
    }
  }

  fileprivate init(_ wire: Seedsweep_V1_ControlAnswer.OneOf_Answer) throws(ProtocolError) {
    switch wire {
    case .working: self = .working
    case .submitted(let wire):
      try require(wire.warning.count <= Limits.submissionWarnings, "warning")
      self = .submitted(
        try SweepStatus(wire.sweep), isNew: wire.isNew, warnings: wire.warning.map(\.harmless))
    case .cancelled(let wire): self = .cancelled(try SweepStatus(wire))
    case .status(let wire): self = .status(try CoordinatorStatus(wire))
    case .filesWanted(let wire):
      try require(wire.file.count <= Limits.dataFiles, "file")
      var files: [WantedFile] = []
      for file in wire.file {
        files.append(
          WantedFile(
            file: try require(FileDigest(bytes: file.sha256), "sha256"),
            position: try fileOffset(file.position)))
      }
      self = .filesWanted(files)
    case .uploaded(let wire): self = .uploaded(position: try fileOffset(wire.position))
    case .refused(let wire):
      // A reason that this version does not know is still a reason.
      self = .refused(
        ControlRefusal(ControlRefusal.Code(rawValue: wire.code) ?? .input, wire.text.harmless))
    }
  }
}

extension Seedsweep_V1_CoordinatorStatus {
  fileprivate init(_ status: CoordinatorStatus) {
    self.init()
    software = status.software
    contract = UInt32(clamping: status.contract)
    epoch = status.epoch
    uptimeSeconds = status.uptimeSeconds
    store = status.store
    isEnding = status.isEnding
    uncommittedResults = status.uncommittedResults
    waitingSubmissions = UInt32(clamping: status.waitingSubmissions)
    sweep = status.sweeps.map(Seedsweep_V1_SweepStatus.init)
    worker = status.workers.map(Seedsweep_V1_WorkerStatus.init)
    waiting = status.waiting.map(Seedsweep_V1_WaitingReason.init)
  }
}

extension CoordinatorStatus {
  fileprivate init(_ wire: Seedsweep_V1_CoordinatorStatus) throws(ProtocolError) {
    self.init()
    try require(wire.sweep.count <= Limits.sweeps, "sweep")
    try require(wire.worker.count <= Limits.workers, "worker")
    try require(wire.uptimeSeconds.isFinite, "uptime_seconds")
    software = wire.software.harmless
    contract = Int(wire.contract)
    epoch = wire.epoch
    uptimeSeconds = wire.uptimeSeconds
    store = wire.store.harmless
    isEnding = wire.isEnding
    uncommittedResults = wire.uncommittedResults
    waitingSubmissions = Int(wire.waitingSubmissions)
    for sweep in wire.sweep { sweeps.append(try SweepStatus(sweep)) }
    for worker in wire.worker { workers.append(try WorkerStatus(worker)) }
    try require(wire.waiting.count <= Limits.waitingReasons, "waiting")
    for reason in wire.waiting { waiting.append(try WaitingReason(reason)) }
  }
}

extension Seedsweep_V1_SweepStatus {
  fileprivate init(_ sweep: SweepStatus) {
    self.init()
    name = sweep.name
    masterSeed = sweep.masterSeed.rawValue
    state = sweep.state.rawValue
    variants = UInt32(clamping: sweep.variants)
    trials = sweep.trials
    asked = sweep.asked
    recorded = sweep.recorded
    diverged = sweep.diverged
    failed = sweep.failed
    violations = sweep.violations
    openAudits = sweep.openAudits
    priority = Int32(clamping: sweep.priority)
  }
}

extension SweepStatus {
  fileprivate init(_ wire: Seedsweep_V1_SweepStatus) throws(ProtocolError) {
    self.init(
      name: wire.name.harmless, masterSeed: MasterSeed(wire.masterSeed),
      variants: Int(wire.variants), trials: wire.trials, asked: wire.asked)
    state = try require(State(rawValue: wire.state), "state")
    recorded = wire.recorded
    diverged = wire.diverged
    failed = wire.failed
    violations = wire.violations
    openAudits = wire.openAudits
    priority = Int(wire.priority)
  }
}

extension Seedsweep_V1_WorkerStatus {
  fileprivate init(_ worker: WorkerStatus) {
    self.init()
    id = Data(worker.id)
    host = worker.host
    processor = worker.processor
    slots = UInt32(clamping: worker.slots)
    leases = UInt32(clamping: worker.leases)
    trialsPerSecond = worker.trialsPerSecond
    silentSeconds = worker.silentSeconds
    key = worker.key ?? ""
    isStalled = worker.isStalled
    resources = Seedsweep_V1_WorkerResources(worker.resources)
    memoryNeededBytes = worker.memoryNeededBytes ?? 0
    if let seconds = worker.remainingSeconds { remainingSeconds = seconds }
  }
}

extension WorkerStatus {
  fileprivate init(_ wire: Seedsweep_V1_WorkerStatus) throws(ProtocolError) {
    try require(wire.id.count <= Limits.digestBytes, "id")
    try require(wire.trialsPerSecond.isFinite, "trials_per_second")
    try require(wire.silentSeconds.isFinite, "silent_seconds")
    try require(wire.remainingSeconds.isFinite, "remaining_seconds")
    self.init(
      id: Array(wire.id), host: wire.host.harmless, processor: wire.processor.harmless,
      slots: Int(wire.slots), leases: Int(wire.leases), trialsPerSecond: wire.trialsPerSecond,
      silentSeconds: wire.silentSeconds, key: wire.key.isEmpty ? nil : wire.key.harmless,
      isStalled: wire.isStalled)
    resources = try WorkerResources(wire.resources)
    memoryNeededBytes = wire.memoryNeededBytes == 0 ? nil : wire.memoryNeededBytes
    remainingSeconds = wire.hasRemainingSeconds ? wire.remainingSeconds : nil
  }
}
