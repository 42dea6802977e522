import Foundation
import GRDB
import SweepModel
import Testing
import TrialStore

@Suite("Committing results")
struct CommitTests {
  let scratch: Scratch
  let store: TrialStore
  let variant: VariantKey

  init() throws {
    scratch = try Scratch()
    store = try TrialStore(path: scratch.path(), access: .readWrite)
    variant = try store.firstVariant()
  }

  @Test("The same bits from another worker confirm, once for each worker")
  func confirmations() throws {
    let result = Sample.completed(4)
    #expect(try store.commit([result], of: variant, worker: "a") == [.inserted])
    // Sent again because the acknowledgement was lost: the same bits, but no second opinion.
    #expect(try store.commit([result], of: variant, worker: "a") == [.confirmed])
    #expect(try store.counts(variant).confirmations == 0)
    var slower = result
    slower.seconds = 99
    #expect(
      try store.commit([slower, slower], of: variant, worker: "b") == [.confirmed, .confirmed])
    #expect(try store.counts(variant).confirmations == 1)
    #expect(try store.commit([result], of: variant, worker: "c") == [.confirmed])
    #expect(try store.counts(variant).confirmations == 2)
    #expect(try store.allResults(variant) == [result])
  }

  @Test("Other bits are a violation: all are kept, and reported with their workers")
  func violations() throws {
    let first = Sample.completed(4)
    let second = Sample.completed(4, weights: "others", history: [3, 2, 1, 0.25])
    try store.commit([first], of: variant, worker: "a")
    #expect(try store.commit([second], of: variant, worker: "b") == [.violated])
    #expect(try store.commit([second], of: variant, worker: "b") == [.violated])
    // The batch that came twice was recorded once.
    #expect(try store.counts(variant).violations == 1)
    let open = try #require(try store.dispute(variant, index: TrialIndex(4)))
    #expect(!open.isSettled)
    #expect(Set(open.votes.map(\.worker.worker.name)) == ["a", "b"])
    #expect(try store.disputed(variant) == IntervalSet(TrialRange(4, 5)))
    // A third worker decides: the winner's result is the one that is read, with its history.
    #expect(
      try store.commit([second], of: variant, worker: "c") == [.settled(outvoted: ["a"])])
    #expect(try store.commit([second], of: variant, worker: "c") == [.settled(outvoted: [])])
    #expect(try store.allResults(variant) == [second])
    let settled = try #require(try store.dispute(variant, index: TrialIndex(4)))
    #expect(settled.isSettled)
    #expect(settled.votes.map(\.worker.worker.name) == ["b", "c", "a"])
    #expect(settled.votes.map(\.stands) == [true, true, false])
    #expect(try store.disputed(variant).isEmpty)
    #expect(settled.votes.map(\.result.seconds) == [0.25, 0.25, 0.25])
  }

  @Test("One bit of a metric, a NaN's payload, the sign of zero and the seed all count")
  func whatViolates() throws {
    func result(_ index: UInt64, _ metric: Double, seed: UInt64 = 5) -> TrialResult {
      TrialResult(
        index: TrialIndex(index), seed: TrialSeed(seed),
        outcome: .completed(Sample.measurements(metrics: [metric])), seconds: 1)
    }
    let otherNaN = Double(bitPattern: Double.nan.bitPattern | 1)
    try store.commit([result(0, 0.1), result(1, 0), result(2, .nan), result(3, 1)], of: variant)
    #expect(
      try store.commit(
        [result(0, 0.1.nextUp), result(1, -0.0), result(2, otherNaN), result(3, 1, seed: 6)],
        of: variant, worker: "b") == [.violated, .violated, .violated, .violated])
    #expect(try store.disputed(variant) == IntervalSet(TrialRange(0, 4)))
    var diverged = result(0, 0.1)
    diverged.outcome = .diverged(atEpoch: 3, Sample.measurements(metrics: [0.1]))
    #expect(try store.commit([diverged], of: variant, worker: "c") == [.violated])
  }

  @Test("A failure is replaced by a result, and never replaces one")
  func failures() throws {
    #expect(try store.commit([Sample.failed(0)], of: variant, worker: "a") == [.inserted])
    #expect(try store.commit([Sample.failed(0, reason: "x")], of: variant) == [.ignored])
    #expect(try store.allResults(variant) == [Sample.failed(0)])
    #expect(try store.counts(variant).failed == 1)
    #expect(try store.commit([Sample.completed(0)], of: variant, worker: "b") == [.retried])
    #expect(try store.commit([Sample.failed(0)], of: variant, worker: "c") == [.ignored])
    #expect(try store.allResults(variant) == [Sample.completed(0)])
    // The result is now b's own: its own copy confirms nothing, the first worker's does.
    #expect(try store.commit([Sample.completed(0)], of: variant, worker: "b") == [.confirmed])
    #expect(try store.counts(variant).confirmations == 0)
    #expect(try store.commit([Sample.completed(0)], of: variant, worker: "a") == [.confirmed])
    let counts = try store.counts(variant)
    #expect(counts.completed == 1 && counts.failed == 0 && counts.confirmations == 1)
    #expect(try store.counts(variant).violations == 0)
  }

  @Test("A failure with another seed is not the trial that the result is of")
  func failureWithAnotherSeed() throws {
    try store.commit([Sample.failed(0)], of: variant)
    #expect(try store.commit([Sample.completed(0, seed: 12)], of: variant) == [.violated])
    #expect(try store.allResults(variant) == [Sample.failed(0)])
  }

  @Test("Of a batch that fails nothing is stored, and the store goes on")
  func allOrNothing() throws {
    let batch = [
      StoredResult(variant: variant, result: Sample.completed(0), worker: "new"),
      StoredResult(variant: VariantKey(999), result: Sample.completed(1), worker: "new"),
    ]
    let error = #expect(throws: StoreError.self) { try store.commit(batch) }
    #expect(error?.code == .unusable)
    #expect(try store.recordedIndices(variant).isEmpty)
    #expect(try store.commit([Sample.completed(0)], of: variant) == [.inserted])
  }

  @Test func resultsBeyondTheLimitsAreRefused() throws {
    var tooFar = Sample.completed(0)
    tooFar.index = TrialIndex(Limits.trials)
    var timeless = Sample.completed(0)
    timeless.seconds = .nan
    var crowded = Sample.completed(0)
    crowded.outcome = .completed(
      Sample.measurements(metrics: Array(repeating: 1, count: Limits.resultMetrics + 1)))
    let talkative = Sample.failed(
      0, reason: String(repeating: "x", count: Limits.reasonLength + 1))
    for result in [tooFar, timeless, crowded, talkative] {
      let error = #expect(throws: StoreError.self) { try store.commit([result], of: variant) }
      #expect(error?.code == .unusable && error?.kind == .input)
    }
    var last = Sample.completed(0)
    last.index = TrialIndex(Limits.trials - 1)
    #expect(try store.commit([last], of: variant) == [.inserted])
    #expect(try store.allResults(variant) == [last])
    #expect(try store.commit([], of: variant) == [])
  }

  @Test("A full disk: nothing of the batch is stored, what was committed stays and is counted")
  func fullDisk() throws {
    // SQLite then fails with SQLITE_FULL, as it does where the disk has no space (man page of
    // PRAGMA max_page_count); the tables alone take about 20 pages.
    let path = scratch.path("full.sqlite")
    let small = try TrialStore(path: path, access: .readWrite, maximumPages: 40)
    let variant = try small.firstVariant()
    try small.commit((0..<10).map { Sample.completed($0) }, of: variant)
    let error = #expect(throws: StoreError.self) {
      try small.commit((10..<1_500).map { Sample.completed($0) }, of: variant)
    }
    #expect(error?.code == .diskFull && error?.kind == .environment)
    #expect(error?.description.contains("10 trials are saved") == true)
    #expect(error?.description.contains("run the same command again") == true)
    #expect(try small.recordedIndices(variant) == IntervalSet(TrialRange(0, 10)))
    try small.close()

    let roomy = try TrialStore(path: path, access: .readWrite)
    let outcomes = try roomy.commit((0..<1_500).map { Sample.completed($0) }, of: variant)
    #expect(outcomes.filter { $0 == .confirmed }.count == 10)
    #expect(try roomy.counts(variant).completed == 1_500)
  }
}
