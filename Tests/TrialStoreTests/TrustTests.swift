import Foundation
import Randomness
import SweepModel
import Testing
import TrialStore

@Suite("Audits and quarantine")
struct TrustTests {
  let scratch: Scratch
  let store: TrialStore
  let variant: VariantKey

  init() throws {
    scratch = try Scratch()
    store = try TrialStore(path: scratch.path(), access: .readWrite)
    variant = try store.firstVariant()
  }

  private func range(_ lower: UInt64, _ upper: UInt64) -> IntervalSet {
    IntervalSet(TrialRange(lower, upper))
  }

  private static let details = StoredWorker(
    name: String(repeating: "0a", count: 16), host: "node-3:4711", processor: "Example 9000",
    instructionSet: "avx2", software: "0.1.0", executable: Array(repeating: 7, count: 32),
    publicKey: Array(repeating: 9, count: 32))

  @Test("An audit is open until another worker has run the trial")
  func audits() throws {
    let batch = StoredBatch(
      variant: variant, results: (0..<4).map { Sample.completed($0) }, worker: Self.details,
      audits: range(1, 3))
    #expect(try store.commit([batch]) == [Array(repeating: .inserted, count: 4)])
    #expect(try store.openAudits(variant) == range(1, 3))
    // The same batch again, as after a lost acknowledgement: nothing is closed by it.
    #expect(try store.commit([batch]) == [Array(repeating: .confirmed, count: 4)])
    #expect(try store.openAudits(variant) == range(1, 3))
    #expect(
      try store.voters(variant) == [Self.details.name: range(1, 3)])
    try store.commit([Sample.completed(1)], of: variant, worker: "b")
    #expect(try store.openAudits(variant) == range(2, 3))
    // A result that differs is the second opinion that was asked for: the dispute takes over.
    try store.commit([Sample.completed(2, weights: "x")], of: variant, worker: "b")
    #expect(try store.openAudits(variant).isEmpty)
    #expect(try store.disputed(variant) == range(2, 3))
    #expect(
      try store.voters(variant) == [Self.details.name: range(2, 3), "b": range(2, 3)])
    let counts = try store.trustCounts(variant, unsupported: [:])
    #expect(counts.auditsDone == 2 && counts.auditsOpen == 0)
    #expect(counts.violatedTrials == 1 && counts.openTrials == 1)
    // A trial that was repeated already needs no audit, and survives the file being opened again.
    var again = batch
    again.audits = range(1, 2)
    again.worker = StoredWorker(name: "c")
    _ = try store.commit([again])
    #expect(try store.openAudits(variant).isEmpty)
  }

  @Test("What stands on a quarantined worker's word alone is found, and yields")
  func quarantine() throws {
    let results = (UInt64(0)..<10).map { Sample.completed($0) }
    let batch = StoredBatch(variant: variant, results: results, worker: Self.details)
    _ = try store.commit([batch])
    try store.commit(Array(results[2..<4]), of: variant, worker: "b")
    try store.commit([Sample.completed(10)], of: variant, worker: "b")
    let alone = try store.distrust(Self.details)
    var expected = range(0, 2)
    expected.formUnion(range(4, 10))
    #expect(alone == [variant: expected])
    #expect(try store.unsupportedTrials() == alone)
    #expect(try store.distrust(Self.details) == alone)
    let judged = try #require(try store.suspectedWorkers().first)
    #expect(judged.worker.host == "node-3:4711" && judged.worker.processor == "Example 9000")
    #expect(
      judged.worker
        == StoredWorker(
          name: Self.details.name, uuid: Array(repeating: 0x0a, count: 16), host: "node-3:4711",
          processor: "Example 9000", instructionSet: "avx2", software: "0.1.0",
          executable: Array(repeating: 7, count: 32), publicKey: Array(repeating: 9, count: 32)))
    #expect(!judged.isTrusted)

    // The same bits: another vouches for them now. Other bits: they take the place.
    #expect(try store.commit([results[0]], of: variant, worker: "b") == [.confirmed])
    let other = Sample.completed(1, weights: "other")
    #expect(
      try store.commit([other], of: variant, worker: "b")
        == [.settled(outvoted: [Self.details.name])])
    #expect(try store.result(variant, index: TrialIndex(1)) == other)
    expected.remove(TrialRange(0, 2))
    #expect(try store.unsupportedTrials() == [variant: expected])
    // When the other is found out as well, all that these two vouch for falls.
    expected.insert(TrialRange(0, 11))
    #expect(try store.distrust(StoredWorker(name: "b"))[variant] != nil)
    #expect(try store.unsupportedTrials() == [variant: expected])
  }

  @Test("A dispute is decided when one of its sides is quarantined")
  func quarantineDecides() throws {
    try store.commit([Sample.completed(0)], of: variant, worker: "a")
    try store.commit([Sample.completed(0, weights: "x")], of: variant, worker: "b")
    #expect(try store.disputed(variant) == range(0, 1))
    #expect(try store.distrust(StoredWorker(name: "a")).isEmpty)
    #expect(try store.disputed(variant).isEmpty)
    #expect(try store.allResults(variant) == [Sample.completed(0, weights: "x")])
    #expect(try store.suspectedWorkers().map(\.failures) == [1])
  }

  @Test("A failure of a quarantined worker yields to any other's word")
  func failures() throws {
    try store.commit([Sample.failed(0), Sample.failed(1)], of: variant, worker: "a")
    #expect(try store.distrust(StoredWorker(name: "a")) == [variant: range(0, 2)])
    #expect(try store.commit([Sample.failed(0)], of: variant, worker: "b") == [.ignored])
    #expect(try store.commit([Sample.completed(1)], of: variant, worker: "b") == [.retried])
    #expect(try store.unsupportedTrials().isEmpty)
  }

  @Test("Many workers' results in one transaction are found by their worker")
  func production() throws {
    var batches: [StoredBatch] = []
    for worker in 0..<5 {
      for part in UInt64(0)..<4 {
        let first = part * 50 + UInt64(worker) * 10
        batches.append(
          StoredBatch(
            variant: variant, results: (first..<first + 10).map { Sample.completed($0) },
            worker: StoredWorker(name: "w\(worker)")))
      }
    }
    var generator = SplitMix64(state: 5)
    _ = try store.commit(batches.shuffled(using: &generator))
    var expected = IntervalSet()
    for part in UInt64(0)..<4 { expected.insert(TrialRange(part * 50 + 30, part * 50 + 40)) }
    #expect(try store.distrust(StoredWorker(name: "w3")) == [variant: expected])
  }

  @Test("The audit share is the sweep's, and may change")
  func share() throws {
    var sweep = Sample.sweep()
    sweep.audit = 0.25
    #expect(try store.register(sweep).sweep.audit == 0.25)
    #expect(try store.register(Sample.sweep()).sweep.audit == 0)
    for wrong in [-0.1, 1.5, .nan, .infinity] {
      sweep.audit = wrong
      let error = #expect(throws: StoreError.self) { try store.register(sweep) }
      #expect(error?.code == .unusable)
    }
  }
}
