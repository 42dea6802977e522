import Foundation
import Testing

/// The same bits from every build, instruction set, pack and number of threads.
@Suite struct DigestTests {
  /// The survey's lines, with the build and the environment that it ran in.
  private struct Outcome {
    let circumstances: String
    let lines: [[Substring]]
  }

  private static func survey(
    beside program: String, _ circumstances: String, environment: [String: String] = [:]
  ) throws -> Outcome {
    let path = URL(fileURLWithPath: program).deletingLastPathComponent()
      .appendingPathComponent("digest-survey").path
    let scratch = try Scratch()
    let ended = try RunningProgram([], in: scratch, program: path, environment: environment).end()
    #expect(ended.status == 0, "\(ended.errors)")
    return Outcome(
      circumstances: circumstances,
      lines: ended.output.split(separator: "\n").map { $0.split(separator: " ") })
  }

  @Test func everyWayOfTrainingGivesTheSameBits() throws {
    // glibc then chooses its functions as for a CPU without these.
    let withoutFMA = ["GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA"]
    let outcomes = [
      try Self.survey(beside: Program.path, "release"),
      try Self.survey(beside: Program.path, "release, old libm", environment: withoutFMA),
      try Self.survey(beside: Program.debugPath, "debug"),
    ]
    for experiment in ["sequence", "classifier"] {
      var digests: [Substring: [String]] = [:]
      for outcome in outcomes {
        let lines = outcome.lines.filter { $0.first.map(String.init) == experiment }
        // Each set of kernels that this CPU has, packed and alone.
        #expect(Set(lines.map { $0[1] }).count >= 2)
        #expect(Set(lines.map { $0[2] }).isSuperset(of: ["packs", "alone"]))
        for line in lines {
          digests[line[3], default: []].append(
            "\(outcome.circumstances): \(line[1]) \(line[2])")
        }
      }
      #expect(digests.count == 1, "\(experiment): \(digests)")
    }
  }
}
