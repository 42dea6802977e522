import Scheduling
import SweepModel
import SweepProtocol
import Testing

/// Every message survives the wire to the bit, and nothing that arrives can do harm.
struct WireTests {
  private static let digest = VariantDigest(hashing: "variant".utf8)
  static let stamp = MessageStamp(
    epoch: CoordinatorEpoch(12), incarnation: 3, number: .max)
  private static let worker = WorkerID(bytes: Array(0..<16))

  private static var components: [ComponentIdentity] {
    get throws {
      [
        try #require(
          ComponentIdentity(family: .layer, name: "acme_scale", version: 1, module: "Acme")),
        try #require(
          ComponentIdentity(
            family: .metric, name: "acme_within", version: Int(Int32.max), module: "Acme.Kit")),
      ]
    }
  }

  static var workerMessages: [WorkerMessage] {
    get throws {
      let held = HeldLease(
        lease: LeaseID(7), job: JobID(.max),
        remaining: {
          var set = IntervalSet(TrialRange(3, 9))
          set.insert(TrialRange(20, 21))
          return set
        }(), hasBegun: true)
      let hello = WorkerHello(
        worker: try #require(worker), incarnation: 3, host: "höst:17", processor: "CPU",
        instructionSet: "avx2", slots: 4, goldenWeights: WeightsDigest(hashing: "golden".utf8),
        session: .max, executable: ExecutableDigest(hashing: "program".utf8),
        features: "avx2 fma",
        resources: WorkerResources(
          slotsOrigin: "--slots", memoryBytes: 1 << 40, memoryOrigin: "physical memory"),
        components: try components, remaining: .milliseconds(3_599_999), held: [held])
      let reports: [WorkerReport] = [
        .heartbeat(progress: [0, .max]), .heartbeat(progress: []), .specificationWanted(digest),
        .leaseBegun(LeaseID(1)),
        .leaseBegun(LeaseID(1), lanes: 16, room: SlotRoom(slots: 3, memoryBytes: 1 << 34)),
        .results(ResultBatch(number: BatchNumber(9), job: JobID(5), results: results)),
        .results(ResultBatch(number: BatchNumber(10), job: JobID(5), results: [])),
        .leasesReturned([LeaseID(1), LeaseID(2)]),
        .variantRejected(digest, VariantRejection(.dataMissing, "no such file")), .goodbye,
        .trialsHung(JobID(5), TrialRange(7, 9)),
        .trialsReturned(LeaseID(3), IntervalSet(TrialRange(7, 9))),
        .trialsReturned(
          LeaseID(3), IntervalSet(TrialRange(7, 9)), .tooLittleTime(trial: .milliseconds(1_500))),
        .trialsReturned(
          LeaseID(3), IntervalSet(TrialRange(7, 8)),
          .interrupted(after: .seconds(3_480), epochs: 312)),
      ]
      return [.hello(hello)] + reports.map { .registered(stamp, $0) }
    }
  }

  /// All kinds of outcome, with numbers that a careless encoding would change.
  static var results: [TrialResult] {
    let numbers: [Double] = [0.1, -0.0, .infinity, -.infinity, .leastNonzeroMagnitude, 1e308]
    func measurements(_ history: [Double]) -> TrialResult.Measurements {
      TrialResult.Measurements(
        metrics: numbers, weightsDigest: WeightsDigest(hashing: "w".utf8),
        historyDigest: HistoryDigest(hashing: "h".utf8), variableFingerprints: [0, .max, 1],
        history: history)
    }
    let outcomes: [TrialResult.Outcome] = [
      .completed(measurements([1, 2, 3])), .failed(reason: "crashed"),
      .diverged(atEpoch: 17, measurements([])), .completed(measurements(numbers)),
    ]
    return outcomes.enumerated().map { position, outcome in
      TrialResult(
        index: TrialIndex(UInt64(position) << 40), seed: TrialSeed(.max - UInt64(position)),
        outcome: outcome, seconds: 0.25)
    }
  }

  static let coordinatorMessages: [CoordinatorMessage] =
    [
      .welcome(
        Welcome(
          incarnation: 4, epoch: CoordinatorEpoch(2), heartbeatInterval: .milliseconds(1_500),
          silenceLimit: .seconds(10),
          adopted: [Welcome.Adoption(held: LeaseID(1), lease: LeaseID(1 << 40))])),
      .refused(Refusal(.contract, "no")), .registerAgain(stamp),
    ] + orders.map { .registered(stamp, $0) }

  private static var orders: [CoordinatorOrder] {
    var trials = IntervalSet(TrialRange(5, 6))
    trials.insert(TrialRange(1 << 40, 1 << 40 + 1))
    return [
      .heartbeat,
      .lease(
        LeaseGrant(
          id: LeaseID(3), job: JobID(4), variant: digest, trials: trials,
          seeds: [TrialSeed(0), TrialSeed(.max)], keepsHistory: true)),
      .lease(
        LeaseGrant(
          id: LeaseID(3), job: JobID(4), variant: digest, trials: trials,
          seeds: [TrialSeed(0), TrialSeed(.max)], keepsHistory: false,
          models: ModelOrder(
            sweep: "s", variant: "base", masterSeed: MasterSeed(.max),
            keeping: ModelKeeping(saving: .last, checkpointSeconds: 604_800),
            checkpoints: [
              TrialCheckpoint(
                index: TrialIndex(1 << 40), file: FileDigest(hashing: "c".utf8), size: 1 << 32)
            ]))),
      .leaseRevoked(LeaseID(3)), .leaseShortened(LeaseID(3), trials),
      .specification(digest, Array("{}".utf8)),
      .specification(
        digest, Array("{}".utf8),
        files: [
          DataFile(path: "../ä\u{1B}.npz", size: 4 << 30, digest: FileDigest(hashing: "f".utf8)),
          DataFile(path: "", size: 0, digest: FileDigest(hashing: [])),
        ]), .acknowledged(BatchNumber(8)), .finished,
    ]
  }

  @Test func workerMessagesSurviveTheWire() throws {
    for message in try Self.workerMessages {
      #expect(try WorkerMessage(encoded: message.encoded) == message)
    }
  }

  @Test func coordinatorMessagesSurviveTheWire() throws {
    for message in Self.coordinatorMessages {
      #expect(try CoordinatorMessage(encoded: message.encoded) == message)
    }
  }

  @Test func metricsKeepTheirBits() throws {
    let batch = ResultBatch(number: BatchNumber(1), job: JobID(1), results: Self.results)
    let message = WorkerMessage.registered(Self.stamp, .results(batch))
    guard case .registered(_, .results(let read)) = try WorkerMessage(encoded: message.encoded)
    else {
      Issue.record("another message came out")
      return
    }
    for (before, after) in zip(batch.results, read.results) {
      #expect(
        before.measurements?.metrics.map(\.bitPattern)
          == after.measurements?.metrics.map(\.bitPattern))
    }
  }

  @Test func helloOfAnotherVersionIsReadSoThatItCanBeAnswered() throws {
    guard case .hello(var hello) = try Self.workerMessages[0] else { return }
    hello.wireProtocol = 99
    let read = try WorkerMessage(encoded: WorkerMessage.hello(hello).encoded)
    #expect(read == .hello(hello))
  }

  /// The bytes of a name in a hello, and others in their place.
  @Test(arguments: [("acme_scale", "acme-scale"), ("layer", "lawyr"), ("Acme.Kit", "Acme\nKit")])
  func componentsThatCannotBeAreRefused(name: String, spoilt: String) throws {
    func replaced(_ message: WorkerMessage) -> [UInt8] {
      var bytes = Array(message.encoded.dropLast(FrameSeal.size))
      let wanted = Array(name.utf8)
      for start in 0...bytes.count - wanted.count
      where Array(bytes[start..<start + wanted.count]) == wanted {
        bytes.replaceSubrange(start..<start + wanted.count, with: spoilt.utf8)
      }
      FrameSeal.seal(&bytes)
      return bytes
    }
    guard case .hello(var hello) = try Self.workerMessages[0] else { return }
    #expect(throws: ProtocolError.self) { try WorkerMessage(encoded: replaced(.hello(hello))) }
    // Its sender must be told that its version is another.
    hello.wireProtocol = 99
    guard case .hello(let read) = try WorkerMessage(encoded: replaced(.hello(hello)))
    else { return }
    #expect(read.components.count == 1 && read.wireProtocol == 99)
  }

  @Test func thereIsAnEndOfComponents() throws {
    guard case .hello(var hello) = try Self.workerMessages[0] else { return }
    hello.components = try (0...Limits.components).map {
      try #require(
        ComponentIdentity(family: .layer, name: "acme_\($0)", version: 1, module: "Acme"))
    }
    #expect(throws: ProtocolError.self) {
      try WorkerMessage(encoded: WorkerMessage.hello(hello).encoded)
    }
  }

  @Test func textsThatATerminalWouldActOnAreHarmless() throws {
    guard case .hello(var hello) = try Self.workerMessages[0] else { return }
    hello.host = "\u{1B}[2J\nforged\u{202E} line"
    guard case .hello(let read) = try WorkerMessage(encoded: WorkerMessage.hello(hello).encoded)
    else { return }
    #expect(read.host == " [2J forged  line")
  }

  @Test func otherMessagesOfAnotherVersionAreRefused() throws {
    let message = WorkerMessage.registered(Self.stamp, .goodbye)
    var bytes = Array(message.encoded.dropLast(FrameSeal.size))
    // Field 1, the version, comes first.
    #expect(bytes[0] == 8)
    bytes[1] = 99
    FrameSeal.seal(&bytes)
    #expect(throws: ProtocolError.self) { try WorkerMessage(encoded: bytes) }
  }

  @Test(arguments: [
    "", "GET / HTTP/1.1\r\nHost: example.org\r\n\r\n", "\u{8}\u{1}",
    String(repeating: "x", count: 9_999),
  ])
  func garbageIsRefused(text: String) {
    #expect(throws: ProtocolError.self) { try WorkerMessage(encoded: Array(text.utf8)) }
    #expect(throws: ProtocolError.self) { try CoordinatorMessage(encoded: Array(text.utf8)) }
  }

  /// Columns that do not fit each other would otherwise be read out of bounds.
  @Test func damagedMessagesNeverCrash() throws {
    var random = SystemRandomNumberGenerator()
    let seed = random.next()
    var state = seed
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    var refused = 0
    for message in try Self.workerMessages {
      // With a right checksum: this is about what a hostile peer sends, not a broken network.
      let whole = Array(message.encoded.dropLast(FrameSeal.size))
      for _ in 0..<2_000 {
        var bytes = whole
        for _ in 0...next(3) where !bytes.isEmpty {
          switch next(3) {
          case 0: bytes[next(bytes.count)] = UInt8(next(256))
          case 1: bytes.remove(at: next(bytes.count))
          default: bytes.insert(UInt8(next(256)), at: next(bytes.count))
          }
        }
        FrameSeal.seal(&bytes)
        do { _ = try WorkerMessage(encoded: bytes) } catch { refused += 1 }
      }
    }
    #expect(refused > 0, "seed \(seed)")
  }
}
