import Foundation
import SweepModel
import Testing
import TrialStore

@Suite("Results that are inserted many at a time")
struct GroupTests {
  let scratch: Scratch
  let store: TrialStore
  let variant: VariantKey

  init() throws {
    scratch = try Scratch()
    store = try TrialStore(path: scratch.path(), access: .readWrite)
    variant = try store.firstVariant()
  }

  /// Results that differ in all that belongs to them alone.
  private func result(_ index: UInt64) -> TrialResult {
    Sample.completed(index, history: [Double(index), 1, -Double(index)])
  }

  @Test("Each row has its own result and history, whatever was there before", arguments: [0, 1, 3])
  func rows(step: UInt64) throws {
    let before = (0..<40).filter { step > 0 && $0 % step == 0 }.map { UInt64($0) }
    try store.commit(before.map(result), of: variant, worker: "a")
    // Backwards, so that rows and indices run against each other.
    let all = (0..<40).reversed().map { result(UInt64($0)) }
    let outcomes = try store.commit(all, of: variant, worker: "b")
    #expect(
      outcomes == all.map { before.contains($0.index.rawValue) ? .confirmed : .inserted })
    #expect(try store.allResults(variant) == (0..<40).map { result($0) })
    #expect(try store.counts(variant).confirmations == UInt64(before.count))
  }

  @Test("A trial that comes twice in one group is inserted once")
  func twice() throws {
    var results = (0..<16).map { result(UInt64($0)) }
    results[9] = results[2]
    var expected = [CommitOutcome](repeating: .inserted, count: 16)
    expected[9] = .confirmed
    #expect(try store.commit(results, of: variant) == expected)
    #expect(try store.allResults(variant).count == 15)
  }

  @Test("Texts that do not fit where a statement keeps short ones are stored as well")
  func longTexts() throws {
    let results = (0..<16).map { index in
      Sample.failed(
        UInt64(index), reason: String(repeating: "\(index % 10)", count: Limits.reasonLength))
    }
    try store.commit(results, of: variant)
    #expect(try store.allResults(variant) == results)
  }

  @Test("The metrics that a summary reads are those of the whole results, in order")
  func metrics() throws {
    // More than a page of them, in two runs that came one after the other.
    let odd = stride(from: 1, to: 5_000, by: 2).map { result(UInt64($0)) }
    let even = stride(from: 0, to: 5_000, by: 2).map { index in
      var result = result(UInt64(index))
      if index % 10 == 0 { result = Sample.failed(UInt64(index)) }
      if index % 14 == 0, let measurements = result.measurements {
        result.outcome = .diverged(atEpoch: 2, measurements)
      }
      return result
    }
    try store.commit(odd + even, of: variant)
    for range in [TrialRange(0, 5_000), TrialRange(17, 4_500), TrialRange(5_000, 6_000)] {
      var seen: [String] = []
      try store.metrics(
        variant, in: range,
        completed: { seen.append("\($0) \($1) completed \($2)") },
        other: { seen.append("\($0) \($1.rawValue)") })
      var expected: [String] = []
      try store.results(variant, in: range, withHistory: false) { result in
        if case .completed(let measurements) = result.outcome {
          expected.append("\(result.index) \(result.seed) completed \(measurements.metrics)")
        } else {
          expected.append("\(result.index) \(result.status.rawValue)")
        }
      }
      #expect(seen == expected)
    }
  }

  @Test("Metrics that are none are refused, not read")
  func damage() throws {
    try store.commit([result(0)], of: variant)
    for damage in ["metrics = x'01'", "status = 'done'"] {
      try scratch.execute("UPDATE trial SET \(damage)")
      #expect(throws: StoreError.self) {
        try store.metrics(
          variant, in: TrialRange(0, 1), completed: { _, _, _ in }, other: { _, _ in })
      }
      try scratch.execute("UPDATE trial SET metrics = zeroblob(8), status = 'completed'")
    }
  }
}
