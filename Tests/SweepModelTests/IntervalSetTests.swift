import SweepModel
import Testing

/// Interval sets against plain sets of indices.
struct IntervalSetTests {
  private struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ (state >> 29)
    }
  }

  private func expectCanonical(_ set: IntervalSet, _ model: Set<UInt64>, _ seed: UInt64) {
    #expect(set.count == UInt64(model.count), "seed \(seed)")
    #expect(set.ranges.allSatisfy { !$0.isEmpty }, "seed \(seed)")
    for (left, right) in zip(set.ranges, set.ranges.dropFirst()) {
      #expect(left.upperBound < right.lowerBound, "seed \(seed)")
    }
    let members = set.ranges.flatMap { Array($0.indices).map(\.rawValue) }
    #expect(members == model.sorted(), "seed \(seed)")
  }

  @Test(arguments: UInt64(0)..<200)
  func behavesAsASet(seed: UInt64) {
    var random = Generator(state: seed)
    var set = IntervalSet()
    var model: Set<UInt64> = []
    for _ in 0..<60 {
      let lower = UInt64.random(in: 0..<60, using: &random)
      let range = TrialRange(lower, lower + UInt64.random(in: 0..<12, using: &random))
      let indices = range.indices.map(\.rawValue)
      switch Int.random(in: 0..<4, using: &random) {
      case 0, 1:
        set.insert(range)
        model.formUnion(indices)
      case 2:
        #expect(set.intersection(range).count == UInt64(model.intersection(indices).count))
        set.remove(range)
        model.subtract(indices)
      default:
        let limit = UInt64.random(in: 1..<5, using: &random)
        let taken = set.popFirst(limit: limit)
        #expect(taken?.lowerBound.rawValue == model.min())
        for index in taken.map({ Array($0.indices) }) ?? [] { model.remove(index.rawValue) }
      }
      expectCanonical(set, model, seed)
      let probe = TrialIndex(UInt64.random(in: 0..<80, using: &random))
      #expect(set.contains(probe) == model.contains(probe.rawValue), "seed \(seed)")
    }
  }

  @Test func aBillionTrialsAreOneInterval() {
    var set = IntervalSet(TrialRange(0, 1_000_000_000))
    set.remove(TrialIndex(500_000_000))
    #expect(set.ranges.count == 2)
    #expect(set.count == 999_999_999)
  }
}
