import ArgumentParser
import SweepModel
import SweepRuntime
import Training

/// `seedsweep check`: is a specification good, and what does it mean?
struct CheckCommand: ComponentCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check a specification; print its resolved form and the digests of its variants.",
    discussion: """
      The resolved form has every default written out, the digest of the data and the version of the \
      numeric contract. Its canonical JSON (RFC 8785) has the digest that identifies a variant: a trial \
      is a function of that digest and its seed.

      What can be trained but is probably not meant gets a warning on standard error; the exit status \
      stays 0.
      """)

  @Argument(
    help: ArgumentHelp("The specification, a YAML file.", valueName: "spec"),
    completion: .specification)
  var specification: String

  @OptionGroup var data: DataOption

  @Option(help: ArgumentHelp("The form of the output.", valueName: "format"))
  var format: TextFormat = .text

  func run(_ registry: ComponentRegistry) throws {
    let prepared = try perform { () throws(RuntimeError) in
      try PreparedSweep(path: specification, files: data.files, registry: registry)
    }
    let sweep = prepared.sweep
    Diagnostics.warn(prepared.warnings)
    switch format {
    case .json: try Output.line(Self.document(prepared).indentedText)
    case .text:
      try Output.line("\(specification) is a good specification.")
      try Output.line(
        "sweep \(sweep.name): \(sweep.trials) trials from master seed \(sweep.masterSeed)"
          + (sweep.audit > 0 ? ", audited \(sweep.audit)" : ""))
      for named in sweep.variants {
        try Output.line("\nvariant \(named.name), digest \(named.variant.digest)")
        try Output.line(named.variant.json.indentedText)
      }
    }
  }

  private static func document(_ prepared: PreparedSweep) -> JSONValue {
    let sweep = prepared.sweep
    return [
      "sweep": .string(sweep.name),
      "master_seed": .string(sweep.masterSeed.description),
      "trials": .integer(Int64(sweep.trials)),
      "keep_history": .boolean(sweep.keepsHistory),
      "audit": .number(sweep.audit),
      "variants": .array(
        sweep.variants.map { named in
          [
            "name": .string(named.name),
            "variant_sha256": .string(named.variant.digest.hex),
            "resolved": named.variant.json,
          ]
        }),
      "warnings": .array(
        prepared.warnings.map { warning in
          [
            "line": .integer(Int64(warning.position.line)),
            "column": .integer(Int64(warning.position.column)),
            "reason": .string(warning.reason),
            "mending": .string(warning.mending),
          ]
        }),
    ]
  }
}

/// For what is printed for people or for programs.
enum TextFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json
}
