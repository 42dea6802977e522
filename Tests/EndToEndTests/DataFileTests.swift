import Foundation
import Testing

/// Data from files: worker processes and later commands find them where `--data` says.
@Suite struct DataFileTests {
  private let scratch: Scratch
  private let specification: String

  init() throws {
    scratch = try Scratch()
    try FileManager.default.createDirectory(
      atPath: scratch.path("elsewhere"), withIntermediateDirectories: false)
    let rows = (0..<20).map { "\($0),\(2 * $0 + 1),\($0 % 3 == 0 ? "no" : "yes")" }
    try scratch.write((["a,b,answer"] + rows).joined(separator: "\n"), to: "elsewhere/table.csv")
    specification = try scratch.write(
      """
      name: table
      trials: 3
      data:
        kind: csv
        path: table.csv
        target: answer
        categories: answer
        standardize: true
      model: [dense: {units: 2, activation: softmax}]
      training: {loss: sparse_categorical_crossentropy, optimizer: adam, epochs: 2}

      """, to: "table.yaml")
  }

  @Test func workersAndRerunsReadThem() throws {
    let run = try Program.run(
      "run", specification, "--workers", "2", "--data", "elsewhere", "--store", "s.sqlite",
      "--format", "json", in: scratch)
    #expect(run.status == 0, "\(run.errors)")
    let seed = "6b20015999ba4efe"
    let option = try Program.run(
      "rerun", seed, "--store", "s.sqlite", "--data", "elsewhere", in: scratch)
    #expect(option.status == 0, "\(option.errors)")
    #expect(option.output.contains("identical"))
    let variable = try Program.run(
      "rerun", seed, "--store", "s.sqlite", in: scratch,
      environment: ["SEEDSWEEP_DATA": scratch.path("elsewhere")])
    #expect(variable.status == 0, "\(variable.errors)")
  }

  @Test func dataThatChangedAreAnError() throws {
    let run = try Program.run(
      "run", specification, "--data", "elsewhere", "--store", "s.sqlite", in: scratch)
    #expect(run.status == 0, "\(run.errors)")
    let table = try String(contentsOfFile: scratch.path("elsewhere/table.csv"), encoding: .utf8)
    try scratch.write(
      table.replacingOccurrences(of: "0,1,no", with: "0,1,yes"), to: "elsewhere/table.csv")
    let rerun = try Program.run(
      "rerun", "6b20015999ba4efe", "--store", "s.sqlite", "--data", "elsewhere", in: scratch)
    #expect(rerun.status == 2)
    #expect(rerun.errors.contains("table: the data have changed: their digest is"))
  }

  @Test func aFileThatIsNotThereIsALineWithThePlace() throws {
    let check = try Program.run("check", specification, in: scratch)
    #expect(check.status == 2)
    #expect(check.errorLines.count == 1)
    #expect(
      check.errors.contains(
        "table.yaml:5:9: data.csv.path: table.csv: there is no such file in the current directory, the "
          + "base directory for relative data paths (set it with `--data DIRECTORY`)"))
  }
}
