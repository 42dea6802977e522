import ArgumentParser
import SweepModel
import SweepRuntime
import Training

/// `seedsweep doctor`: what this machine has.
struct DoctorCommand: ComponentCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Show what this machine has, and whether its kernels give the right bits.",
    discussion: "Exit status 0 where everything works, 1 where something does not.")

  @Option(help: ArgumentHelp("The form of the output.", valueName: "format"))
  var format: TextFormat = .text

  func run(_ registry: ComponentRegistry) throws {
    let diagnosis = Diagnosis(registry: registry)
    switch format {
    case .json: try Output.line(Self.document(diagnosis).indentedText)
    case .text:
      let width = diagnosis.facts.map(\.name.count).max() ?? 0
      for fact in diagnosis.facts {
        let padding = String(repeating: " ", count: width - fact.name.count)
        try Output.line("\(fact.name)\(padding)  \(fact.value)")
      }
      try Output.line("")
      for check in diagnosis.checks {
        try Output.line(
          check.problem.map { "NO   \(check.name): \($0)" } ?? "yes  \(check.name)")
      }
    }
    try Output.finish()
    if !diagnosis.isHealthy { throw CommandFailure(.answerIsNo) }
  }

  private static func document(_ diagnosis: Diagnosis) -> JSONValue {
    [
      "healthy": .boolean(diagnosis.isHealthy),
      "facts": .object(diagnosis.facts.map { .init($0.name, .string($0.value)) }),
      "checks": .array(
        diagnosis.checks.map { check in
          [
            "check": .string(check.name), "good": .boolean(check.problem == nil),
            "problem": check.problem.map(JSONValue.string) ?? .null,
          ]
        }),
    ]
  }
}
