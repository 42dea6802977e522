import Foundation
import SwiftProtobuf

/// The bytes of a message, with their checksum.
///
/// - Precondition: its required fields are set; proto3 has none.
func encode(_ message: some SwiftProtobuf.Message) -> [UInt8] {
  do {
    var frame: [UInt8] = try message.serializedBytes()
    FrameSeal.seal(&frame)
    return frame
  } catch {
    preconditionFailure("a message of ours cannot be encoded: \(error)")
  }
}

/// Reads a message of bounded size whose checksum is right.
func decode<Wire: SwiftProtobuf.Message>(_ bytes: some Collection<UInt8>) throws(ProtocolError)
  -> Wire
{
  let (message, isSealed) = try FrameSeal.open(bytes)
  let wire: Wire
  do { wire = try Wire(serializedBytes: message) } catch { throw ProtocolError(.notAMessage) }
  // A frame without a checksum has lost it, or is of a version that had none.
  let version = (wire as? any Envelope)?.wireProtocol
  guard isSealed || version == FrameSeal.lastUnsealedVersion else { throw ProtocolError(.damaged) }
  return wire
}

/// What all frames say about themselves.
protocol Envelope {
  /// The version of the messages.
  var wireProtocol: UInt32 { get }
}

extension Seedsweep_V1_WorkerEnvelope: Envelope {}
extension Seedsweep_V1_CoordinatorEnvelope: Envelope {}
