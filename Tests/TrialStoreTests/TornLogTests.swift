import Foundation
import Randomness
import SweepModel
import Testing
import TrialStore

/// What SQLite promises of a log that a failing disk has cut or changed (file format, "WAL reset" and
/// "checksum algorithm"): the commits before the damage, whole, and no others.
@Suite("Damaged logs")
struct TornLogTests {
  static let batch: UInt64 = 20
  static let merged: UInt64 = 100
  static let total: UInt64 = 400

  let scratch: Scratch
  let variant: VariantKey

  /// A store with some commits in its file and more in its log, as a `kill -9` would leave it.
  init() throws {
    scratch = try Scratch()
    let first = try TrialStore(path: scratch.path("live.sqlite"), access: .readWrite)
    variant = try first.firstVariant(Sample.sweep(trials: Self.total))
    try Self.commit(0..<Self.merged, to: first, variant)
    try first.close()
    let store = try TrialStore(path: scratch.path("live.sqlite"), access: .readWrite)
    try Self.commit(Self.merged..<Self.total, to: store, variant)
    for suffix in ["", "-wal"] {
      try scratch.bytes("live.sqlite\(suffix)").write(
        to: URL(fileURLWithPath: scratch.path("killed.sqlite\(suffix)")))
    }
    try store.close()
  }

  private static func commit(
    _ indices: Range<UInt64>, to store: TrialStore, _ variant: VariantKey
  ) throws {
    for lower in stride(from: indices.lowerBound, to: indices.upperBound, by: Int(batch)) {
      try store.commit((lower..<lower + batch).map { Sample.completed($0) }, of: variant)
    }
  }

  /// Opens a copy whose log is `log`; returns how many results it has, after checking them.
  private func survivors(_ log: Data, file: Data? = nil) throws -> UInt64 {
    try (file ?? scratch.bytes("killed.sqlite")).write(
      to: URL(fileURLWithPath: scratch.path("torn.sqlite")))
    try log.write(to: URL(fileURLWithPath: scratch.path("torn.sqlite-wal")))
    let store = try TrialStore(path: scratch.path("torn.sqlite"), access: .readWrite)
    let results = try store.allResults(variant)
    let count = UInt64(results.count)
    #expect(results == (0..<count).map { Sample.completed($0) })
    // The sweep goes on from there.
    try store.commit((0..<Self.total).map { Sample.completed($0) }, of: variant)
    #expect(try store.recordedIndices(variant).count == Self.total)
    try store.close()
    return count
  }

  @Test(
    "A truncated log: every commit up to some point, whole, and what was merged", arguments: 1...40)
  func truncated(seed: UInt64) throws {
    var generator = SplitMix64(state: seed)
    let log = try scratch.bytes("killed.sqlite-wal")
    #expect(try survivors(log) == Self.total)
    let length = Int.random(in: 0..<log.count, using: &generator)
    let count = try survivors(log.prefix(length))
    #expect(count >= Self.merged && count < Self.total, "\(length) of \(log.count) bytes")
    #expect(count.isMultiple(of: Self.batch))
  }

  @Test("A changed byte of the log: the commits before it", arguments: 1...40)
  func corrupted(seed: UInt64) throws {
    var generator = SplitMix64(state: seed)
    var log = try scratch.bytes("killed.sqlite-wal")
    let position = Int.random(in: 0..<log.count, using: &generator)
    log[position] ^= UInt8.random(in: 1...255, using: &generator)
    let count = try survivors(log)
    #expect(count >= Self.merged && count <= Self.total, "byte \(position) of \(log.count)")
    #expect(count.isMultiple(of: Self.batch))
  }

  @Test("A damaged page of the file itself is said, or does not matter; never wrong results")
  func damagedFile() throws {
    let log = try scratch.bytes("killed.sqlite-wal")
    let good = try scratch.bytes("killed.sqlite")
    var refusals = 0
    // The size of a page stands at byte 16 of SQLite's file format.
    let size = Int(good[16]) << 8 | Int(good[17])
    for page in 1..<good.count / size {
      var file = good
      file.replaceSubrange(page * size..<(page + 1) * size, with: repeatElement(0xA5, count: size))
      do {
        #expect(try survivors(log, file: file) == Self.total)
      } catch let error as StoreError {
        #expect(error.code == .damaged, "page \(page): \(error)")
        #expect(!error.description.contains("\n"))
        refusals += 1
      }
    }
    #expect(refusals > 0)
  }
}
