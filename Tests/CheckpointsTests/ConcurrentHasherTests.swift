import Crypto
import Foundation
import SweepModel
import Testing

@testable import Checkpoints

/// A hash is that of the bytes, however they are cut and whichever thread hashes them.
@Suite struct ConcurrentHasherTests {
  private func bytes(_ count: Int) -> UnsafeMutableRawBufferPointer {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 64)
    for place in 0..<count { buffer[place] = UInt8(truncatingIfNeeded: place * 31 >> 3) }
    return buffer
  }

  /// In one call.
  private func hash(_ bytes: UnsafeMutableRawBufferPointer) -> SHA256.Digest {
    var hasher = SHA256()
    hasher.update(bufferPointer: UnsafeRawBufferPointer(bytes))
    return hasher.finalize()
  }

  /// FIPS 180-2, appendix B.3: a million times the letter a.
  @Test(arguments: [1, 999, 32 << 10, 300_000, 1_000_000])
  func aPublishedHashComesOut(pieceBytes: Int) {
    let letters = UnsafeMutableRawBufferPointer.allocate(byteCount: 1_000_000, alignment: 64)
    defer { letters.deallocate() }
    letters.initializeMemory(as: UInt8.self, repeating: UInt8(ascii: "a"))
    let hasher = ConcurrentHasher()
    for first in stride(from: 0, to: letters.count, by: pieceBytes) {
      hasher.update(
        UnsafeRawBufferPointer(
          rebasing: letters[first..<min(first + pieceBytes, letters.count)]))
    }
    #expect(
      FileDigest(finalizing: hasher.takeHash()).hex
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  /// Short pieces are hashed where they are added: never before longer ones that came first.
  @Test func theOrderIsThatOfAdding() {
    let buffer = bytes(3 << 20)
    defer { buffer.deallocate() }
    let hasher = ConcurrentHasher()
    var (first, size) = (0, 1)
    while first < buffer.count {
      let end = min(first + size, buffer.count)
      hasher.update(UnsafeRawBufferPointer(rebasing: buffer[first..<end]))
      (first, size) = (end, size * 7919 % 400_009)
    }
    #expect(hasher.takeHash().finalize() == hash(buffer))
    // It begins anew.
    hasher.update(UnsafeRawBufferPointer(rebasing: buffer[0..<100_000]))
    #expect(hasher.takeHash().finalize() == hash(.init(rebasing: buffer[0..<100_000])))
  }

  @Test func memoryIsTheOwnersAfterWaiting() {
    let buffer = bytes(1 << 20)
    defer { buffer.deallocate() }
    let expected = hash(buffer)
    let hasher = ConcurrentHasher()
    hasher.update(UnsafeRawBufferPointer(buffer))
    hasher.wait()
    buffer.initializeMemory(as: UInt8.self, repeating: 0)
    #expect(hasher.takeHash().finalize() == expected)
  }

  /// As ``SafetensorsReader/skip(to:)`` does.
  @Test func aRingOfPiecesIsNotOverwrittenTooSoon() {
    let size = 40_000
    let ring = bytes(ConcurrentHasher.capacity * size)
    defer { ring.deallocate() }
    let hasher = ConcurrentHasher()
    var expected = SHA256()
    for number in 0..<400 {
      hasher.awaitRoom()
      let start = number % ConcurrentHasher.capacity * size
      let piece = UnsafeMutableRawBufferPointer(rebasing: ring[start..<start + size])
      piece.initializeMemory(as: UInt8.self, repeating: UInt8(truncatingIfNeeded: number))
      expected.update(bufferPointer: UnsafeRawBufferPointer(piece))
      hasher.update(UnsafeRawBufferPointer(piece))
    }
    #expect(hasher.takeHash().finalize() == expected.finalize())
  }
}
