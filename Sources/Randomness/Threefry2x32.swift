/// Threefry2x32 with 20 rounds: a keyed permutation of 64 bits.
///
/// Source: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as
/// 1, 2, 3", SC 2011, section 4; Random123, threefry.h.
public struct Threefry2x32: Sendable {
  private static let rotations: [UInt32] = [13, 15, 26, 6, 17, 29, 16, 24]
  /// Rounds after each of which but the last of four nothing of the key is added.
  private static let rounds = 20

  /// The key and the word that its schedule adds: the parity constant of Skein, XORed with the key.
  private let schedule: (UInt32, UInt32, UInt32)

  /// A permutation chosen by `key`.
  public init(key: (UInt32, UInt32)) {
    schedule = (key.0, key.1, 0x1BD1_1BDA ^ key.0 ^ key.1)
  }

  /// The block that `counter` is sent to.
  public func encrypt(_ counter: (UInt32, UInt32)) -> (UInt32, UInt32) {
    var (x, y) = (counter.0 &+ schedule.0, counter.1 &+ schedule.1)
    for round in 0..<Self.rounds {
      x &+= y
      y = Self.rotate(y, left: Self.rotations[round % 8]) ^ x
      if round % 4 == 3 {
        let injected = injection(round / 4 + 1)
        x &+= injected.0
        y &+= injected.1
      }
    }
    return (x, y)
  }

  /// The counter that ``encrypt(_:)`` sends to `block`.
  public func decrypt(_ block: (UInt32, UInt32)) -> (UInt32, UInt32) {
    var (x, y) = block
    for round in (0..<Self.rounds).reversed() {
      if round % 4 == 3 {
        let injected = injection(round / 4 + 1)
        x &-= injected.0
        y &-= injected.1
      }
      y = Self.rotate(y ^ x, left: 32 - Self.rotations[round % 8])
      x &-= y
    }
    return (x &- schedule.0, y &- schedule.1)
  }

  /// What is added to the two words after every fourth round, `position` counting from 1.
  private func injection(_ position: Int) -> (UInt32, UInt32) {
    let number = UInt32(position)
    switch position % 3 {
    case 0: return (schedule.0, schedule.1 &+ number)
    case 1: return (schedule.1, schedule.2 &+ number)
    default: return (schedule.2, schedule.0 &+ number)
    }
  }

  private static func rotate(_ word: UInt32, left bits: UInt32) -> UInt32 {
    word << bits | word >> (32 - bits)
  }
}
