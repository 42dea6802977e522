/// The probability that the first of a pair is the greater, with a bootstrap interval.
///
/// It is the share of the pairs in which A is greater, equal pairs counting half. The interval is the
/// percentile one: the share is taken anew in many resamples of the pairs, drawn with replacement, and
/// 2.5% of them are cut off at each end. All of it is arithmetic of whole numbers but the last division.
///
/// Where every pair agrees, every resample does, and the interval is a single point: it then says
/// nothing about how sure the share is.
///
/// - Source: B. Efron, "Bootstrap methods: another look at the jackknife", Annals of Statistics 7 (1),
///   1979; for comparing learners X. Bouthillier et al., "Accounting for variance in machine learning
///   benchmarks", MLSys 2021.
public struct BootstrapProportion: Hashable, Sendable {
  /// The share.
  public let value: Double
  /// The 95% interval.
  public let interval: ClosedRange<Double>
  /// The number of resamples.
  public let resamples: Int

  /// Takes pairs of finite values, at least one.
  ///
  /// Resample r takes as its element e the pair ⌊word(r, e) · n ÷ 2³²⌋. Of R resamples in ascending
  /// order the interval is from number ⌊R ÷ 40⌋ to number R − 1 − ⌊R ÷ 40⌋, from 0.
  init(_ a: [Double], _ b: [Double], _ stream: ResamplingStream) {
    let count = a.count
    let scores = zip(a, b).map { $0 > $1 ? 2 : $0 < $1 ? 0 : 1 }
    let rounds = ResamplingStream.rounds(pairs: count, fewest: 1_000, most: 10_000)
    let whole = Double(2 * count)
    let bound = UInt64(count)
    let instance = ResamplingStream.Purpose.resample.instance
    var sums = (0..<rounds).map { round in
      var sum = 0
      stream.words(count, instance: instance, round: round) { _, word in
        sum += scores[Int((UInt64(word) * bound) >> 32)]
      }
      return sum
    }
    sums.sort()
    let cut = rounds / 40
    value = Double(scores.reduce(0, +)) / whole
    interval = Double(sums[cut]) / whole...Double(sums[rounds - 1 - cut]) / whole
    resamples = rounds
  }
}
