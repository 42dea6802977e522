import Foundation
import SweepModel
import SweepSpecification
import Testing

/// Input made to exhaust a machine: each must end within seconds, in a build for debugging too.
@Suite struct HostileInputTests {
  private let tooDeep = "nested more than 32 levels deep, the limit"
  private let tooMany = "more than 100000 values (aliases expanded), the limit"

  private func expectFailure(
    _ text: String, _ message: String? = nil, within limit: Duration = .seconds(60),
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let start = ContinuousClock.now
    let error = try #require(failure(of: text), sourceLocation: sourceLocation)
    #expect(ContinuousClock.now - start < limit, sourceLocation: sourceLocation)
    if let message {
      #expect(error.message.contains(message), "\(error)", sourceLocation: sourceLocation)
    }
    expectPosition(of: error, in: text, sourceLocation: sourceLocation)
  }

  @Test(arguments: ["[", "{", "{a: ", "[a: ", "- ", "[[{a: "])
  func nestingIsLimited(_ opening: String) throws {
    try expectFailure(String(repeating: opening, count: 100_000), tooDeep)
    try expectFailure(String(repeating: opening, count: 600))
  }

  @Test func nestingIsLimitedOnASmallStack() throws {
    let finished = DispatchSemaphore(value: 0)
    nonisolated(unsafe) var message: String?
    let thread = Thread {
      let text = String(repeating: "[a: ", count: 999) + "b" + String(repeating: "]", count: 999)
      message = failure(of: text)?.message
      finished.signal()
    }
    thread.stackSize = 256 << 10
    thread.start()
    finished.wait()
    #expect(message == tooDeep)
  }

  @Test func nestingUpToTheLimitIsParsed() throws {
    func text(_ levels: Int) -> String {
      "x: " + String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
    }
    try expectFailure(text(Limits.specificationDepth - 1), "unknown key `x`")
    try expectFailure(text(Limits.specificationDepth), tooDeep)
  }

  /// Ten lines of ten aliases: 10¹⁰ nodes.
  @Test func aliasesThatMultiplyAreRefused() throws {
    var text = "a0: &a0 [x]\n"
    for level in 1...10 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(aliases)]\n"
    }
    try expectFailure(text, tooMany)
    try expectFailure("&a a: &a [1]\n" + text, tooMany)
  }

  /// The same as keys, which the parser would hash.
  @Test func aliasesAsKeysAreRefused() throws {
    var text = "a0: &a0 [x, y]\n"
    for level in 1...60 {
      text += "a\(level): &a\(level) {*a\(level - 1) : *a\(level - 1)}\n"
    }
    try expectFailure(text, "a key must be a text, not a list, mapping or alias")
    try expectFailure("? " + text.replacing("\n", with: "\n? "))
  }

  @Test func aliasesThatNestAreRefused() throws {
    let levels = (1...40).map { "a\($0): &a\($0) [*a\($0 - 1)]\n" }.joined()
    try expectFailure("a0: &a0 []\n" + levels, tooDeep)
  }

  @Test func nodesAreLimited() throws {
    let size = Limits.specificationBytes
    try expectFailure("[" + String(repeating: "1,", count: size / 2 - 1) + "]", tooMany)
    try expectFailure((0..<80_000).map { "k\($0): 1\n" }.joined(), tooMany)
    try expectFailure(String(repeating: "-\n", count: size / 2), tooMany)
  }

  /// Keys within keys, which the parser would hash once for each level.
  @Test func nestedKeysAreRefused() throws {
    let levels = 250
    let key =
      String(repeating: "{", count: levels) + "a" + String(repeating: "}:", count: levels - 1) + "}"
    try expectFailure("[" + String(repeating: key + ": 1,\n", count: 1_000) + "]", "a key must be")
  }

  @Test func longTextsAreRefused() throws {
    let long = String(repeating: "9", count: Limits.specificationBytes - 1_000)
    let combined = "e" + String(repeating: "\u{301}", count: 400_000)
    for text in [long, combined] {
      for line in ["name: sequence", "master_seed: 1", "trials: 100"] {
        let key = line.prefix { $0 != ":" }
        try expectFailure(example.replacing(line: line, with: "\(key): \(text)"), "`\(key)`")
      }
      try expectFailure(example.replacing(line: "trials: 100", with: "\"\(text)\": 1"))
      let optimizer = "  optimizer: {adam: {learning_rate: 0.001}}"
      let number = "  optimizer: {adam: {learning_rate: \(text)}}"
      try expectFailure(example.replacing(line: optimizer, with: number), "learning_rate` ")
    }
    try expectFailure("a: b" + String(repeating: "\n c", count: 300_000), "unknown key `a`")
    try expectFailure(String(repeating: "*?", count: 500_000), "the alias `*?*?")
  }

  /// As many variants as there may be, of a large model, each with another layer changed.
  @Test func manyVariantsOfALargeModelAreRead() throws {
    let layers = 500
    let variants = 2_000
    let model = "model:\n" + String(repeating: "  - dense: {units: 1}\n", count: layers)
    let list = (0..<variants).map {
      "  v\($0): {model.\($0 % layers).dense.units: \(2 + $0 / layers)}\n"
    }.joined()
    let text =
      "name: n\ndata: {kind: sequence, length: 2}\n\(model)"
      + "training: {loss: mean_squared_error, optimizer: sgd}\nvariants:\n"
    let specification = try read(text + list)
    #expect(specification.variants.count == variants + 1)
    #expect(try specification.setting("v1999").layers[499].integer("units") == 5)
    let tooMany = (0..<Limits.variants).map { "  v\($0): {training.epochs: 2}\n" }.joined()
    try expectFailure(text + tooMany, "more than 10000 variants, the limit")
  }

  @Test func layersAreLimited() throws {
    let model = String(repeating: "  - flatten\n", count: Limits.layers)
    try expectFailure(
      example.replacing(line: "  - dense: {units: 10}", with: model + "  - flatten"),
      "`model` has 1002 layers; the limit is 1000")
  }
}

/// Checks that the place of an error is one of the text's, or just behind a line.
func expectPosition(
  of error: SpecificationError, in text: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  // As YAML counts lines: a carriage return without a line feed ends one, too.
  let lines = text.replacing("\r\n", with: "\n").unicodeScalars
    .split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r" }
  guard let line = error.line, let column = error.column, lines.indices.contains(line - 1) else {
    Issue.record("no line of the text: \(error)", sourceLocation: sourceLocation)
    return
  }
  #expect(
    (1...lines[line - 1].count + 1).contains(column), "\(error)", sourceLocation: sourceLocation)
}
