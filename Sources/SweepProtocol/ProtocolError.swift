import SweepModel

/// Bytes that are no message of ours.
public struct ProtocolError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong with them.
  public let reason: Reason

  /// What can be wrong with a message.
  public enum Reason: Hashable, Sendable {
    /// It is longer than ``Limits/messageBytes``.
    case tooLong(bytes: Int)
    /// It is not a protobuf message of the expected type.
    case notAMessage
    /// Its checksum is missing or not that of its bytes: they changed on their way.
    case damaged
    /// It is of another version of the messages.
    case wireProtocol(Int)
    /// A field is missing or cannot have the value that it has.
    case field(String)
  }

  init(_ reason: Reason) { self.reason = reason }

  /// For logs.
  public var description: String {
    switch reason {
    case .tooLong(let bytes): "a message of \(bytes) bytes, over \(Limits.messageBytes)"
    case .notAMessage: "not a message of SeedSweep"
    case .damaged: "a message whose checksum is not that of its bytes"
    case .wireProtocol(let version):
      "a message of protocol \(version), not \(Versions.wireProtocol)"
    case .field(let name): "a message whose field \(name) is missing or out of bounds"
    }
  }
}

func require(_ condition: Bool, _ field: String) throws(ProtocolError) {
  guard condition else { throw ProtocolError(.field(field)) }
}

extension String {
  /// The text on one line, without what a terminal could act on: it came from someone else.
  var harmless: String {
    let isUnsafe = { (scalar: Unicode.Scalar) in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: true
      default: false
      }
    }
    guard unicodeScalars.contains(where: isUnsafe) else { return self }
    return String(String.UnicodeScalarView(unicodeScalars.map { isUnsafe($0) ? " " : $0 }))
  }
}

func require<Value>(_ value: Value?, _ field: String) throws(ProtocolError) -> Value {
  guard let value else { throw ProtocolError(.field(field)) }
  return value
}
