import Crypto

/// A SHA-256 of something, typed by what was hashed so that two kinds of digest cannot be confused.
///
/// It prints as 64 lower-case hexadecimal digits.
public struct Digest<Subject>: Hashable, Sendable {
  /// The 32 bytes.
  public let bytes: [UInt8]

  /// Hashes `content`.
  public init(hashing content: some Sequence<UInt8>) {
    var hasher = SHA256()
    let bytes = Array(content)
    bytes.withUnsafeBytes { hasher.update(bufferPointer: $0) }
    self.bytes = Array(hasher.finalize())
  }

  /// Hashes the bytes that `content` points to.
  public init(hashing content: UnsafeRawBufferPointer) {
    var hasher = SHA256()
    hasher.update(bufferPointer: content)
    bytes = Array(hasher.finalize())
  }

  /// The digest of everything that `hasher` was given.
  public init(finalizing hasher: SHA256) { bytes = Array(hasher.finalize()) }

  /// Takes 32 bytes as they are; nil for any other number of bytes.
  public init?(bytes: some Sequence<UInt8>) {
    let bytes = Array(bytes)
    guard bytes.count == Limits.digestBytes else { return nil }
    self.bytes = bytes
  }

  /// Reads 64 hexadecimal digits; nil for anything else.
  public init?(hex: String) {
    guard let bytes = Hexadecimal.bytes(hex) else { return nil }
    self.init(bytes: bytes)
  }

  /// 64 lower-case hexadecimal digits.
  public var hex: String { Hexadecimal.text(bytes) }
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
/// What a ``HistoryDigest`` hashes: the history's values, epoch by epoch.
public enum HistorySubject: Sendable {}

/// Identifies a resolved variant; with a trial seed it identifies a trial.
public typealias VariantDigest = Digest<VariantSubject>
/// Identifies the contents of a dataset.
public typealias DataDigest = Digest<DataSubject>
/// Identifies the weights that a trial ended with.
public typealias WeightsDigest = Digest<WeightsSubject>
/// Identifies the history of a trial.
public typealias HistoryDigest = Digest<HistorySubject>
