import Foundation
import Randomness
import SweepModel
import Testing
import TrialStore

@Suite("Votes on a trial")
struct VoteTests {
  let scratch: Scratch
  let store: TrialStore
  let variant: VariantKey

  init() throws {
    scratch = try Scratch()
    store = try TrialStore(path: scratch.path(), access: .readWrite)
    variant = try store.firstVariant()
  }

  /// What can be read about trials in which votes are, and must not depend on the order of them.
  private struct Standing: Equatable {
    var weights: [UInt64: WeightsDigest] = [:]
    var settled: [UInt64: Bool] = [:]
    var losers: [UInt64: Set<String>] = [:]
    var failures: [String: Int] = [:]
    var unsupported = IntervalSet()
  }

  /// The rules of docs/store.md over all votes at once, without a store.
  private struct Model {
    var votes: [UInt64: [String: Set<String>]] = [:]
    var quarantined: Set<String> = []

    func standing() -> Standing {
      var standing = Standing()
      for (index, ballots) in votes {
        let steady = ballots.filter { $0.value.count == 1 }
        let trusted = steady.filter { !quarantined.contains($0.key) }
        // The first group of voters that is not empty counts.
        let counting = trusted.isEmpty ? (steady.isEmpty ? ballots : steady) : trusted
        var tally: [String: Int] = [:]
        for choices in counting.values { for choice in choices { tally[choice, default: 0] += 1 } }
        let most = tally.values.max() ?? 0
        let best = tally.filter { $0.value == most }.keys.map { Self.digest($0, index) }
          .min { $0.hex < $1.hex }
        let all = Set(ballots.values.joined())
        standing.weights[index] = best
        let vouchers = ballots.filter { ballot in
          !quarantined.contains(ballot.key)
            && ballot.value.contains { Self.digest($0, index) == best }
        }
        if vouchers.isEmpty { standing.unsupported.insert(TrialIndex(index)) }
        guard all.count > 1 else { continue }
        let isSettled = !trusted.isEmpty && 2 * most > trusted.count
        standing.settled[index] = isSettled
        let losers = ballots.filter { ballot in
          ballot.value.contains { Self.digest($0, index) != best }
        }.keys
        standing.losers[index] = Set(losers)
        if isSettled { for loser in losers { standing.failures[loser, default: 0] += 1 } }
      }
      return standing
    }

    static func digest(_ weights: String, _ index: UInt64) -> WeightsDigest {
      WeightsDigest(hashing: "\(weights)-\(index)".utf8)
    }
  }

  private func standing(_ store: TrialStore, _ variant: VariantKey) throws -> Standing {
    var standing = Standing()
    for result in try store.allResults(variant) {
      let index = result.index.rawValue
      standing.weights[index] = result.measurements?.weightsDigest
      guard let dispute = try store.dispute(variant, index: result.index) else { continue }
      standing.settled[index] = dispute.isSettled
      standing.losers[index] = Set(dispute.votes.filter { !$0.stands }.map(\.worker.worker.name))
    }
    for worker in try store.suspectedWorkers() where worker.failures > 0 {
      standing.failures[worker.worker.name] = worker.failures
    }
    standing.unsupported = try store.unsupportedTrials()[variant] ?? IntervalSet()
    return standing
  }

  private enum Step {
    case vote(UInt64, worker: String, weights: String)
    case distrust(String)
  }

  @Test("Honest and lying workers in any order, against a model", arguments: 1...60)
  func againstModel(seed: UInt64) throws {
    var generator = SplitMix64(state: seed)
    let workers = ["a", "b", "c", "d", "e", "f"]
    var steps: [Step] = []
    for worker in workers {
      let isLiar = Int.random(in: 0..<3, using: &generator) == 0
      for index in UInt64(0)..<6 where Bool.random(using: &generator) {
        let lie = ["y", "z"][Int.random(in: 0..<2, using: &generator)]
        steps.append(.vote(index, worker: worker, weights: isLiar ? lie : "x"))
        // Some send it again, and some contradict themselves.
        switch Int.random(in: 0..<8, using: &generator) {
        case 0: steps.append(.vote(index, worker: worker, weights: isLiar ? lie : "x"))
        case 1: steps.append(.vote(index, worker: worker, weights: "w"))
        default: break
        }
      }
      if isLiar, Bool.random(using: &generator) { steps.append(.distrust(worker)) }
    }
    var model = Model()
    for step in steps {
      switch step {
      case .vote(let index, let worker, let weights):
        model.votes[index, default: [:]][worker, default: []].insert(weights)
      case .distrust(let worker): model.quarantined.insert(worker)
      }
    }
    for order in 0..<3 {
      let other = try TrialStore(path: scratch.path("\(order).sqlite"), access: .readWrite)
      let variant = try other.firstVariant()
      for step in steps.shuffled(using: &generator) {
        switch step {
        case .vote(let index, let worker, let weights):
          try other.commit([Sample.completed(index, weights: weights)], of: variant, worker: worker)
        case .distrust(let worker): _ = try other.distrust(StoredWorker(name: worker))
        }
      }
      let found = try standing(other, variant)
      #expect(found == model.standing(), "seed \(seed), order \(order)")
      var open = IntervalSet()
      for (index, isSettled) in found.settled where !isSettled { open.insert(TrialIndex(index)) }
      #expect(try other.disputed(variant) == open, "seed \(seed)")
    }
  }

  @Test("A worker that contradicts itself counts for neither of its results")
  func contradiction() throws {
    try store.commit([Sample.completed(0)], of: variant, worker: "a")
    #expect(
      try store.commit([Sample.completed(0, weights: "x")], of: variant, worker: "a")
        == [.violated])
    #expect(
      try store.commit([Sample.completed(0)], of: variant, worker: "b")
        == [.settled(outvoted: ["a"])])
    #expect(try store.allResults(variant) == [Sample.completed(0)])
  }

  @Test("A trial keeps a bounded number of results")
  func flood() throws {
    try store.commit([Sample.completed(0)], of: variant, worker: "a")
    for lie in 0..<Limits.violationsOfTrial + 20 {
      try store.commit([Sample.completed(0, weights: "\(lie)")], of: variant, worker: "liar-\(lie)")
    }
    #expect(try store.counts(variant).violations == UInt64(Limits.violationsOfTrial))
    let dispute = try #require(try store.dispute(variant, index: TrialIndex(0)))
    #expect(dispute.votes.count <= 2 * StoredDispute.shownVotes + 1)
  }
}
