import Checkpoints
import Datasets
import Foundation
import Kernels
import Scheduling
import SweepModel
import SweepProtocol
import Training
import ZeroMQTransport

/// The worker's state machine over a real socket, with a trainer on the same thread and a lie between
/// the two.
final class LyingService {
  private let socket: DealerSocket
  private let lie: Lie
  private let trial: TrialIndex?
  /// Trials after which it begins no more, and only says that it is there.
  private let mostTrials: Int
  private var trained = 0
  private let kernels: KernelSet
  private let start = ContinuousClock.now
  private var machine: Worker
  private var trainers: [VariantDigest: Trainer] = [:]
  private var unsent: [[UInt8]] = []
  /// What the trainer has to tell the machine.
  private var events: [Worker.Event] = []
  private var ending: Worker.ExitReason?
  /// The model that the coordinator has yet to answer, and what follows then.
  private var model: (file: FileDigest, size: Int, event: Worker.Event)?
  /// Counts what the one slot does; it stands still while it hangs.
  private var progress: UInt64 = 0
  /// Never readable.
  private let silence: Int32

  init(address: String, lie: Lie, trial: TrialIndex?, mostTrials: Int, identity: WorkerID?) throws {
    self.lie = lie
    self.mostTrials = mostTrials
    self.trial = trial
    kernels = try KernelSet.selected
    socket = try DealerSocket(try ZeroMQContext())
    try socket.connect(address)
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { fail("no pipe") }
    silence = ends[0]
    var generator = SystemRandomNumberGenerator()
    machine = Worker(
      identity: WorkerIdentity(
        id: identity ?? WorkerID.random(using: &generator), host: "liar:\(getpid())",
        processor: Processor.modelName, instructionSet: kernels.name, slots: 1,
        goldenWeights: GoldenTrial.expectedWeights, session: generator.next()),
      jitterSeed: generator.next())
  }

  private var now: Instant { Instant(start.duration(to: .now)) }

  func run() throws -> Worker.ExitReason {
    try handle(.connected)
    while true {
      while !events.isEmpty, ending == nil { try handle(events.removeFirst()) }
      if let ending { return ending }
      let timeout = max(.zero, now.duration(to: machine.nextDeadline))
      _ = try socket.wait(toSend: !unsent.isEmpty, orFor: silence, timeout: timeout)
      while ending == nil, let frame = try socket.receive() {
        if let answer = try? ModelAnswer(encoded: frame) {
          take(answer)
        } else {
          try handle(.messageReceived(try CoordinatorMessage(encoded: frame)))
        }
      }
      try resend()
      if machine.nextDeadline <= now { try handle(.timePassed(progress: [progress])) }
    }
  }

  private func handle(_ event: Worker.Event) throws {
    for effect in machine.handle(event, at: now) { try perform(effect) }
  }

  private func perform(_ effect: Worker.Effect) throws {
    switch effect {
    case .send(let message):
      if case .hello = message { unsent = [] }
      unsent.append(message.encoded)
      try resend()
    case .prepare(let digest, let canonicalJSON, _):
      let variant = try ResolvedVariant(canonicalJSON: canonicalJSON)
      let data = try Dataset.load(variant.data, from: DataFiles())
      trainers[digest] = Trainer(
        plan: try TrainingPlan(variant: variant, data: data), kernels: kernels)
      events.append(.variantPrepared(digest))
    case .start(let slot, let assignment): try train(assignment, slot)
    case .abort(let slot): events.append(.assignmentAborted(slot: slot))
    case .release: break
    case .forget(let digest): trainers[digest] = nil
    case .exit(let reason): ending = reason
    }
  }

  private func take(_ answer: ModelAnswer) {
    guard let model, answer.file == model.file else { return }
    switch answer {
    case .kept(_, let position, _) where position < model.size: return
    case .kept, .refused: break
    }
    self.model = nil
    events.append(model.event)
  }

  private func train(_ assignment: Worker.Assignment, _ slot: Int) throws {
    if let trial, assignment.trials.contains(where: { $0.index == trial }) {
      if lie == .crash {
        // Its beginning must have been told before its end.
        usleep(200_000)
        kill(getpid(), SIGKILL)
      }
      if lie == .hang { return }
    }
    guard trained < mostTrials else { return }
    trained += assignment.trials.count
    guard let trainer = trainers[assignment.variant] else { fail("no such variant") }
    if let order = assignment.models, lie == .model || lie == .swap {
      return try handOver(assignment, order, slot, trainer)
    }
    var results: [TrialResult] = []
    var rest = assignment.trials[...]
    while !rest.isEmpty {
      let pack = rest.prefix(trainer.lanes)
      rest = rest.dropFirst(pack.count)
      let trials = pack.map { (index: $0.index, seed: $0.seed) }
      results += trainer.train(trials, keepsHistory: assignment.keepsHistory) ?? []
      progress += 1
    }
    events.append(.assignmentFinished(slot: slot, lie.told(of: results)))
  }

  /// Trains the one trial of an assignment, and sends a model before its result.
  private func handOver(
    _ assignment: Worker.Assignment, _ order: ModelOrder, _ slot: Int, _ trainer: Trainer
  ) throws {
    let (trial, plan) = (assignment.trials[0], trainer.plan)
    let path = "\(FileManager.default.temporaryDirectory.path)/lie-\(getpid())"
    let result = try trainer.trainAlone(
      (index: trial.index, seed: trial.seed), keepsHistory: assignment.keepsHistory,
      finished: { snapshot, result in
        let record = ModelRecord(
          sweep: order.sweep, variant: NamedVariant(name: order.variant, variant: plan.variant),
          masterSeed: order.masterSeed, index: trial.index, seed: trial.seed, dataFiles: [],
          representation: plan.data.representation, result: result, position: snapshot.position,
          maker: .init(software: "", machine: "", processor: "", time: ""))
        try ModelFile.write(snapshot, record, to: path)
      })
    guard let result else { fail("nobody asked it to stop") }
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    unlink(path)
    if lie == .model { bytes = Array("this is no model".utf8) }
    let part = ModelPart(
      job: assignment.job, index: trial.index, file: FileDigest(hashing: bytes),
      size: bytes.count, offset: 0, content: bytes)
    model = (
      part.file, part.size, .assignmentFinished(slot: slot, lie.told(of: [result]))
    )
    unsent.append(part.encoded)
    try resend()
  }

  private func resend() throws {
    while let frame = unsent.first, try socket.send(frame) { unsent.removeFirst() }
  }
}
