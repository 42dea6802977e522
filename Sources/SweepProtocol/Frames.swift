import Foundation
import SweepModel
import SwiftProtobuf

/// The bytes of a message.
///
/// - Precondition: its required fields are set; proto3 has none.
func encode(_ message: some SwiftProtobuf.Message) -> [UInt8] {
  do {
    return try message.serializedBytes()
  } catch {
    preconditionFailure("a message of ours cannot be encoded: \(error)")
  }
}

/// Reads a message of bounded size.
func decode<Wire: SwiftProtobuf.Message>(_ bytes: some Collection<UInt8>) throws(ProtocolError)
  -> Wire
{
  guard bytes.count <= Limits.messageBytes else {
    throw ProtocolError(.tooLong(bytes: bytes.count))
  }
  do {
    return try Wire(serializedBytes: Array(bytes))
  } catch {
    throw ProtocolError(.notAMessage)
  }
}
