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
}
