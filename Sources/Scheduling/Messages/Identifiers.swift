import SweepModel

/// Identifies a worker process for as long as it lives; it is chosen at random when the process starts.
public struct WorkerID: Hashable, Sendable {
  /// Sixteen bytes.
  public let bytes: [UInt8]

  /// Bytes of an identifier.
  public static let length = 16

  /// Takes sixteen bytes; nil for any other number of bytes.
  public init?(bytes: [UInt8]) {
    guard bytes.count == Self.length else { return nil }
    self.bytes = bytes
  }

  /// Draws an identifier.
  public static func random(using generator: inout some RandomNumberGenerator) -> WorkerID {
    WorkerID(unchecked: (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) })
  }

  /// Reads 32 hexadecimal digits; nil for anything else.
  public init?(hex: String) {
    guard let bytes = Hexadecimal.bytes(hex) else { return nil }
    self.init(bytes: bytes)
  }

  private init(unchecked bytes: [UInt8]) { self.bytes = bytes }

  /// 32 lower-case hexadecimal digits.
  public var hex: String { Hexadecimal.text(bytes) }
}

extension WorkerID: CustomStringConvertible {
  /// The first eight hexadecimal digits, enough for people to tell workers apart.
  public var description: String { Hexadecimal.text(bytes.prefix(4)) }
}

/// Where a message came from and where an answer goes: the transport's routing id.
///
/// It changes with every connection and says nothing about who the worker is.
public struct PeerID: Hashable, Sendable {
  /// The transport's bytes.
  public let bytes: [UInt8]

  /// Takes the transport's bytes.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }
}

/// Identifies one variant of one sweep on the wire.
///
/// It is made of what it identifies (sweep's name, master seed, variant's name and digest), so that
/// workers and coordinators that restart mean the same job by it without having agreed on anything.
public struct JobID: Hashable, Sendable {
  /// The first eight bytes, big-endian, of the SHA-256 of what is identified.
  public let rawValue: UInt64

  /// Takes an identifier as it came over the wire.
  public init(_ rawValue: UInt64) { self.rawValue = rawValue }

  /// The job of one variant of a sweep.
  public init(sweep: String, masterSeed: MasterSeed, variant: String, digest: VariantDigest) {
    // Names cannot contain a line feed, so that no two jobs have the same text.
    let text = "\(sweep)\n\(masterSeed)\n\(variant)\n\(digest.hex)"
    let bytes = Digest<JobSubject>(hashing: text.utf8).bytes
    rawValue = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }

  private enum JobSubject {}
}

extension JobID: CustomStringConvertible {
  /// Sixteen hexadecimal digits.
  public var description: String { Hexadecimal.text(rawValue) }
}

/// Numbers the leases of a coordinator; no number returns in a later epoch over the same store.
public struct LeaseID: Hashable, Comparable, Sendable {
  /// The number.
  public let rawValue: UInt64

  /// Takes a number as it is.
  public init(_ rawValue: UInt64) { self.rawValue = rawValue }

  /// The earlier lease is the smaller.
  public static func < (left: LeaseID, right: LeaseID) -> Bool { left.rawValue < right.rawValue }
}

/// Numbers the lives of a coordinator over one store, from 1: it rises each time one starts.
public struct CoordinatorEpoch: Hashable, Sendable {
  /// The number.
  public let rawValue: UInt64

  /// Takes a number as it is.
  public init(_ rawValue: UInt64) { self.rawValue = rawValue }
}

/// Numbers the result batches of one worker process, from 1.
public struct BatchNumber: Hashable, Comparable, Sendable {
  /// The number.
  public let rawValue: UInt64

  /// Takes a number as it is.
  public init(_ rawValue: UInt64) { self.rawValue = rawValue }

  /// The earlier batch is the smaller.
  public static func < (left: BatchNumber, right: BatchNumber) -> Bool {
    left.rawValue < right.rawValue
  }
}
