import Scheduling
import SweepModel

/// The store of a ``ScaleRun``: which trials have a result, and how often one came again.
///
/// All results of a trial are the same, so that one that comes again confirms the first.
struct ScaleStore {
  private(set) var recorded = IntervalSet()
  private(set) var mostIntervals = 0
  /// Results whose trial had one.
  private(set) var repeated: UInt64 = 0
  /// Of the indices of all results that were the first: their number, and their sum modulo 2⁶⁴.
  private var firsts: UInt64 = 0
  private var sum: UInt64 = 0
  /// The usual answers, by their number.
  private var allRecorded: [Int: [Coordinator.CommitOutcome]] = [:]
  private static let mostAnswers = 64

  mutating func commit(_ results: [TrialResult]) -> [Coordinator.CommitOutcome] {
    let usual = answers(results.count)
    var known: [Int] = []
    results.withUnsafeBufferPointer { results in
      var start = 0
      while start < results.count {
        let first = results[start].index.rawValue
        var end = start
        while end < results.count, results[end].index.rawValue == first + UInt64(end - start) {
          sum &+= results[end].index.rawValue
          end += 1
        }
        firsts += UInt64(end - start)
        let range = TrialRange(first, first + UInt64(end - start))
        for index in recorded.intersection(range).ranges.flatMap(\.indices) {
          known.append(start + Int(index.rawValue - first))
          firsts -= 1
          sum &-= index.rawValue
        }
        recorded.insert(range)
        start = end
      }
    }
    mostIntervals = max(mostIntervals, recorded.ranges.count)
    repeated += UInt64(known.count)
    return known.isEmpty ? usual : Self.confirming(known, usual)
  }

  private mutating func answers(_ count: Int) -> [Coordinator.CommitOutcome] {
    if let usual = allRecorded[count] { return usual }
    if allRecorded.count >= Self.mostAnswers { allRecorded = [:] }
    let usual = [Coordinator.CommitOutcome](repeating: .recorded, count: count)
    allRecorded[count] = usual
    return usual
  }

  private static func confirming(_ places: [Int], _ usual: [Coordinator.CommitOutcome])
    -> [Coordinator.CommitOutcome]
  {
    var outcomes = usual
    for place in places { outcomes[place] = .confirmed }
    return outcomes
  }

  /// Why not every trial from 0 to `trials` has exactly one first result; nil where each has.
  ///
  /// The number and the sum of the indices are counted result by result, and not from the intervals.
  func objection(to trials: UInt64) -> String? {
    guard recorded == IntervalSet(TrialRange(0, trials)) else {
      return "the store has \(recorded.count) trials of \(trials)"
    }
    let (even, odd) = trials.isMultiple(of: 2) ? (trials, trials - 1) : (trials - 1, trials)
    guard firsts == trials, sum == (even / 2) &* odd else {
      return "the store was given \(firsts) first results of \(trials) trials"
    }
    return nil
  }
}
