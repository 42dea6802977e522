import SweepModel

/// The results that workers gave for one trial, and which of them stands.
///
/// The verdict is a function of the set of votes and of who is trusted, never of the order in which
/// the votes came:
/// - A worker counts once. One that is quarantined, or gave two results for the same trial, does not.
/// - A result with more than half of the workers that count *settles* the matter.
/// - Otherwise the one with most of them stands for the time being, and of several the one whose bits
///   come first in a fixed order, which says nothing about which is right.
/// - Where nobody counts, all votes do, and nothing is settled.
struct TrialVotes {
  /// One worker's result.
  struct Vote {
    /// The worker's row.
    let worker: Int64
    let isTrusted: Bool
    let result: TrialResult
    /// The row of `violation` that holds it; nil of a vote for the stored result.
    var violation: Int64?
    /// Whether the vote is marked as one that a majority overruled.
    var isOutvoted = false
  }

  /// Which result stands.
  struct Verdict: Equatable {
    /// Whether more than half of the workers that count agree.
    let isSettled: Bool
    /// The votes for the result that stands, as positions, ascending.
    let winners: [Int]
    /// The other votes, likewise.
    let losers: [Int]
    /// The vote whose worker answers for the result.
    let owner: Int
  }

  /// The votes in the order in which they came, those for the stored result first.
  let votes: [Vote]

  /// - Precondition: there is a vote.
  var verdict: Verdict {
    let choices = choices
    var choicesOf: [Int64: Set<Int>] = [:]
    for (vote, choice) in zip(votes, choices) { choicesOf[vote.worker, default: []].insert(choice) }
    func isSteady(_ vote: Vote) -> Bool { choicesOf[vote.worker]?.count == 1 }
    var counted = votes.indices.filter { votes[$0].isTrusted && isSteady(votes[$0]) }
    let isTrustworthy = !counted.isEmpty
    if counted.isEmpty { counted = votes.indices.filter { isSteady(votes[$0]) } }
    if counted.isEmpty { counted = Array(votes.indices) }

    var supporters: [Int: Set<Int64>] = [:]
    for vote in counted { supporters[choices[vote], default: []].insert(votes[vote].worker) }
    func precedes(_ first: Int, _ second: Int) -> Bool {
      let (most, others) = (supporters[first]?.count ?? 0, supporters[second]?.count ?? 0)
      guard most == others else { return most > others }
      return votes[first].result.bitsPrecede(votes[second].result)
    }
    guard let best = supporters.keys.min(by: precedes) else {
      preconditionFailure("a trial without votes has no verdict")
    }
    let voters = Set(counted.map { votes[$0].worker }).count
    let winners = votes.indices.filter { choices[$0] == best }
    return Verdict(
      isSettled: isTrustworthy && 2 * (supporters[best]?.count ?? 0) > voters,
      winners: winners, losers: votes.indices.filter { choices[$0] != best },
      owner: winners.first(where: counted.contains) ?? best)
  }

  /// For each vote the position of the first one with the same bits.
  private var choices: [Int] {
    votes.indices.map { position in
      votes.firstIndex { $0.result.agrees(with: votes[position].result) } ?? position
    }
  }
}

extension TrialResult {
  /// Puts results of one trial in an order that only their bits decide.
  fileprivate func bitsPrecede(_ other: TrialResult) -> Bool {
    orderingKey.lexicographicallyPrecedes(other.orderingKey)
  }

  private var orderingKey: [UInt64] {
    var key: [UInt64] = []
    if let measurements {
      for digest in [measurements.weightsDigest.bytes, measurements.historyDigest.bytes] {
        key += digest.map { UInt64($0) }
      }
      key.append(UInt64(measurements.metrics.count))
      key += measurements.metrics.map(\.bitPattern)
    }
    if case .diverged(let epoch, _) = outcome { key.append(UInt64(truncatingIfNeeded: epoch)) }
    key.append(seed.rawValue)
    return key
  }
}
