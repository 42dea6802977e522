import Foundation
import Statistics

/// What may be concluded from a comparison of one metric, as a word and as a sentence.
///
/// A difference is concluded only where the sign-flip test gives p ≤ 0.05 *and* the t interval of the mean
/// difference does not contain 0. The two seldom part; where they do, as with few pairs or one pair far
/// from the others, there is no reason to be sure.
public struct ComparisonConclusion: Hashable, Sendable {
  /// The word for it.
  public let verdict: Verdict
  /// The sentence for people.
  public let text: String
  /// The pairs that would show a true difference of the size seen with a probability of 0.8, where
  /// none is concluded, as far as they can be told.
  public let pairsNeeded: UInt64?

  /// What may be concluded.
  public enum Verdict: String, Hashable, Sendable {
    /// A is better.
    case betterA = "a_better"
    /// B is better.
    case betterB = "b_better"
    /// A is higher; which is better the metric's name does not tell.
    case higherA = "a_higher"
    /// B is higher.
    case higherB = "b_higher"
    /// No difference can be concluded; that is not to say that there is none.
    case none = "no_difference_concluded"
    /// All pairs are equal, to the bit.
    case identical
  }

  /// The level of the test, and one less that of the interval.
  static let level = 0.05

  /// The conclusion of a comparison of the variants with these names.
  public init(_ metric: MetricComparison, a: String, b: String) {
    let figures = metric.figures
    let pairs = HumanText.count(UInt64(figures.count), "pair")
    guard figures.pairs.equal < figures.count else {
      verdict = .identical
      text = "\(a) and \(b) gave the same \(metric.name) in all \(pairs)."
      pairsNeeded = nil
      return
    }
    let winner = Winner(metric, a: a, b: b)
    let probability = "p = " + Self.probability(figures.test.pValue)
    let excludesZero =
      figures.difference.confidenceInterval.map { !$0.contains(0) } ?? false
    let isSignificant = figures.test.pValue <= Self.level
    if isSignificant && excludesZero {
      verdict = winner.verdict
      text =
        "\(winner.claim): \(metric.name) \(winner.amount) over \(pairs); \(probability)."
      pairsNeeded = nil
      return
    }
    verdict = .none
    let needed = PairsNeeded.toSee(
      figures.difference.mean, standardDeviation: figures.difference.standardDeviation ?? 0)
    // Fewer than there are would be no advice.
    pairsNeeded = needed.flatMap { $0 > UInt64(figures.count) ? $0 : nil }
    var sentences = [
      "no difference can be concluded from \(pairs): "
        + "\(metric.name) of \(winner.name) \(winner.amount); \(probability)"
    ]
    if UInt64(figures.count) < PairsNeeded.fewest {
      let smallest = 2 / Double(1 << figures.count)
      sentences.append(
        "\(pairs) cannot give a p below \(Self.probability(smallest)), whatever they show")
    } else if isSignificant != excludesZero {
      sentences.append("the interval and the sign-flip test disagree")
    }
    sentences.append(Self.advice(pairsNeeded, pairs: figures.count, figures.difference.mean))
    text = sentences.joined(separator: ". ").replacing(". about", with: ". About") + "."
  }

  private static func advice(_ needed: UInt64?, pairs: Int, _ difference: Double) -> String {
    if difference == 0 { return "The mean difference is 0" }
    guard let needed else {
      return "More pairs would tell more, but how many cannot be said from these"
    }
    let more = HumanText.count(needed - UInt64(pairs))
    return
      "about \(more) more pairs would be needed to see a difference of this size with power 0.8"
  }

  /// A p-value with two significant digits, but no fewer than four decimals of a small one.
  static func probability(_ value: Double) -> String {
    switch value {
    case 0.1...: String(format: "%.2f", value)
    case 0.0001...: String(format: "%.4f", value)
    default: String(format: "%.1e", value)
    }
  }
}

/// The variant that the figures speak for, and how.
private struct Winner {
  let verdict: ComparisonConclusion.Verdict
  /// The variant's name.
  let name: String
  /// Such as "slow is better".
  let claim: String
  /// Such as "higher by 0.012 [0.008, 0.016]".
  let amount: String

  init(_ metric: MetricComparison, a: String, b: String) {
    let difference = metric.figures.difference
    let isHigherA = difference.mean >= 0
    let isBetterA = metric.direction == .lower ? !isHigherA : isHigherA
    name = isBetterA ? a : b
    switch metric.direction {
    case .unknown:
      verdict = isBetterA ? .higherA : .higherB
      claim = "\(name) is higher (which is better, the metric's name does not tell)"
    case .higher, .lower:
      verdict = isBetterA ? .betterA : .betterB
      claim = "\(name) is better"
    }
    // Of the winner's value less the other's, as magnitudes of what was seen.
    let interval = difference.confidenceInterval.map { interval in
      isHigherA
        ? interval : -interval.upperBound...(-interval.lowerBound)
    }
    let (mean, text) = HumanText.figures(mean: difference.mean.magnitude, interval: interval)
    let word = metric.direction == .lower ? "lower" : "higher"
    amount = difference.mean == 0 ? "as high on average \(text)" : "\(word) by \(mean) \(text)"
  }
}
