import Kernels
import SweepModel
import Testing

/// Digests of whole packs against SHA-256 of each lane's message.
@Suite struct PackDigestTests {
  static let kernels = KernelSet.available.filter(\.trainsStacks)
  private let lanes = KernelSet.maximumLanes

  /// Around one and two blocks of 64 bytes, where the length does and does not fit behind.
  @Test(arguments: kernels, [0, 1, 2, 12, 13, 14, 15, 16, 17, 29, 30, 31, 32, 33, 1000])
  func floatsAreHashedAsTheirBytes(_ kernels: KernelSet, _ count: Int) {
    var source = TensorSource()
    var values = source.values(count * lanes)
    if count > 1 {
      values[3] = Float(bitPattern: 0xFFC0_1234)
      values[4] = -.infinity
      values[lanes + 3] = Float(bitPattern: 0x7F80_0001)
    }
    let digests = PackDigests()
    for first in [0, count / 3] {
      // What was hashed before does not matter.
      digests.begin(kernels)
      digests.update(kernels, floats: values, count: first)
      values.withUnsafeBufferPointer { buffer in
        guard let start = buffer.baseAddress else { return }
        digests.update(kernels, floats: start + first * lanes, count: count - first)
      }
      digests.end(kernels)
      for number in 0..<lanes {
        let bytes = lane(number, of: lanes, values).flatMap { value in
          let bits = value.isNaN ? 0x7FC0_0000 : value.bitPattern
          return withUnsafeBytes(of: bits.littleEndian, Array.init)
        }
        #expect(
          DataDigest(words: digests.words(lane: number)) == DataDigest(hashing: bytes),
          "seed \(source.seed)")
      }
    }
  }

  @Test(arguments: kernels, [0, 1, 3, 4, 7, 8, 9, 100, 257])
  func doublesAreHashedInAllTheirColumns(_ kernels: KernelSet, _ rows: Int) {
    var source = TensorSource()
    var values = source.values(rows * lanes).map { Double($0) / 3 }
    if rows > 0 { values[5] = -.nan }
    for columns in 1...3 {
      let digests = PackDigests(), copy = PackDigests()
      digests.begin(kernels)
      digests.update(kernels, doubles: values, rows: rows, columns: columns)
      copy.begin(copying: digests)
      copy.end(kernels)
      for number in 0..<lanes {
        let bytes = stride(from: number, to: values.count, by: lanes).flatMap { place in
          let bits = values[place].isNaN ? 0x7FF8_0000_0000_0000 : values[place].bitPattern
          let one = withUnsafeBytes(of: bits.littleEndian, Array.init)
          return (0..<columns).flatMap { _ in one }
        }
        #expect(
          DataDigest(words: copy.words(lane: number)) == DataDigest(hashing: bytes),
          "seed \(source.seed)")
      }
      // The copied message goes on.
      digests.update(kernels, doubles: values, rows: rows, columns: columns)
      digests.end(kernels)
      if rows > 0 { #expect(digests.words(lane: 0) != copy.words(lane: 0)) }
    }
  }
}
