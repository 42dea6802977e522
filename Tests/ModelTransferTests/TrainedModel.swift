import Checkpoints
import Datasets
import Foundation
import Kernels
import Scheduling
import SweepModel
import SweepProtocol
import Training
import TrialStore

@testable import SweepRuntime

/// A store with a small sweep that saves its models, and the file of one of its trials' models.
final class TrainedModel {
  static let index = TrialIndex(1)

  let directory: URL
  let store: TrialStore
  let prepared: PreparedSweep
  let plan: TrainingPlan
  let subject: ModelSubject

  init() throws {
    directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("models-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let text = """
      name: small
      master_seed: 1
      trials: 4
      save: last
      data: {kind: sequence, length: 10}
      model: [dense: {units: 2}, dense: {units: 1}]
      training: {loss: mean_squared_error, optimizer: adam, epochs: 3, batch_size: 4}
      """
    prepared = try PreparedSweep(text: Array(text.utf8), file: "small.yaml", files: DataFiles())
    store = try TrialStore(
      path: directory.appendingPathComponent("s.sqlite").path, access: .readWrite)
    let stored = try store.register(prepared.sweep)
    try store.noteRepresentations(of: prepared, stored.id)
    let variant = prepared.sweep.variants[0]
    (plan, _) = try ModelTraining.plan(variant.variant, DataFiles(), .builtIn)
    let seed = prepared.sweep.masterSeed.trialSeed(at: Self.index)
    let job = CoordinatorJob(sweep: prepared.sweep, variant: variant, recorded: IntervalSet())
    let machine = Coordinator(
      jobs: [job], epoch: CoordinatorEpoch(1), goldenWeights: GoldenTrial.expectedWeights,
      endsWhenFinished: true)
    guard let subject = machine.modelSubject(job.id, Self.index), subject.seed == seed else {
      preconditionFailure("it is a trial of the job")
    }
    self.subject = subject
  }

  deinit { try? FileManager.default.removeItem(at: directory) }

  /// The bytes of the model's file, of which `change` may have made something else, and its result.
  func model(
    seed: TrialSeed? = nil, _ change: @escaping (inout ModelRecord) -> Void = { _ in }
  ) throws -> (bytes: [UInt8], result: TrialResult) {
    let path = directory.appendingPathComponent("model.safetensors").path
    let kernels = try KernelSet.selected
    let result = try Trainer(plan: plan, kernels: kernels, lanes: 1).trainAlone(
      (index: Self.index, seed: seed ?? subject.seed), keepsHistory: true,
      finished: { [subject, prepared, plan] snapshot, result in
        var record = ModelRecord(
          sweep: subject.sweep, variant: prepared.sweep.variants[0],
          masterSeed: subject.masterSeed, index: subject.index, seed: subject.seed, dataFiles: [],
          representation: plan.data.representation, result: result, position: .beginning,
          maker: .init(software: "1", machine: "m", processor: "p", time: "2026-01-01T00:00:00Z"))
        change(&record)
        try ModelFile.write(snapshot, record, to: path)
      })
    guard let result else { preconditionFailure("nobody asked it to stop") }
    return ([UInt8](try Data(contentsOf: URL(fileURLWithPath: path))), result)
  }

  /// Hands a file to a desk, and waits for what becomes of it.
  func hand(
    _ bytes: [UInt8], digest: FileDigest? = nil, in size: Int = Limits.chunkBytes,
    as purpose: ModelDesk.Purpose = .model, to desk: Desk
  ) -> ModelDesk.Report? {
    let digest = digest ?? FileDigest(hashing: bytes)
    var offset = 0
    while true {
      let end = min(bytes.count, offset + size)
      let part = ModelPart(
        job: JobID(1), index: subject.index, file: digest, size: bytes.count, offset: offset,
        content: Array(bytes[offset..<end]))
      desk.desk.add(part, of: subject, as: purpose, from: PeerID([1]))
      guard let report = desk.reports.next() else { return nil }
      guard case .kept(_, _, let position, let isNews) = report, isNews else { return report }
      offset = position
    }
  }

  /// A desk whose reports wait to be looked at.
  final class Desk {
    let desk: ModelDesk
    let reports = Reports()

    init(_ store: TrialStore) {
      desk = ModelDesk(store: store) { [reports] in reports.add($0) }
    }

    deinit { desk.close() }
  }

  /// A queue of what a desk reports.
  final class Reports: Sendable {
    private let queue = WorkQueue<ModelDesk.Report>()

    func add(_ report: ModelDesk.Report) { queue.add(report) }

    func next() -> ModelDesk.Report? { queue.takeFirst() }
  }
}
