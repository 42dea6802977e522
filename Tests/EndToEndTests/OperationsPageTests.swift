import Foundation
import Testing

/// The commands of docs/operations.md, one after the other, do what the page says.
@Suite struct OperationsPageTests {
  @Test func everyCommandOfThePageWorks() throws {
    let scratch = try Scratch()
    try FileManager.default.createSymbolicLink(
      at: scratch.url.appendingPathComponent("examples"),
      withDestinationURL: Program.root.appendingPathComponent("examples"))
    let page = try String(
      contentsOf: Program.root.appendingPathComponent("docs/operations.md"), encoding: .utf8)
    var lines = page.split(separator: "\n", omittingEmptySubsequences: false)[...]
    var running: [RunningProgram] = []
    var endpoint = ""
    var commands = 0
    while let line = lines.popFirst() {
      guard line.hasPrefix("seedsweep ") else { continue }
      commands += 1
      // Free ports, as other tests run at the same time.
      let arguments = line.split(separator: " ").dropFirst().map { word in
        switch word {
        case "tcp://127.0.0.1:7733": endpoint.isEmpty ? "tcp://127.0.0.1:*" : endpoint
        case "9464": "0"
        default: String(word)
        }
      }
      if arguments[0] == "coordinator" {
        for program in running.reversed() {
          program.send(SIGTERM)
          _ = try program.end()
        }
        let coordinator = try RunningProgram(arguments, in: scratch)
        endpoint = try CoordinatorProgram.endpoint(of: coordinator)
        running = [coordinator]
        continue
      }
      if arguments[0] == "watch" {
        running.append(
          try RunningProgram(["worker", "--connect", endpoint, "--slots", "1"], in: scratch))
      }
      let ended = try RunningProgram(arguments, in: scratch).end()
      #expect(ended.status == 0, "\(line): \(ended.errors)")
      // What is shown of the output stands in the block behind the word "prints".
      if let says = lines.dropFirst(2).first, says == "prints" {
        #expect(ended.output.split(separator: "\n").first == lines.dropFirst(5).first)
      }
    }
    for program in running.reversed() {
      program.send(SIGTERM)
      _ = try program.end()
    }
    #expect(commands >= 6)
  }
}
