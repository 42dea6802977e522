import FuzzSupport
import Scheduling
import SweepModel
import SweepProtocol
import SweepRuntime
import ZeroMQTransport

/// Something that reads what strangers send.
struct Subject {
  let name: String
  /// Good inputs.
  let seeds: [[UInt8]]
  /// Reads an input; false where it refuses it, an error where it reads it wrongly.
  let read: ([UInt8]) throws -> Bool

  /// What is wrong with a reader.
  struct Fault: Error, CustomStringConvertible {
    let text: String
    var description: String { text }
  }

  /// All that can reach a process over the network or from a key file.
  static func all() throws -> [Subject] {
    [
      messages("worker messages", Samples.ofWorkers.map(\.encoded)) {
        try WorkerMessage(encoded: $0).encoded
      },
      messages("coordinator messages", Samples.ofCoordinators.map(\.encoded)) {
        try CoordinatorMessage(encoded: $0).encoded
      },
      messages("client messages", Samples.ofClients.map(\.encoded)) {
        try ControlRequest(encoded: $0).encoded
      },
      messages("answers to clients", Samples.answers.map(\.encoded)) {
        try ControlAnswer(encoded: $0).encoded
      },
      messages("requests for data", Samples.ofFetchers.map(\.encoded)) {
        try DataRequest(encoded: $0).encoded
      },
      messages("answers with data", Samples.dataAnswers.map(\.encoded)) {
        try DataAnswer(encoded: $0).encoded
      },
      try questionsAboutKeys(),
      try keyFiles(),
      Subject(
        name: "events of connections",
        seeds: [[6, 0, 0x40, 0x90, 1, 0, 0], [6, 0x20, 0, 9, 0, 0, 0]]
      ) { bytes in ConnectionEvent(frames: frames(bytes)) != nil },
    ]
  }

  /// Messages of one direction, without the checksum that ends their frames: a spoilt message gets a
  /// new one, or hardly any would come to be read. `rewrite` reads a frame and writes
  /// what it has read.
  private static func messages(
    _ name: String, _ seeds: [[UInt8]], rewrite: @escaping ([UInt8]) throws -> [UInt8]
  ) -> Subject {
    let seeds = seeds.map { Array($0.dropLast(FrameSeal.size)) }
    return Subject(name: name, seeds: seeds) { bytes in
      var frame = bytes
      FrameSeal.seal(&frame)
      // As it is, which is how version 1 wrote.
      _ = try? rewrite(bytes)
      guard let written = try? rewrite(frame) else { return false }
      // Compared as bytes: a number that is none differs from itself.
      guard let again = try? rewrite(written) else {
        throw Fault(text: "what was read cannot be read again")
      }
      guard again == written else { throw Fault(text: "it changes when read again") }
      return true
    }
  }

  private static func questionsAboutKeys() throws -> Subject {
    let key = try CurveKeyPair.generate().publicKey
    let good = joined([
      Array("1.0".utf8), Array("7".utf8), Array("seedsweep".utf8), Array("10.0.0.7".utf8), [],
      Array("CURVE".utf8), key.bytes,
    ])
    return Subject(name: "questions about keys (ZAP)", seeds: [good]) { bytes in
      guard let request = AuthenticationRequest(frames: frames(bytes)) else { return false }
      let answer = request.frames(of: .admitted)
      guard answer.count == 6, answer[1] == request.id,
        String(decoding: answer[4], as: UTF8.self) == request.key?.z85 ?? ""
      else { throw Fault(text: "the answer is another's") }
      return true
    }
  }

  private static func keyFiles() throws -> Subject {
    let file = try KeyFile.generate(name: "alpha")
    let texts = [file.publicText, file.secretText ?? ""]
    return Subject(name: "key files", seeds: texts.map { Array($0.utf8) }) { bytes in
      guard let file = try? KeyFile(parsing: bytes) else { return false }
      let text = file.secretText ?? file.publicText
      guard let again = try? KeyFile(parsing: Array(text.utf8)), again.name == file.name,
        again.publicKey == file.publicKey, (again.secretText ?? again.publicText) == text
      else { throw Fault(text: "it changes when read again") }
      return true
    }
  }

  /// Frames as one piece of bytes: each begins with its length.
  private static func joined(_ frames: [[UInt8]]) -> [UInt8] {
    frames.flatMap { [UInt8(clamping: $0.count)] + $0 }
  }

  private static func frames(_ bytes: [UInt8]) -> [[UInt8]] {
    var frames: [[UInt8]] = []
    var rest = bytes[...]
    while let length = rest.popFirst() {
      frames.append(Array(rest.prefix(Int(length))))
      rest = rest.dropFirst(Int(length))
    }
    return frames
  }
}
