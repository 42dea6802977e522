import Randomness

/// Spoils files and messages in the ways in which readers break.
public enum Mutator {
  /// Numbers at the edges of what fits, in 4 bytes.
  private static let edges: [UInt32] = [
    0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0x0100_0000,
  ]
  /// Bytes that mean something to some reader.
  private static let meaningful =
    Array("\"',;\n\r\t .-+eE0919{}()[]:#\0".utf8) + [0xFF, 0xC3, 0xEF]

  /// `bytes`, spoilt in one to eight ways.
  package static func mutated(_ bytes: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
    var bytes = bytes
    for _ in 0...Int.random(in: 0..<8, using: &random) { mutate(&bytes, &random) }
    return bytes
  }

  private static func mutate(_ bytes: inout [UInt8], _ random: inout SplitMix64) {
    guard !bytes.isEmpty else {
      bytes.append(UInt8.random(in: 0...255, using: &random))
      return
    }
    // Headers are where readers decide most.
    let isNearStart = Bool.random(using: &random)
    let place = Int.random(
      in: 0..<(isNearStart ? min(bytes.count, 64) : bytes.count), using: &random)
    switch Int.random(in: 0..<10, using: &random) {
    case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
    case 2: bytes[place] = meaningful.randomElement(using: &random) ?? 0
    case 3: bytes.insert(meaningful.randomElement(using: &random) ?? 0, at: place)
    case 4: bytes.removeSubrange(place..<min(bytes.count, place + length(&random)))
    case 5: bytes.removeLast(bytes.count - place)
    case 6:
      let piece = Array(bytes[place..<min(bytes.count, place + length(&random))])
      bytes.insert(contentsOf: piece, at: Int.random(in: 0...bytes.count, using: &random))
    case 7, 8:
      let edge = edges.randomElement(using: &random) ?? 0
      let isBig = Bool.random(using: &random)
      let size = [1, 2, 4].randomElement(using: &random) ?? 4
      for offset in 0..<min(size, bytes.count - place) {
        let shift = UInt32(8 * (isBig ? size - 1 - offset : offset))
        bytes[place + offset] = UInt8(truncatingIfNeeded: edge >> shift)
      }
    default:
      let other = Int.random(in: 0..<bytes.count, using: &random)
      bytes.swapAt(place, other)
    }
  }

  private static func length(_ random: inout SplitMix64) -> Int {
    1 << Int.random(in: 0..<8, using: &random)
  }
}
