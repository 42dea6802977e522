import SweepModel
import Testing

/// Configurations that did not come through the specification's reader.
@Suite struct VocabularyCheckingTests {
  private let vocabulary = Vocabulary([
    .layer: [
      ConfigurationSchema(
        kind: "toy", summary: "",
        parameters: [
          .required("size", .integer(1...9), ""),
          .optional("rate", .number(.fraction), default: .number(0.5), ""),
          .optional("on", .boolean, default: .boolean(true), ""),
          .optional("name", .name, default: nil, ""),
          .optional(
            "shape", .configuration(.activation),
            default: .configuration(Configuration(kind: "round")), ""),
        ])
    ],
    .activation: [
      ConfigurationSchema(
        kind: "round", summary: "", parameters: [.required("n", .integer(0...1), "")])
    ],
  ])

  private func check(_ changes: [String: ArgumentValue?], kind: String = "toy") throws {
    var arguments: [String: ArgumentValue] = [
      "size": .integer(3), "rate": .number(0.25), "on": .boolean(false),
      "shape": .configuration(Configuration(kind: "round", arguments: ["n": .integer(1)])),
    ]
    for (name, value) in changes { arguments[name] = value }
    try vocabulary.check(
      Configuration(kind: kind, arguments: arguments), family: .layer, path: "model[2]")
  }

  @Test func whatTheSchemaAllowsPasses() throws {
    try check([:])
    try check(["name": .text("a-b_c.1")])
    // Canonical JSON writes 0.0 as 0.
    try check(["rate": .integer(0)])
  }

  @Test(
    arguments: [
      (["size": .integer(10)], "size"), (["size": .integer(0)], "size"),
      (["size": .number(3)], "size"), (["size": nil], "size"),
      (["rate": .number(1)], "rate"), (["rate": .number(.nan)], "rate"),
      (["rate": .text("x")], "rate"), (["rate": .integer(1)], "rate"), (["rate": nil], "rate"),
      (["on": .integer(1)], "on"), (["on": nil], "on"),
      (["name": .text("")], "name"), (["name": .text("a/b")], "name"),
      (["name": .text("ä")], "name"), (["name": .boolean(true)], "name"),
      (["name": .text(String(repeating: "a", count: 65))], "name"),
      (["shape": .text("round")], "shape"),
      (["shape": .configuration(Configuration(kind: "square"))], "shape"),
      (["shape": .configuration(Configuration(kind: "round"))], "shape.round.n"),
      (["extra": .integer(1)], "extra"),
    ] as [([String: ArgumentValue?], String)])
  func whatItDoesNotAllowIsAnErrorWithItsPlace(_ changes: [String: ArgumentValue?], place: String) {
    let error = #expect(throws: ConfigurationMismatch.self) { try check(changes) }
    #expect(error?.path == "model[2].toy.\(place)")
  }

  @Test func anUnknownKindIsAnErrorThatListsTheKnown() {
    let error = #expect(throws: ConfigurationMismatch.self) { try check([:], kind: "tow") }
    #expect(error?.path == "model[2]")
    #expect(error?.message == "unknown layer tow; known: toy")
  }
}
