import Randomness
import SweepModel

/// The random numbers of one sample of a generated dataset (docs/datasets.md, "Generators").
///
/// Each is a function of (seed, kind, sample, position): no sample depends on how many there are.
struct GeneratorWords {
  private let seed: TrialSeed
  private let stream: RandomStream
  private let instance: UInt32
  private let sample: UInt32
  private var block: Philox4x32.Block
  private var position = 0

  /// The words of a sample, from position 0.
  ///
  /// - Parameter instance: that of the path `data/KIND`.
  init(seed: TrialSeed, stream: RandomStream = .augmentation, instance: UInt32, sample: Int) {
    self.seed = seed
    self.stream = stream
    self.instance = instance
    self.sample = UInt32(sample)
    block = stream.block(seed: seed, instance: instance, step: self.sample, number: 0)
  }

  /// The next word.
  mutating func word() -> UInt32 {
    if position & 3 == 0, position > 0 {
      block = stream.block(
        seed: seed, instance: instance, step: sample, number: UInt32(position >> 2))
    }
    defer { position += 1 }
    return block[position & 3]
  }

  /// The next uniform number in [0, 1), a multiple of 2⁻³².
  mutating func uniform() -> Double { Double(word()) * 0x1p-32 }

  /// The next uniform number from `lower` to `upper`: lower + u × (upper − lower).
  mutating func uniform(_ lower: Double, _ upper: Double) -> Double {
    lower + uniform() * (upper - lower)
  }

  /// The next number in (−1, 1), likelier near 0: (u + u′) − 1.
  mutating func triangular() -> Double { (uniform() + uniform()) - 1 }

  /// The next number of mean 0 and variance 1, about normal: the sum of twelve uniform numbers, in
  /// their order, − 6.
  mutating func normal() -> Double {
    var sum = 0.0
    for _ in 0..<12 { sum += uniform() }
    return sum - 6
  }

  /// The next whole number from 0 and below `count`: ⌊word × count ÷ 2³²⌋.
  mutating func below(_ count: Int) -> Int { Int((UInt64(word()) * UInt64(count)) >> 32) }
}

/// The arguments that generators share.
enum GeneratorArguments {
  /// The arguments of a generator whose parts have so many samples by default.
  static func parameters(training: Int64, test: Int64) -> [ConfigurationSchema.Parameter] {
    [
      .optional(
        "samples", .integer(1...Limits.samples), default: .integer(training),
        "Samples to train on."),
      .optional(
        "validation_samples", .integer(0...Limits.samples), default: .integer(0),
        "Further samples to validate with."),
      .optional(
        "test_samples", .integer(0...Limits.samples), default: .integer(test),
        "Further samples to test the trained model with."),
      .optional(
        "seed", .integer(0...Limits.dataSeed), default: .integer(0),
        "What the samples are drawn from; the same in all trials."),
    ]
  }

  /// The parts that the arguments ask for, with `width` values for each sample.
  ///
  /// - Throws: ``PreparationProblem`` where they are too large.
  static func parts(_ configuration: Configuration, width: Int)
    throws(PreparationProblem) -> DataParts
  {
    let parts = DataParts(
      training: configuration.integer("samples"),
      validation: configuration.integer("validation_samples"),
      test: configuration.integer("test_samples"))
    let (values, overflows) = parts.sampleCount.multipliedReportingOverflow(by: width)
    guard !overflows, values <= Limits.dataValues else {
      throw PreparationProblem(
        argument: "samples",
        message: "\(parts.sampleCount) samples of \(width) values are over the limit of "
          + "\(Limits.dataValues) values")
    }
    return parts
  }

  /// The seed that the arguments say.
  static func seed(_ configuration: Configuration) -> TrialSeed {
    TrialSeed(UInt64(configuration.integer("seed")))
  }
}
