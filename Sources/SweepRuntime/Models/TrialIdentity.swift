import SweepModel

/// A trial of a sweep: what is trained, and by which seed.
struct TrialIdentity {
  let sweep: Sweep
  let variant: NamedVariant
  let index: TrialIndex
  let seed: TrialSeed

  /// The trial of `seed` of the variant called `name`, or of the only one.
  ///
  /// - Throws: ``RuntimeError`` where the sweep has no such variant or trial.
  init(_ seed: TrialSeed, of sweep: Sweep, variant name: String?) throws(RuntimeError) {
    self.sweep = sweep
    self.seed = seed
    variant = try Self.variant(name, of: sweep)
    index = try Self.index(of: seed, in: sweep)
  }

  /// The variant called `name`, or the only one.
  static func variant(
    _ name: String?, of sweep: Sweep
  ) throws(RuntimeError) -> NamedVariant {
    let names = sweep.variants.map(\.name)
    guard let name else {
      guard names.count == 1 else {
        throw RuntimeError(
          .input,
          "\(sweep.name) has the variants \(names.listed): choose one with --variant")
      }
      return sweep.variants[0]
    }
    guard let variant = sweep.variants.first(where: { $0.name == name }) else {
      throw RuntimeError(.input, "\(sweep.name) has no variant `\(name)`; it has \(names.listed)")
    }
    return variant
  }

  private static func index(of seed: TrialSeed, in sweep: Sweep) throws(RuntimeError) -> TrialIndex
  {
    let index = sweep.masterSeed.index(of: seed)
    guard index.rawValue < sweep.trials else {
      throw RuntimeError(
        .input,
        "\(sweep.name) has no trial with seed \(seed): its \(sweep.trials) trials from master seed "
          + "\(sweep.masterSeed) have the indices 0 to \(sweep.trials - 1), and this seed would be "
          + "index \(index); `seedsweep seeds` lists them")
    }
    return index
  }
}
