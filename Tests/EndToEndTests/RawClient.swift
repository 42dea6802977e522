import Foundation
import SweepModel
import SweepProtocol
import Testing
import ZeroMQTransport

/// A client that says what the command `submit` would not.
enum RawClient {
  /// The coordinator's answer to a request, which is sent until there is one.
  static func ask(_ command: ControlCommand, at endpoint: String) throws -> ControlAnswer.Outcome {
    let socket = try DealerSocket(try ZeroMQContext())
    try socket.connect(endpoint)
    let id = try #require(RequestID(bytes: Array(UUID().uuidString.utf8.prefix(16))))
    let frame = ControlRequest(id: id, command: command).encoded
    var outcome: ControlAnswer.Outcome?
    try wait {
      _ = try socket.send(frame)
      usleep(20_000)
      while let frame = try socket.receive() {
        guard let answer = try? ControlAnswer(encoded: frame), answer.id == id,
          answer.outcome != .working
        else { continue }
        outcome = answer.outcome
      }
      return outcome != nil
    }
    return try #require(outcome)
  }
}
