import SweepModel

/// Identifies a worker process for as long as it lives; it is chosen at random when the process starts.
public struct WorkerID: Hashable, Sendable {
  // Not an array: coordinators keep tables of thousands.
  private let high, low: UInt64

  /// Bytes of an identifier.
  public static let length = 16

  /// Takes sixteen bytes; nil for any other number of bytes.
  public init?(bytes: [UInt8]) {
    guard bytes.count == Self.length else { return nil }
    high = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    low = bytes.suffix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// Draws an identifier.
  public static func random(using generator: inout some RandomNumberGenerator) -> WorkerID {
    WorkerID(high: generator.next(), low: generator.next())
  }

  /// Reads 32 hexadecimal digits; nil for anything else.
  public init?(hex: String) {
    guard let bytes = Hexadecimal.bytes(hex) else { return nil }
    self.init(bytes: bytes)
  }

  private init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Sixteen bytes.
  public var bytes: [UInt8] {
    [high, low].flatMap { withUnsafeBytes(of: $0.bigEndian, Array.init) }
  }

  /// The bits as two words, the first bytes highest.
  package var words: (UInt64, UInt64) { (high, low) }

  /// 32 lower-case hexadecimal digits.
  public var hex: String { Hexadecimal.text(bytes) }
}

extension WorkerID: Comparable {
  /// The order of the bytes.
  public static func < (left: WorkerID, right: WorkerID) -> Bool {
    (left.high, left.low) < (right.high, right.low)
  }
}

extension WorkerID: CustomStringConvertible {
  /// The first eight hexadecimal digits, enough for people to tell workers apart.
  public var description: String { Hexadecimal.text(bytes.prefix(4)) }
}

/// Where a message came from and where an answer goes: the transport's routing id.
///
/// It changes with every connection and says nothing about who the worker is; the key does.
public struct PeerID: Hashable, Sendable {
  /// The transport's bytes.
  public let bytes: [UInt8]
  /// The key that the transport authenticated; nil on a plain connection.
  public let key: PublicKey?

  /// Takes the transport's bytes, and the key that it vouches for.
  public init(_ bytes: [UInt8], key: PublicKey? = nil) {
    self.bytes = bytes
    self.key = key
  }
}

/// The public half of a CURVE key pair.
public struct PublicKey: Hashable, Sendable {
  /// Thirty-two bytes.
  public let bytes: [UInt8]

  /// Bytes of a key.
  public static let length = 32

  /// Takes thirty-two bytes; nil for any other number of bytes.
  public init?(bytes: [UInt8]) {
    guard bytes.count == Self.length else { return nil }
    self.bytes = bytes
  }
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
  /// The number of no lease: in a hello it stands for results that the worker holds.
  public static let ofResults = LeaseID(0)

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

/// The registration that a message belongs to, and its number in it.
///
/// A worker and the coordinator that welcomed it number what they say, each from 1. A number that was
/// there before is a repetition and changes nothing; one that is too high shows that something was
/// lost, and the worker registers anew. So a network that drops, repeats or reorders messages does no
/// more harm than a connection that breaks.
public struct MessageStamp: Hashable, Sendable {
  /// The coordinator's life.
  public var epoch: CoordinatorEpoch
  /// The worker's hello that was welcomed.
  public var incarnation: UInt64
  /// The message's number in its direction, from 1.
  public var number: UInt64

  /// A stamp with all its parts.
  public init(epoch: CoordinatorEpoch, incarnation: UInt64, number: UInt64) {
    self.epoch = epoch
    self.incarnation = incarnation
    self.number = number
  }
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
