import Foundation
import Testing

/// Sweeps that are cancelled, before anything of them is trained: no worker is needed.
@Suite struct CancelTests {
  @Test func aCancelledSweepIsNotASuccess() throws {
    let scratch = try Scratch()
    let (coordinator, endpoint) = try CoordinatorProgram.start(
      in: scratch, Program.example, "--exit-when-done")
    let cancelled = try Program.run("cancel", "sequence", "--connect", endpoint, in: scratch)
    #expect(cancelled.output == "sweep sequence: cancelled with 0 of 100 trials recorded\n")
    let ended = try coordinator.end()
    #expect(ended.status == 1)
    let warning =
      "warning: sequence: cancelled with 0 of 100 trials recorded; to submit it again goes on with it"
    #expect(ended.errorLines.last.map(String.init) == warning, "\(ended.errors)")
  }

  @Test func aCancellationFindsTheSweepThatWasSubmittedBefore() throws {
    let scratch = try Scratch()
    // Enough for a while of reading, so that the cancellation comes meanwhile.
    let rows = String(repeating: "1,2\n", count: 300_000)
    try scratch.write("x,y\n" + rows, to: "table.csv")
    let path = try scratch.write(
      """
      name: table
      trials: 3
      data: {kind: csv, path: table.csv, target: y}
      model: [dense: {units: 1}]
      training: {loss: mean_squared_error, optimizer: adam, epochs: 1}

      """, to: "table.yaml")
    let (coordinator, endpoint) = try CoordinatorProgram.start(in: scratch, "--data", ".")
    let submission = try RunningProgram(["submit", path, "--connect", endpoint], in: scratch)
    try wait {
      let status = try Program.run(
        "status", "--connect", endpoint, "--format", "json", in: scratch
      ).json
      return status["coordinator"]?["submissions_waiting"] != .integer(0)
        || status["sweeps"] != .array([])
    }
    let cancelled = try Program.run("cancel", "table", "--connect", endpoint, in: scratch)
    #expect(cancelled.output == "sweep table: cancelled with 0 of 3 trials recorded\n")
    let submitted = try submission.end()
    #expect(submitted.output == "submitted sweep table: 0 of 3 trials recorded, running\n")
    // It stays cancelled, here and for a coordinator that starts over the store.
    let status = try Program.run("status", "--connect", endpoint, in: scratch)
    #expect(status.output.contains("cancelled"))
    coordinator.send(SIGTERM)
    _ = try coordinator.end()
    let next = try Program.run(
      "coordinator", "--listen", "tcp://127.0.0.1:*", "--exit-when-done", in: scratch)
    #expect(next.errors.contains("no submitted sweep"), "\(next.errors)")
  }

  @Test func theSweepsThatAreThereAreNamed() throws {
    let scratch = try Scratch()
    let (coordinator, endpoint) = try CoordinatorProgram.start(in: scratch)
    func refusal() throws -> String {
      let ended = try Program.run("cancel", "nosuch", "--connect", endpoint, in: scratch)
      #expect(ended.status == 2)
      return ended.errors
    }
    #expect(try refusal() == "error: no sweep `nosuch` here; there is none\n")
    for (name, words) in [("first", "there is `first`"), ("second", "there are `first`, `second`")]
    {
      let text = try String(contentsOfFile: Program.example, encoding: .utf8)
        .replacingOccurrences(of: "name: sequence", with: "name: \(name)")
      try scratch.write(text, to: "s.yaml")
      let submitted = try Program.run("submit", "s.yaml", "--connect", endpoint, in: scratch)
      #expect(submitted.status == 0, "\(submitted.errors)")
      #expect(try refusal() == "error: no sweep `nosuch` here; \(words)\n")
    }
    // What was cancelled is no part of what is to be done.
    _ = try Program.run("cancel", "second", "--connect", endpoint, in: scratch)
    coordinator.send(SIGTERM)
    let ended = try coordinator.end().errors
    #expect(ended.contains("interrupted with 0 of 100 trials in"), "\(ended)")
  }
}
