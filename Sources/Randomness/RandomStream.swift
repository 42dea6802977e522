import Crypto
import SweepModel

/// One source of randomness inside a trial (docs/numeric-contract.md, "Randomness").
///
/// A random word is a function of its coordinates (seed, stream, instance, step, element), never of
/// how many were drawn before: one more layer, another batch size or another order of execution
/// changes no other word.
public enum RandomStream: UInt32, Sendable, CaseIterable {
  /// Initial values of variables; the instance is the variable's path.
  case initialization = 1
  /// The order of the samples; the step is the epoch.
  case shuffle = 2
  /// Dropout masks; the instance is the layer's path, the step the optimizer's.
  case dropout = 3
  /// Noise layers.
  case noise = 4
  /// Augmentation of samples.
  case augmentation = 5
  /// Splits of the data.
  case split = 6
  /// Resampling of results.
  case bootstrap = 7
}

extension RandomStream {
  /// The instance of a variable's or a layer's path, such as `dense/kernel` or `dropout_1`: the
  /// first four bytes of the path's SHA-256, big-endian.
  public static func instance(ofPath path: String) -> UInt32 {
    SHA256.hash(data: Array(path.utf8)).prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// The random word at one coordinate of this stream.
  public func word(seed: TrialSeed, instance: UInt32, step: UInt32, element: UInt32) -> UInt32 {
    block(seed: seed, instance: instance, step: step, number: element >> 2)[Int(element & 3)]
  }

  /// The four words of elements 4 × `number` and following.
  public func block(
    seed: TrialSeed, instance: UInt32, step: UInt32, number: UInt32
  ) -> Philox4x32.Block {
    Philox4x32.block(
      key: halves(seed.rawValue), counter: [number, step, instance, rawValue])
  }

  /// The number in [0, 1) that stands for a word: its upper 24 bits as a fraction.
  public static func uniform(_ word: UInt32) -> Float { Float(word >> 8) * 0x1p-24 }
}
