import Foundation
import SweepModel

/// A worker as a store knows it: what it said about itself when its results came.
public struct StoredWorker: Hashable, Sendable {
  /// The name, by which a store tells workers apart: the identifier's 32 hexadecimal digits, or
  /// `coordinator` for what a coordinator recorded itself.
  public var name: String
  /// The identifier's 16 bytes; nil where the name is no identifier.
  public var uuid: [UInt8]?
  /// The machine's name and the process's number.
  public var host: String?
  /// The CPU's model.
  public var processor: String?
  /// The kernels in use, such as `avx2`.
  public var instructionSet: String?
  /// The software's version.
  public var software: String?
  /// The SHA-256 of the program.
  public var executable: [UInt8]?
  /// The key that the transport authenticated; nil without keys.
  public var publicKey: [UInt8]?

  /// The name under which a coordinator records what it found out itself.
  public static let coordinator = "coordinator"

  /// A worker of which nothing but some parts is known.
  ///
  /// - Parameter uuid: where it is nil, what the name stands for, if it is an identifier.
  public init(
    name: String, uuid: [UInt8]? = nil, host: String? = nil, processor: String? = nil,
    instructionSet: String? = nil, software: String? = nil, executable: [UInt8]? = nil,
    publicKey: [UInt8]? = nil
  ) {
    self.name = name
    self.uuid = uuid ?? Self.uuid(ofName: name)
    self.host = host
    self.processor = processor
    self.instructionSet = instructionSet
    self.software = software
    self.executable = executable
    self.publicKey = publicKey
  }

  /// The identifier that a name is the text of; nil where it is another name.
  static func uuid(ofName name: String) -> [UInt8]? {
    Hexadecimal.bytes(name).flatMap { $0.count == 16 ? $0 : nil }
  }
}

/// A worker, and what its results have shown about it.
public struct JudgedWorker: Hashable, Sendable {
  /// The worker.
  public let worker: StoredWorker
  /// Trials in which the majority of the other workers outvoted it.
  public let failures: Int
  /// When it was found out, and since when its results yield to any other's; nil where it is trusted.
  public let quarantinedAt: Date?

  /// Whether nothing is held against its word.
  public var isTrusted: Bool { quarantinedAt == nil }
}
