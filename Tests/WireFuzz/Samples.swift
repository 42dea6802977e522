import Scheduling
import SweepModel
import SweepProtocol

/// Good messages of every kind, to be spoilt.
enum Samples {
  private static let digest = VariantDigest(hashing: "variant".utf8)
  private static let stamp = MessageStamp(
    epoch: CoordinatorEpoch(12), incarnation: 3, number: 1 << 33)

  private static var trials: IntervalSet {
    var trials = IntervalSet(TrialRange(5, 9))
    trials.insert(TrialRange(1 << 40, 1 << 40 + 1))
    return trials
  }

  private static var results: [TrialResult] {
    func measurements(_ history: [Double]) -> TrialResult.Measurements {
      TrialResult.Measurements(
        metrics: [0.5, -.infinity], weightsDigest: WeightsDigest(hashing: "w".utf8),
        historyDigest: HistoryDigest(hashing: "h".utf8), variableFingerprints: [0, .max, 1],
        history: history)
    }
    let outcomes: [TrialResult.Outcome] = [
      .completed(measurements([1, 2, 3])), .failed(reason: "crashed"),
      .diverged(atEpoch: 17, measurements([])), .completed(measurements([])),
    ]
    return outcomes.enumerated().map { position, outcome in
      TrialResult(
        index: TrialIndex(UInt64(position) << 40), seed: TrialSeed(.max - UInt64(position)),
        outcome: outcome, seconds: 0.25)
    }
  }

  /// What workers say.
  static var ofWorkers: [WorkerMessage] {
    guard let worker = WorkerID(bytes: Array(0..<16)) else { return [] }
    let hello = WorkerHello(
      worker: worker, incarnation: 3, host: "höst:17", processor: "CPU", instructionSet: "avx2",
      slots: 4, goldenWeights: WeightsDigest(hashing: "golden".utf8), session: 1 << 60,
      executable: ExecutableDigest(hashing: "program".utf8), features: "avx2 fma",
      components: [
        ComponentIdentity(family: .layer, name: "acme_scale", version: 7, module: "Acme")
      ].compactMap { $0 },
      held: [HeldLease(lease: LeaseID(7), job: JobID(1 << 50), remaining: trials, hasBegun: true)])
    let reports: [WorkerReport] = [
      .heartbeat(progress: [0, 1 << 40]), .specificationWanted(digest), .leaseBegun(LeaseID(1)),
      .results(ResultBatch(number: BatchNumber(9), job: JobID(5), results: results)),
      .leasesReturned([LeaseID(1), LeaseID(2)]),
      .variantRejected(digest, VariantRejection(.dataMissing, "no such file")),
      .trialsHung(JobID(5), TrialRange(7, 9)), .goodbye,
    ]
    return [.hello(hello)] + reports.map { .registered(stamp, $0) }
  }

  /// What coordinators say.
  static var ofCoordinators: [CoordinatorMessage] {
    let orders: [CoordinatorOrder] = [
      .heartbeat,
      .lease(
        LeaseGrant(
          id: LeaseID(3), job: JobID(4), variant: digest, trials: trials,
          seeds: (0..<trials.count).map { TrialSeed($0) }, keepsHistory: true)),
      .leaseRevoked(LeaseID(3)), .leaseShortened(LeaseID(3), trials),
      .specification(digest, Array("{\"layers\": []}".utf8)),
      .specification(digest, Array("{}".utf8), files: [dataFile]), .acknowledged(BatchNumber(8)),
      .finished,
    ]
    return [
      .welcome(
        Welcome(
          incarnation: 4, epoch: CoordinatorEpoch(2), heartbeatInterval: .milliseconds(1_500),
          silenceLimit: .seconds(10),
          adopted: [Welcome.Adoption(held: LeaseID(1), lease: LeaseID(1 << 40))])),
      .refused(Refusal(.contract, "no")), .registerAgain(stamp),
    ] + orders.map { .registered(stamp, $0) }
  }

  private static let dataFile = DataFile(
    path: "../mnist.npz", size: 1 << 30, digest: FileDigest(hashing: "file".utf8))

  /// What workers say when they fetch data.
  static let ofFetchers = [
    DataRequest(file: dataFile.digest, stream: 7, offset: 1 << 20, chunks: 8)
  ]

  /// What they are told.
  static let dataAnswers: [DataAnswer] = [
    .chunk(DataChunk(file: dataFile.digest, stream: 7, offset: 1 << 20)),
    .unavailable(dataFile.digest, stream: 7, reason: "it changed"),
  ]

  private static let request = RequestID(bytes: Array(16..<32))

  /// What clients say.
  static var ofClients: [ControlRequest] {
    guard let request else { return [] }
    let commands: [ControlCommand] = [
      .submit(
        Submission(
          file: "a.yaml", specification: Array("name: a\ntrials: 3\n".utf8), trials: 7,
          masterSeed: MasterSeed(text: "0x12"), audit: 1, dataFiles: [dataFile])),
      .cancel(sweep: "a"), .status,
      .upload(Upload(file: dataFile.digest, size: 9, offset: 4, content: [1, 2, 3])),
    ]
    return commands.map { ControlRequest(id: request, command: $0) }
  }

  /// What clients are told.
  static var answers: [ControlAnswer] {
    guard let request else { return [] }
    return [
      ControlAnswer(id: request, outcome: .working),
      ControlAnswer(id: request, outcome: .uploaded(position: 3)),
      ControlAnswer(
        id: request, outcome: .filesWanted([WantedFile(file: dataFile.digest, position: 3)])),
      ControlAnswer(id: request, outcome: .refused(ControlRefusal(.notAllowed, "no"))),
    ]
  }
}
