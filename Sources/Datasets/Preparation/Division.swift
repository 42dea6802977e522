import Randomness
import SweepModel

/// How samples are divided into those that train, validate and test.
///
/// By a seed of the data's own, never by the trial's: all trials and variants of a sweep are compared
/// on the same samples (docs/decisions/0009-one-split-for-all-trials.md).
struct Division {
  /// The share that validates.
  var validation = 0.0
  /// The share that tests.
  var test = 0.0
  /// The seed of the samples' order.
  var seed = TrialSeed(0)

  /// The arguments.
  static let parameters: [ConfigurationSchema.Parameter] = [
    .optional(
      "validation", .number(.fraction), default: .number(0),
      "The share of the samples that validates, drawn with split_seed."),
    .optional(
      "test", .number(.fraction), default: .number(0),
      "The share of the samples that tests the trained model, drawn with split_seed."),
    .optional(
      "split_seed", .integer(0...Limits.dataSeed), default: .integer(0),
      "What decides which samples validate and test; the same in all trials."),
  ]

  /// No division.
  init() {}

  /// What the arguments of `configuration` say, where its kind has them.
  init(_ configuration: Configuration) {
    guard configuration.arguments["split_seed"] != nil else { return }
    validation = configuration.number("validation")
    test = configuration.number("test")
    seed = TrialSeed(UInt64(configuration.integer("split_seed")))
  }

  /// The samples' new order, or nil for that which they have, and the parts that they then have.
  ///
  /// Of the n training samples, permutation 0 of the split stream is p (docs/numeric-contract.md).
  /// Of p the last ⌊n × test⌋ test, the ⌊n × validation⌋ before them validate, and the others train.
  ///
  /// - Throws: ``PreparationProblem`` where a part would be empty, or the files have such a part.
  func divide(_ parts: DataParts) throws(PreparationProblem) -> (order: [UInt32]?, DataParts) {
    guard validation > 0 || test > 0 else { return (nil, parts) }
    for (name, share, own) in [
      ("validation", validation, parts.validation), ("test", test, parts.test),
    ] where share > 0 && own > 0 {
      throw PreparationProblem(
        argument: name,
        message:
          "\(own) samples of a file are there for \(own: name): leave the file or this share out")
    }
    let count = parts.training
    let validating = try samples(validation, of: count, "validation")
    let testing = try samples(test, of: count, "test")
    guard validating + testing < count else {
      throw PreparationProblem(
        argument: validation > 0 ? "validation" : "test",
        message: "\(validating) + \(testing) of \(count) samples leave none to train on")
    }
    let divided = DataParts(
      training: count - validating - testing, validation: parts.validation + validating,
      test: parts.test + testing)
    let permutation = RandomStream.permutation(count: count, seed: seed, epoch: 0, stream: .split)
    // A part from a file keeps its samples' order; one of them at most stands beside a drawn one.
    let fromFiles = (count..<parts.sampleCount).map { UInt32($0) }
    let drawn = permutation.prefix(divided.training)
    let rest = permutation.dropFirst(divided.training)
    return (drawn + (parts.validation > 0 ? fromFiles + rest : rest + fromFiles), divided)
  }

  private func samples(_ share: Double, of count: Int, _ name: String)
    throws(PreparationProblem) -> Int
  {
    let samples = Int((Double(count) * share).rounded(.down))
    guard share == 0 || samples > 0 else {
      throw PreparationProblem(
        argument: name, message: "\(own: "\(share)") of \(count) samples leaves none in this part")
    }
    return samples
  }
}
