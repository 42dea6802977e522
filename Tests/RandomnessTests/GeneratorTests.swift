import Randomness
import Testing

/// The generators against the vectors that their authors publish.
///
/// Source: Random123, tests/kat_vectors, the lines `threefry2x32 20` and `philox4x32 10`
/// (zeros, all ones, the digits of π).
@Suite struct GeneratorTests {
  struct ThreefryVector: Sendable {
    let counter: (UInt32, UInt32)
    let key: (UInt32, UInt32)
    let block: (UInt32, UInt32)
  }

  static let threefry = [
    ThreefryVector(counter: (0, 0), key: (0, 0), block: (0x6b20_0159, 0x99ba_4efe)),
    ThreefryVector(
      counter: (0xffff_ffff, 0xffff_ffff), key: (0xffff_ffff, 0xffff_ffff),
      block: (0x1cb9_96fc, 0xbb00_2be7)),
    ThreefryVector(
      counter: (0x243f_6a88, 0x85a3_08d3), key: (0x1319_8a2e, 0x0370_7344),
      block: (0xc492_3a9c, 0x483d_f7a0)),
  ]

  @Test(arguments: threefry)
  func threefryGivesThePublishedBlocks(_ vector: ThreefryVector) {
    let cipher = Threefry2x32(key: vector.key)
    #expect(cipher.encrypt(vector.counter) == vector.block)
    #expect(cipher.decrypt(vector.block) == vector.counter)
  }

  struct PhiloxVector: Sendable {
    let counter: Philox4x32.Block
    let key: (UInt32, UInt32)
    let block: Philox4x32.Block
  }

  static let philox = [
    PhiloxVector(
      counter: [0, 0, 0, 0], key: (0, 0),
      block: [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
    PhiloxVector(
      counter: Philox4x32.Block(repeating: 0xffff_ffff), key: (0xffff_ffff, 0xffff_ffff),
      block: [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
    PhiloxVector(
      counter: [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
      key: (0xa409_3822, 0x299f_31d0),
      block: [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]),
  ]

  @Test(arguments: philox)
  func philoxGivesThePublishedBlocks(_ vector: PhiloxVector) {
    #expect(Philox4x32.block(key: vector.key, counter: vector.counter) == vector.block)
  }
}
