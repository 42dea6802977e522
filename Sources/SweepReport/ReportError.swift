import SweepModel

/// Results that cannot be those of the sweep that is to be reported.
///
/// A summary that left such a result out would be wrong without a word, so it is not made at all.
public enum ReportError: Error, Hashable {
  /// A result came after one of the same or a later index.
  case notInOrder(variant: String, index: TrialIndex, after: TrialIndex)
  /// A result's index is none of the sweep's trials.
  case outsideSweep(variant: String, index: TrialIndex, trials: UInt64)
  /// A completed trial has another number of metrics than its variant.
  case metricCount(variant: String, index: TrialIndex, expected: Int, found: Int)
  /// A completed trial has a metric that is not finite.
  case metricNotFinite(variant: String, index: TrialIndex, metric: String)
  /// A history has no whole number of epochs, or more of them than the variant trains for.
  case historyLength(variant: String, index: TrialIndex, found: Int)
  /// More pairs of trials than are compared at a time.
  case tooManyPairs
}

extension ReportError: CustomStringConvertible {
  /// For people: what, where, and how to mend it.
  public var description: String {
    switch self {
    case .notInOrder(let variant, let index, let previous):
      "variant \(variant), trial \(index): came after trial \(previous); "
        + "read the results in the order of their indices, each once"
    case .outsideSweep(let variant, let index, let trials):
      "variant \(variant), trial \(index): the summary is of "
        + (trials == 0 ? "no trials" : "trials 0 to \(trials - 1)")
        + "; ask for more trials, or read fewer results"
    case .metricCount(let variant, let index, let expected, let found):
      "variant \(variant), trial \(index): \(found) metrics where the variant has \(expected); "
        + "the store is damaged or of another sweep: run the trial again"
    case .metricNotFinite(let variant, let index, let metric):
      "variant \(variant), trial \(index): completed, yet \(metric) is not finite; "
        + "the store is damaged: run the trial again"
    case .historyLength(let variant, let index, let found):
      "variant \(variant), trial \(index): a history of \(found) values cannot be this variant's; "
        + "the store is damaged or of another sweep: run the trial again"
    case .tooManyPairs:
      "there are more than \(Limits.comparedPairs) pairs, the limit of one comparison; "
        + "compare the first with --trials \(Limits.comparedPairs)"
    }
  }
}
