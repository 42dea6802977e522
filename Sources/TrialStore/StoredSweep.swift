import Foundation
import SweepModel

/// Identifies a sweep within one store.
public struct SweepKey: Hashable, Sendable {
  /// The number of the sweep's row.
  public let rawValue: Int64

  /// Takes the number of a row.
  public init(_ rawValue: Int64) { self.rawValue = rawValue }
}

/// Identifies a variant within one store.
public struct VariantKey: Hashable, Sendable {
  /// The number of the variant's row.
  public let rawValue: Int64

  /// Takes the number of a row.
  public init(_ rawValue: Int64) { self.rawValue = rawValue }
}

/// A sweep as a store holds it.
public struct StoredSweep: Hashable, Sendable {
  /// Which one it is in its store.
  public let id: SweepKey
  /// The sweep, its variants decoded from their canonical JSON; its number of trials is the largest
  /// that was ever registered.
  public let sweep: Sweep
  /// The variants, in the order of the specification that was registered first.
  public let variants: [StoredVariant]
  /// When it was registered first.
  public let createdAt: Date
}

/// A variant as a store holds it.
public struct StoredVariant: Hashable, Sendable {
  /// Which one it is in its store.
  public let key: VariantKey
  /// The name, unique in its sweep.
  public let name: String
  /// The digest of the canonical JSON that is stored.
  public let digest: VariantDigest
  /// The setting.
  public let variant: ResolvedVariant
}
