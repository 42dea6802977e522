import SweepModel
import SweepReport
import SweepSpecification
import TrialStore

extension TrialStore {
  /// The comparison of two variants of a sweep over its trials with an index below `trials`; over all
  /// where it is nil.
  ///
  /// - Parameter metrics: those to compare; all that both have where it is empty.
  /// - Throws: ``RuntimeError`` where there is no such variant or metric, where there are fewer than two
  ///   pairs, and where the store cannot be read.
  public func comparison(
    of stored: StoredSweep, _ nameA: String, _ nameB: String, metrics: [String] = [],
    trials: UInt64? = nil
  ) throws(RuntimeError) -> VariantComparison {
    let sweep = stored.sweep
    let positionA = try Self.position(of: nameA, in: sweep)
    let positionB = try Self.position(of: nameB, in: sweep)
    guard positionA != positionB else {
      throw RuntimeError(
        .input, "a comparison needs two variants, and `\(nameA)` is one; name another")
    }
    let (a, b) = (sweep.variants[positionA], sweep.variants[positionB])
    try Self.check(metrics, ofBoth: a, b)
    let range = TrialRange(0, min(trials ?? sweep.trials, sweep.trials))
    do {
      func count(_ position: Int) throws(StoreError) -> UInt64 {
        try trustCounts(stored.variants[position].key, unsupported: [:]).violations
      }
      var builder = VariantComparison.Builder(
        sweep, trials: range.count, a: a, b: b, metrics: metrics,
        violations: (try count(positionA), try count(positionB)))
      try results(stored.variants[positionA].key, in: range, withHistory: false) {
        try builder.addA($0)
      }
      try results(stored.variants[positionB].key, in: range, withHistory: false) {
        try builder.addB($0)
      }
      guard var comparison = builder.comparison() else {
        throw RuntimeError(.input, "\(sweep.name): \(builder.shortage)")
      }
      comparison.trust = try trust(of: stored, variants: [positionA, positionB])
      return comparison
    } catch let error as StoreError {
      throw RuntimeError(error)
    } catch let error as RuntimeError {
      throw error
    } catch {
      throw RuntimeError(.input, "\(path): \(error)")
    }
  }

  private static func position(of name: String, in sweep: Sweep) throws(RuntimeError) -> Int {
    let names = sweep.variants.map(\.name)
    guard let position = names.firstIndex(of: name) else {
      throw RuntimeError(
        .input,
        "\(sweep.name) has no variant \(Suggestion.quoted(name)); "
          + advice(name, among: names, called: "it has"))
    }
    return position
  }

  private static func check(
    _ metrics: [String], ofBoth a: NamedVariant, _ b: NamedVariant
  ) throws(RuntimeError) {
    let shared = VariantComparison.Builder.shared(a, b)
    guard !shared.isEmpty else {
      throw RuntimeError(
        .input,
        "\(a.name) and \(b.name) have no metric in common: \(a.variant.metricNames.listed) there, "
          + "\(b.variant.metricNames.listed) here")
    }
    for metric in metrics where !shared.contains(metric) {
      throw RuntimeError(
        .input,
        "\(a.name) and \(b.name) do not both have the metric \(Suggestion.quoted(metric)); "
          + advice(metric, among: shared, called: "both have"))
    }
  }

  private static func advice(_ name: String, among names: [String], called what: String) -> String {
    Suggestion.nearest(to: name, among: names).map { "did you mean `\($0)`?" }
      ?? "\(what) \(names.listed)"
  }
}
