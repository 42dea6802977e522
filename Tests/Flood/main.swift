// A worker that floods its coordinator: it registers like any other, and then says as much as the
// socket takes. For measuring that the others go on; docs/security.md tells what was seen.
//
//   flood ADDRESS SECONDS KIND [KEYS]
//
// KIND: heartbeats, hellos, garbage, large (32 MiB of nothing in a message) or reconnect (a new
// connection for each hello). KEYS: a worker's directory of keys.

import Foundation
import Scheduling
import SweepModel
import SweepProtocol
import SweepRuntime
import Training
import ZeroMQTransport

func fail(_ message: String) -> Never {
  FileHandle.standardError.write(Data("flood: \(message)\n".utf8))
  exit(1)
}

enum Kind: String { case heartbeats, hellos, garbage, large, reconnect }

let arguments = Array(CommandLine.arguments.dropFirst())
guard arguments.count >= 3, let seconds = Double(arguments[1]),
  let kind = Kind(rawValue: arguments[2])
else { fail("usage: flood ADDRESS SECONDS heartbeats|hellos|garbage|large|reconnect [KEYS]") }
let endpoint = arguments[0]
let keys = arguments.count > 3 ? try PeerKeys(directory: arguments[3]) : nil
var generator = SystemRandomNumberGenerator()
let worker = WorkerID.random(using: &generator)
let deadline = ContinuousClock.now + .seconds(seconds)
var ends: [Int32] = [-1, -1]
guard pipe(&ends) == 0 else { fail("no pipe") }

func hello(_ incarnation: UInt64) -> [UInt8] {
  WorkerMessage.hello(
    WorkerHello(
      worker: worker, incarnation: incarnation, host: "flood", processor: "flood",
      instructionSet: "none", slots: 1, goldenWeights: GoldenTrial.expectedWeights, session: 1,
      executable: nil, features: "", held: [])
  ).encoded
}

var sent = 0
var connections = 0
var incarnation: UInt64 = 0
while ContinuousClock.now < deadline {
  connections += 1
  let dealer = try DealerSocket(try ZeroMQContext(), security: keys?.security ?? .plain)
  try dealer.watchConnections()
  try dealer.connect(endpoint)
  var isConnected = true
  var stamp: MessageStamp?
  incarnation += 1
  while isConnected, ContinuousClock.now < deadline {
    if try dealer.send(hello(incarnation)) {
      sent += 1
      break
    }
    _ = try dealer.wait(toSend: true, orFor: ends[0], timeout: .milliseconds(100))
  }
  if kind == .reconnect { continue }
  let large = [UInt8](repeating: 0, count: 32 << 20)
  while isConnected, ContinuousClock.now < deadline {
    while let frame = try dealer.receive() {
      guard let message = try? CoordinatorMessage(encoded: frame) else { continue }
      switch message {
      case .welcome(let welcome):
        stamp = MessageStamp(epoch: welcome.epoch, incarnation: incarnation, number: 0)
      case .refused: isConnected = false
      case .registerAgain, .registered: break
      }
    }
    while let event = try dealer.nextConnectionEvent() {
      if case .disconnected = event { isConnected = false }
    }
    for _ in 0..<256 {
      let frame: [UInt8]
      switch kind {
      case .heartbeats:
        guard var next = stamp else { continue }
        next.number += 1
        stamp = next
        frame = WorkerMessage.registered(next, .heartbeat(progress: [1])).encoded
      case .hellos, .reconnect:
        incarnation += 1
        frame = hello(incarnation)
      case .garbage: frame = Array("GET / HTTP/1.1\r\n\r\n".utf8)
      case .large: frame = large
      }
      guard kind != .heartbeats || stamp != nil, try dealer.send(frame) else {
        _ = try dealer.wait(
          toSend: stamp != nil, orFor: ends[0], timeout: .milliseconds(stamp == nil ? 10 : 1))
        break
      }
      sent += 1
    }
  }
}
print("\(sent) messages in \(seconds) s over \(connections) connections")
