import SweepModel
import Testing
import TrialStore

/// Results in the order in which they were stored, as a reader in another process sees them.
@Suite struct ArrivalTests {
  private let scratch: Scratch
  private let store: TrialStore
  private let reader: TrialStore
  private let sweep: StoredSweep
  private let other: StoredSweep

  init() throws {
    scratch = try Scratch()
    store = try TrialStore(path: scratch.path(), access: .readWrite)
    let variants = ["base", "slow"].map {
      NamedVariant(name: $0, variant: Sample.variant(epochs: $0 == "base" ? 10 : 20))
    }
    sweep = try store.register(Sample.sweep(variants: variants))
    other = try store.register(Sample.sweep(name: "other"))
    reader = try TrialStore(path: scratch.path(), access: .readOnly)
  }

  private func arrivals(
    _ position: inout ArrivalPosition, withHistory: Bool = false
  ) throws -> Arrivals {
    try reader.arrivals(of: sweep.id, after: &position, withHistory: withHistory)
  }

  @Test func eachResultComesOnceInTheOrderOfItsCommit() throws {
    let (base, slow) = (sweep.variants[0].key, sweep.variants[1].key)
    var position = ArrivalPosition()
    #expect(try arrivals(&position).results.isEmpty)
    try store.commit([Sample.completed(7)], of: slow)
    try store.commit([Sample.completed(3)], of: other.variants[0].key)
    try store.commit([Sample.completed(5), Sample.completed(2)], of: base)
    let first = try arrivals(&position)
    #expect(first.results.map(\.result.index.rawValue) == [7, 5, 2])
    #expect(first.results.map(\.variant) == [slow, base, base])
    #expect(first.isLast)
    #expect(first.results[0].result.measurements?.history == [])
    // A repetition is no arrival.
    try store.commit([Sample.completed(7)], of: slow, worker: "worker-2")
    #expect(try arrivals(&position).results.isEmpty)
    try store.commit([Sample.completed(0)], of: base)
    let second = try arrivals(&position, withHistory: true)
    #expect(second.results.map(\.result) == [Sample.completed(0)])
  }

  @Test func manyResultsComeInPages() throws {
    let base = sweep.variants[0].key
    for start in stride(from: UInt64(0), to: 3_000, by: 500) {
      try store.commit((start..<start + 500).map { Sample.completed($0) }, of: base)
    }
    var position = ArrivalPosition()
    var indices: [UInt64] = []
    var pages = 0
    var isLast = false
    while !isLast {
      let page = try arrivals(&position)
      isLast = page.isLast
      pages += 1
      indices += page.results.map(\.result.index.rawValue)
    }
    #expect(indices == Array(0..<3_000))
    #expect(pages == 3)
  }

  @Test func whatWasReadAndIsReplacedIsTold() throws {
    let base = sweep.variants[0].key
    try store.commit([Sample.failed(1), Sample.failed(2)], of: base)
    try store.commit([Sample.completed(1)], of: base)
    var position = ArrivalPosition()
    try reader.skipReplacements(&position)
    // It is read as it stands.
    let first = try arrivals(&position)
    #expect(first.results.map(\.result.status) == [.completed, .failed])
    #expect(first.replaced.isEmpty)
    try store.commit([Sample.completed(2)], of: base)
    try store.commit([Sample.failed(9)], of: base)
    try store.commit([Sample.completed(9)], of: base)
    let second = try arrivals(&position)
    #expect(second.replaced.map(\.index) == [TrialIndex(2)])
    #expect(second.replaced.map(\.variant) == [base])
    #expect(second.results.map(\.result.index) == [TrialIndex(9)])
    let third = try arrivals(&position)
    #expect(third.replaced.isEmpty && third.results.isEmpty)
  }

  @Test func theVersionChangesWithEachCommitOfAnother() throws {
    let before = try reader.dataVersion()
    #expect(try reader.dataVersion() == before)
    try store.commit([Sample.completed(1)], of: sweep.variants[0].key)
    #expect(try reader.dataVersion() != before)
  }
}
