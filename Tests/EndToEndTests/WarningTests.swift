import Foundation
import Testing

/// What can be trained but is probably not meant is said, and trained.
@Suite struct WarningTests {
  private static let example =
    (try? String(contentsOfFile: Program.example, encoding: .utf8)) ?? ""

  private func changed(_ old: String, _ new: String) throws -> String {
    try #require(Self.example.contains(old), "the example no longer has \(old)")
    return Self.example.replacingOccurrences(of: old, with: new)
  }

  @Test func warningsAreSaidOnceAndLocated() throws {
    let scratch = try Scratch()
    let text = try changed("- dense: {units: 1}", "- dense: {units: 1, activation: relu}")
    let path = try scratch.write(text + "\nvariants: {long: {training.epochs: 7}}\n", to: "w.yaml")
    let line = try Regex(
      "^warning: \\S*w\\.yaml:[0-9]+:[0-9]+: a relu that predicts 0 .*softplus.*$")
    for arguments in [["check", path], ["run", path, "--trials", "2", "--workers", "1"]] {
      let ended = try RunningProgram(arguments, in: scratch).end()
      #expect(ended.status == 0, "\(ended.errors)")
      let warnings = ended.errorLines.filter { $0.hasPrefix("warning: ") }
      #expect(warnings.count == 1, "\(ended.errors)")
      #expect(warnings.first?.contains(line) == true, "\(ended.errors)")
    }
    let document = try Program.run("check", path, "--format", "json", in: scratch)
    #expect(document.output.contains("\"warnings\": [\n    {\n      \"line\": "))
    #expect(document.output.contains("\"mending\": \"give the last layer no activation"))
    let good = try Program.run("check", Program.example, "--format", "json", in: scratch)
    #expect(good.errors.isEmpty)
    #expect(good.output.contains("\"warnings\": []"))
  }

  @Test(arguments: [
    ("accuracy", "none of them fits, for the model predicts one value"),
    ("acc", "write mean_absolute_error or r2_score"),
    ("mse", "did you mean `mean_squared_error`?"), ("rmse", "`root_mean_squared_error`?"),
    ("mae", "did you mean `mean_absolute_error`?"), ("bce", "`binary_crossentropy`?"),
    ("crossentropy", "`categorical_crossentropy`, `sparse_categorical_crossentropy` or `binary"),
    ("f1", "did you mean `f1_score`?"), ("roc_auc", "did you mean `auc`?"),
  ])
  func metricsByOtherNamesAreErrorsThatNameThem(_ name: String, _ advice: String) throws {
    let scratch = try Scratch()
    let path = try scratch.write(
      try changed("metrics: [mean_squared_error]", "metrics: [\(name)]"), to: "m.yaml")
    let ended = try Program.run("check", path, in: scratch)
    #expect(ended.status == 2)
    #expect(ended.errorLines.count == 1)
    #expect(ended.errors.contains(advice), "\(ended.errors)")
    #expect(ended.errors.contains(try Regex("m\\.yaml:[0-9]+:[0-9]+: ")), "\(ended.errors)")
  }
}
