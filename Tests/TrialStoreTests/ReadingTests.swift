import Foundation
import Randomness
import SweepModel
import Testing
import TrialStore

@Suite("Reading results")
struct ReadingTests {
  let scratch: Scratch
  let store: TrialStore
  let variant: VariantKey

  init() throws {
    scratch = try Scratch()
    store = try TrialStore(path: scratch.path(), access: .readWrite)
    variant = try store.firstVariant()
  }

  @Test("Recorded indices, with holes, against a set of our own", arguments: 1...4)
  func recordedIndices(seed: UInt64) throws {
    var generator = SplitMix64(state: seed)
    var expected = IntervalSet()
    var batch: [TrialResult] = []
    for _ in 0..<400 {
      let index = UInt64.random(in: 0..<600, using: &generator)
      if !expected.contains(TrialIndex(index)) { batch.append(Sample.completed(index)) }
      expected.insert(TrialIndex(index))
    }
    try store.commit(batch, of: variant)
    #expect(try store.recordedIndices(variant) == expected, "seed \(seed)")
    #expect(try store.recordedIndices(VariantKey(77)).isEmpty)
  }

  @Test func recordedIndicesByStatus() throws {
    let diverged = TrialResult(
      index: TrialIndex(9), seed: TrialSeed(9),
      outcome: .diverged(atEpoch: 2, Sample.measurements(metrics: [.nan])), seconds: 1)
    try store.commit(
      [Sample.completed(0), Sample.failed(1), Sample.failed(2), diverged], of: variant)
    #expect(try store.recordedIndices(variant, status: .failed) == IntervalSet(TrialRange(1, 3)))
    #expect(try store.recordedIndices(variant, status: .diverged) == IntervalSet(TrialRange(9, 10)))
    #expect(try store.recordedIndices(variant, status: .completed) == IntervalSet(TrialRange(0, 1)))
    let counts = try store.counts(variant)
    #expect(counts.completed == 1 && counts.failed == 2 && counts.diverged == 1)
    #expect(counts.recorded == 4 && counts.confirmations == 0 && counts.violations == 0)
  }

  @Test("Ranges of results are half-open, in order, and stop where the caller stops")
  func ranges() throws {
    try store.commit([5, 1, 9, 3, 7].map { Sample.completed($0) }, of: variant)
    var seen: [UInt64] = []
    try store.results(variant, in: TrialRange(3, 9), withHistory: true) {
      seen.append($0.index.rawValue)
    }
    #expect(seen == [3, 5, 7])
    struct Enough: Error {}
    #expect(throws: Enough.self) {
      try store.results(variant, in: TrialRange(0, 10), withHistory: false) { _ in throw Enough() }
    }
    #expect(try store.result(variant, index: TrialIndex(4)) == nil)
    #expect(try store.result(variant, index: TrialIndex(.max)) == nil)
  }

  @Test("Histories larger than a page of reading come whole")
  func largeHistories() throws {
    let long = (0..<300_000).map { Double($0) / 3 }
    let results = (0..<5).map { Sample.completed($0, history: long) }
    try store.commit(results, of: variant)
    #expect(try store.allResults(variant) == results)
  }

  @Test("The order of arrival leaves no trace", arguments: 1...3)
  func orderOfArrival(seed: UInt64) throws {
    var generator = SplitMix64(state: seed)
    let other = try TrialStore(path: scratch.path("other.sqlite"), access: .readWrite)
    let otherVariant = try other.firstVariant()
    let results = (UInt64(0)..<1_200).map {
      $0 % 10 == 3 ? Sample.failed($0) : Sample.completed($0)
    }
    try store.commit(results, of: variant)
    let shuffled = results.shuffled(using: &generator)
    for start in stride(from: 0, to: shuffled.count, by: 97) {
      try other.commit(
        Array(shuffled[start..<min(start + 97, shuffled.count)]), of: otherVariant,
        worker: "worker-\(start % 5)")
    }
    #expect(try other.allResults(otherVariant) == results, "seed \(seed)")
    #expect(try store.allResults(variant) == results)
    #expect(try other.counts(otherVariant) == store.counts(variant))
  }

  @Test("Many results go in and come out; the rate is printed, not judged")
  func manyResults() throws {
    #if DEBUG
      let count: UInt64 = 20_000
    #else
      let count: UInt64 = 200_000
    #endif
    let clock = ContinuousClock()
    let batches = stride(from: 0, to: count, by: 1_000).map { start in
      (start..<start + 1_000).map { Sample.completed($0, history: []) }
    }
    let writing = try clock.measure {
      for batch in batches { try store.commit(batch, of: variant) }
    }
    var recorded = IntervalSet()
    let resuming = try clock.measure { recorded = try store.recordedIndices(variant) }
    #expect(recorded == IntervalSet(TrialRange(0, count)))
    var read: UInt64 = 0
    let reading = try clock.measure {
      try store.results(variant, in: TrialRange(0, count), withHistory: false) { _ in read += 1 }
    }
    #expect(read == count)
    print("\(count) results: written in \(writing), indices in \(resuming), read in \(reading)")
  }
}
