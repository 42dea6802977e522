import Kernels
import Randomness
import SweepModel

/// The random numbers of one trial for one custom component: a function of the trial's seed, the
/// component's path in the model, the step and the number's place, never of how many were drawn.
///
/// So the same place gives the same number again, in the backward pass as in the forward pass, and
/// on every machine. A place has one number, which ``word(_:)``, ``uniform(_:)`` and ``normal(_:)``
/// show in different forms: use other places for numbers that must not depend on each other.
///
/// docs/numeric-contract.md, "Randomness"
public struct TrialRandom: Sendable {
  private let seed: TrialSeed
  private let stream: RandomStream
  private let instance: UInt32
  private let step: UInt32

  init(seed: TrialSeed, stream: RandomStream, instance: UInt32, step: UInt32) {
    self.seed = seed
    self.stream = stream
    self.instance = instance
    self.step = step
  }

  /// The 32 random bits of a place.
  public func word(_ place: Int) -> UInt32 {
    precondition(place >= 0 && place <= Int(UInt32.max), "places are from 0 to 2³² − 1")
    return stream.word(seed: seed, instance: instance, step: step, element: UInt32(place))
  }

  /// A number from 0 and below 1, of 24 bits.
  public func uniform(_ place: Int) -> Float { RandomStream.uniform(word(place)) }

  /// A number of the standard normal distribution.
  public func normal(_ place: Int) -> Double { NormalDistribution.value(of: word(place)) }
}
