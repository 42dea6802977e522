import Crypto

/// A SHA-256 of something, typed by what was hashed so that two kinds of digest cannot be confused.
///
/// It prints as 64 lower-case hexadecimal digits.
public struct Digest<Subject>: Hashable, Sendable {
  /// The 256 bits, the first byte highest. Not an array: results hold millions of digests.
  private let words: Words

  /// Hashes `content`.
  public init(hashing content: some Sequence<UInt8>) {
    var hasher = SHA256()
    let bytes = Array(content)
    bytes.withUnsafeBytes { hasher.update(bufferPointer: $0) }
    words = Words(hasher.finalize())
  }

  /// Hashes the bytes that `content` points to.
  public init(hashing content: UnsafeRawBufferPointer) {
    var hasher = SHA256()
    hasher.update(bufferPointer: content)
    words = Words(hasher.finalize())
  }

  /// The digest of everything that `hasher` was given.
  public init(finalizing hasher: SHA256) { words = Words(hasher.finalize()) }

  /// Takes a digest as 256 bits, the first byte highest.
  package init(words: (UInt64, UInt64, UInt64, UInt64)) {
    self.words = Words(first: words.0, second: words.1, third: words.2, fourth: words.3)
  }

  /// Takes 32 bytes as they are; nil for any other number of bytes.
  public init?(bytes: some Sequence<UInt8>) {
    let bytes = Array(bytes)
    guard let words = bytes.withUnsafeBytes(Words.init(_:)) else { return nil }
    self.words = words
  }

  /// Takes 32 bytes of any alignment as they are; nil for any other number of bytes.
  package init?(bytes: UnsafeRawBufferPointer) {
    guard let words = Words(bytes) else { return nil }
    self.words = words
  }

  /// Reads 64 hexadecimal digits; nil for anything else.
  public init?(hex: String) {
    guard let bytes = Hexadecimal.bytes(hex) else { return nil }
    self.init(bytes: bytes)
  }

  /// The 32 bytes.
  public var bytes: [UInt8] { withUnsafeBytes { [UInt8]($0) } }

  /// Calls `body` with the 32 bytes in place: results have millions of digests, and an array of each
  /// would cost more than the rest of sending and storing it.
  package func withUnsafeBytes<Value>(_ body: (UnsafeRawBufferPointer) throws -> Value) rethrows
    -> Value
  {
    try words.withUnsafeBytes(body)
  }

  /// 64 lower-case hexadecimal digits.
  public var hex: String { Hexadecimal.text(bytes) }
}

/// 32 bytes in place.
private struct Words: Hashable, Sendable {
  let first, second, third, fourth: UInt64

  init(first: UInt64, second: UInt64, third: UInt64, fourth: UInt64) {
    self.first = first
    self.second = second
    self.third = third
    self.fourth = fourth
  }

  init(_ digest: some Crypto.Digest) {
    guard let words = digest.withUnsafeBytes(Words.init(_:)) else {
      preconditionFailure("a SHA-256 has 32 bytes")
    }
    self = words
  }

  /// Takes 32 bytes of any alignment; nil for any other number.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count == Limits.digestBytes else { return nil }
    func word(_ position: Int) -> UInt64 {
      UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8 * position, as: UInt64.self))
    }
    (first, second, third, fourth) = (word(0), word(1), word(2), word(3))
  }

  func withUnsafeBytes<Value>(_ body: (UnsafeRawBufferPointer) throws -> Value) rethrows -> Value {
    try Swift.withUnsafeBytes(
      of: (first.bigEndian, second.bigEndian, third.bigEndian, fourth.bigEndian), body)
  }
}

extension Digest: CustomStringConvertible {
  /// The hexadecimal form.
  public var description: String { hex }
}

/// What a ``VariantDigest`` hashes: the canonical JSON of a resolved variant.
public enum VariantSubject: Sendable {}
/// What a ``DataDigest`` hashes: a dataset's contents after loading.
public enum DataSubject: Sendable {}
/// What a ``WeightsDigest`` hashes: all variables' values in model order.
public enum WeightsSubject: Sendable {}
/// What an ``ExecutableDigest`` hashes: the bytes of a program's file.
public enum ExecutableSubject: Sendable {}
/// What a ``HistoryDigest`` hashes: the history's values, epoch by epoch.
public enum HistorySubject: Sendable {}

/// Identifies a resolved variant; with a trial seed it identifies a trial.
public typealias VariantDigest = Digest<VariantSubject>
/// Identifies the contents of a dataset.
public typealias DataDigest = Digest<DataSubject>
/// Identifies the weights that a trial ended with.
public typealias WeightsDigest = Digest<WeightsSubject>
/// Identifies a program's file.
public typealias ExecutableDigest = Digest<ExecutableSubject>
/// Identifies the history of a trial.
public typealias HistoryDigest = Digest<HistorySubject>
