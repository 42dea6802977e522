import SweepModel
import Testing

@testable import SweepSpecification

/// Arguments that are texts, choices, lists, and numbers or configurations.
@Suite struct ArgumentTypeTests {
  private static let vocabulary = Vocabulary([
    .data: [
      ConfigurationSchema(
        kind: "table", summary: "",
        parameters: [
          .required("path", .text, ""),
          .optional("form", .choice(["wide", "long"]), default: .text("wide"), ""),
          .optional("columns", .list(.text, count: 1...3), default: nil, ""),
          .optional("size", .list(.integer(1...9), count: 1...2), default: nil, ""),
        ])
    ],
    .layer: [ConfigurationSchema(kind: "dense", summary: "")],
    .loss: [ConfigurationSchema(kind: "error", summary: "")],
    .metric: [ConfigurationSchema(kind: "error", summary: "")],
    .callback: [ConfigurationSchema(kind: "stop", summary: "")],
    .schedule: [
      ConfigurationSchema(
        kind: "cosine", summary: "", parameters: [.required("steps", .integer(1...100), "")])
    ],
    .optimizer: [
      ConfigurationSchema(
        kind: "sgd", summary: "",
        parameters: [
          .optional("rate", .numberOr(.nonNegative, .schedule), default: .number(0.5), "")
        ])
    ],
  ])

  private static func setting(
    data: String, optimizer: String = "sgd", training: String = ""
  ) throws -> VariantSetting {
    let text = """
      name: types
      data: \(data)
      model: [dense]
      training: {loss: error, optimizer: \(optimizer)\(training)}
      """
    let specification = try SpecificationReader(vocabulary: vocabulary)
      .read(Array(text.utf8), file: "types.yaml")
    return specification.variants[0].setting
  }

  private static func resolved(_ setting: VariantSetting) throws -> ResolvedVariant {
    let digest = try #require(DataDigest(hex: String(repeating: "0", count: 64)))
    return setting.resolved(
      dataDigest: digest, dataParts: DataParts(training: 5, validation: 2, test: 1))
  }

  @Test func everyTypeIsReadAndComesBackFromJSON() throws {
    let setting = try Self.setting(
      data: #"{kind: table, path: "a b/c.csv", columns: [x, "1"], size: 3}"#,
      optimizer: "{sgd: {rate: {cosine: {steps: 7}}}}",
      training: ", callbacks: [stop], class_weight: [1, 2.5]")
    #expect(setting.data.text("path") == "a b/c.csv")
    #expect(setting.data.text("form") == "wide")
    #expect(setting.data.texts("columns") == ["x", "1"])
    #expect(setting.data.integers("size") == [3])
    #expect(setting.training.optimizer.optionalConfiguration("rate")?.integer("steps") == 7)
    #expect(setting.training.callbacks.map(\.kind) == ["stop"])
    #expect(setting.training.classWeights == [1, 2.5])
    let variant = try Self.resolved(setting)
    let again = try ResolvedVariant(canonicalJSON: variant.canonicalJSON.utf8)
    #expect(again.canonicalJSON == variant.canonicalJSON)
    #expect(again.dataParts == DataParts(training: 5, validation: 2, test: 1))
    #expect(again.metricNames == ["error", "val_error", "test_error"])
    #expect(again.historyColumns == ["loss", "error", "val_loss", "val_error"])
    try Self.vocabulary.check(again.data, family: .data, path: "data")
    try Self.vocabulary.check(again.training.optimizer, family: .optimizer, path: "optimizer")
  }

  @Test func aRateMayBeANumber() throws {
    let setting = try Self.setting(data: "{kind: table, path: x}", optimizer: "{sgd: {rate: 1e-3}}")
    #expect(setting.training.optimizer.number("rate") == 0.001)
  }

  @Test(arguments: [
    ("{kind: table, path: 7}", "write it in quotes"),
    ("{kind: table, path: \"\"}", "1 to 4096 bytes"),
    ("{kind: table, path: \"a\\0b\"}", "without control characters"),
    ("{kind: table, path: x, form: wid}", "did you mean"),
    ("{kind: table, path: x, form: [wide]}", "not a list"),
    ("{kind: table, path: x, columns: []}", "1 to 3 values, not 0"),
    ("{kind: table, path: x, columns: [a, b, c, d]}", "1 to 3 values, not 4"),
    ("{kind: table, path: x, size: [1, 10]}", "`data.size[1]` must be from 1 to 9"),
  ])
  func whatIsNotOfTheTypeIsAnError(data: String, message: String) {
    do {
      _ = try Self.setting(data: data)
      Issue.record("\(data) was read")
    } catch {
      #expect("\(error)".contains(message), "\(error)")
    }
  }
}
