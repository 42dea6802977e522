import SweepModel
import SweepSpecification
import Testing

private let slow = "  slow: {training.optimizer: {adam: {learning_rate: 0.0001}}}"

/// The example with these lines of a grid at its end, and without its variant.
private func withGrid(_ lines: String) -> String {
  example.replacing(line: slow, with: "").replacing("variants:\n", with: "") + "grid:\n" + lines
}

private func names(_ grid: String) throws -> [String] {
  try read(withGrid(grid)).variants.map(\.name)
}

@Suite struct GridTests {
  @Test func theLastKeyChangesFastest() throws {
    let specification = try read(
      withGrid(
        """
          training.optimizer.adam.learning_rate: [0.1, 0.01]
          model.0.dense.units: [16, 32, 64]
        """))
    #expect(
      specification.variants.map(\.name) == [
        "base",
        "learning_rate-0.1--units-16", "learning_rate-0.1--units-32",
        "learning_rate-0.1--units-64", "learning_rate-0.01--units-16",
        "learning_rate-0.01--units-32", "learning_rate-0.01--units-64",
      ])
    let setting = try specification.setting("learning_rate-0.01--units-32")
    #expect(setting.training.optimizer.number("learning_rate") == 0.01)
    #expect(setting.layers[0].integer("units") == 32)
    #expect(setting.layers[1].integer("units") == 1)
  }

  /// A point says what a variant with the same overrides says.
  @Test func aPointIsAVariantWithTheSameOverrides() throws {
    let point = try read(withGrid("  {model.0.dense.activation: [relu], training.epochs: [7]}"))
    let overrides = "  v: {model.0.dense.activation: relu, training.epochs: 7}"
    let variant = try read(example.replacing(line: slow, with: overrides))
    #expect(
      try point.setting("activation-relu--epochs-7").resolved(dataDigest: DataDigest(hashing: []))
        == variant.setting("v").resolved(dataDigest: DataDigest(hashing: [])))
  }

  /// The grid is then complete, and each of its settings has a name that says what it is.
  @Test func aPointThatIsTheBaseTakesItsPlace() throws {
    #expect(
      try names("  training.epochs: [50, 100, 200]") == ["epochs-50", "epochs-100", "epochs-200"])
  }

  @Test func variantsAndGridAreAdded() throws {
    let text = example + "grid: {training.epochs: [100, 200]}\n"
    #expect(try read(text).variants.map(\.name) == ["slow", "epochs-100", "epochs-200"])
    #expect(
      try read(example + "grid: {training.epochs: [200]}\n").variants.map(\.name)
        == ["base", "slow", "epochs-200"])
  }

  @Test(arguments: ["", "{}", "null", "~"]) func aGridMayBeLeftEmpty(_ grid: String) throws {
    #expect(try read(example + "grid: \(grid)\n").variants.map(\.name) == ["base", "slow"])
  }

  @Test(arguments: [
    // Keys by their last part, or as many as tell them apart.
    ("  {model.0.dense.units: [3], model.1.dense.use_bias: [false]}", "units-3--use_bias-false"),
    (
      "  {model.0.dense.units: [3], model.1.dense.units: [1]}",
      "model.0.dense.units-3--model.1.dense.units-1"
    ),
    ("  {model.0: [dense: {units: 3}]}", "model.0-dense"),
    // Values as written, kinds by name, and what has no name by its place.
    ("  {training.optimizer.adam.learning_rate: [1e-3, .5]}", "learning_rate-.5"),
    ("  {training.optimizer.adam.learning_rate: [2E+0]}", "learning_rate-2E0"),
    ("  {training.optimizer: [sgd, {rmsprop: {learning_rate: 1}}]}", "optimizer-rmsprop"),
    ("  {training.optimizer: [sgd, {sgd: {momentum: 0.5}}]}", "optimizer-sgd2"),
    ("  {training.batch_size: [3, all, 5]}", "batch_size-5"),
    ("  {metrics: [[mean_absolute_error]]}", "metrics-value1"),
    // Whole keys would make 65 characters.
    (
      "  {training.optimizer.adam.learning_rate: [0.125], training.validation_split: [0.25], "
        + "training.batch_size: [1073741824]}", "lr-0.125--vs-0.25--bs-1073741824"
    ),
  ]) func namesSayWhatIsSet(_ grid: String, _ expected: String) throws {
    #expect(try names(grid).last == expected)
  }

  private static let badGrids = [
    BadInput(slow, "grid: ¦[1]", "`grid` must be a mapping of dotted keys to lists of values"),
    BadInput(
      slow, "grid: {training.epochs: ¦5}",
      "the grid needs a list of values for `training.epochs`, not `5`; write [5]"),
    BadInput(slow, "grid: {training.epochs: ¦{a: 1}}", "not a mapping"),
    BadInput(slow, "grid: {¦training.epochs: }", "not nothing"),
    BadInput(slow, "grid: {training.epochs: ¦[]}", "has no values for `training.epochs`"),
    BadInput(
      slow, "grid: {training.epochs: [5, 6, ¦5]}", "the value `5` of `training.epochs` twice"),
    BadInput(
      slow, "grid: {training.optimizer.adam.epsilon: [1.0, ¦1.00], training.epochs: [1, 2]}",
      "the variants `epsilon-1.0--epochs-1` and `epsilon-1.00--epochs-1` are the same setting"),
    BadInput(
      slow, "  a: {training.epochs: 7}\ngrid: {training.epochs: [6, ¦7]}",
      "the variants `a` and `epochs-7` are the same setting"),
    BadInput(
      slow, "  ¦epochs-7: {training.epochs: 8}\ngrid: {training.epochs: [6, 7]}",
      "the grid makes a variant `epochs-7`, too"),
    BadInput(slow, "grid: {training.epochs: [1, ¦0]}", "`training.epochs` must be from 1"),
    BadInput(slow, "grid: {training.epochs: [1, ¦x]}", "must be a whole number"),
    BadInput(slow, "grid: {¦trials: [1, 2]}", "`trials` cannot be overridden"),
    BadInput(slow, "grid: {¦variants.a: [1, 2]}", "cannot be overridden"),
    BadInput(slow, "grid: {¦epoch: [1, 2]}", "unknown key `epoch` in the grid; valid keys"),
    BadInput(slow, "grid:\n  ¦model[0].dense.units: [1]", "write indices between dots"),
    BadInput(
      slow, "grid: {¦training.optimizer.sgd.momentum: [0.1]}",
      "no `sgd` to override: `training.optimizer` has only `adam` in the base"),
    BadInput(slow, "grid: {¦training.a b.c: [0.1]}", "no `a b` to override"),
    BadInput(
      slow, "grid: {training.optimizer: [sgd], ¦training.optimizer.adam.beta_1: [0.1]}",
      "`training.optimizer` of the grid sets `training.optimizer.adam.beta_1` already"),
    BadInput(
      slow, "grid: {training.optimizer.adam.beta_1: [0.1], training: [¦{}]}",
      "`training` of the grid sets"
    ).at(column: 8),
    BadInput(
      slow, "¦grid: {model.0.dense.kernel_initializer: [\(String(repeating: "x", count: 64))]}",
      "a name is longer"
    ).saying("whose name is longer than 64 characters"),
  ]

  @Test(arguments: badGrids) func gridsAreChecked(_ input: BadInput) throws {
    let error = try #require(failure(of: input.text))
    #expect(error.line == input.line && error.column == input.column, "\(error)")
    #expect(error.message.contains(input.fragment), "\(error)")
  }

  /// What other modules find wrong with a point stands at the value that it set.
  @Test(arguments: [
    ("units-32--optimizer-adam", "model[0].dense.units", 2, 29),
    ("units-16--optimizer-adam", "model[0].dense.units", 2, 25),
    ("units-32--optimizer-adam", "training.optimizer.adam.learning_rate", 3, 52),
    ("units-32--optimizer-adam", "training.optimizer.adam.beta_1", 3, 30),
    ("units-32--optimizer-sgd", "training.optimizer.sgd.momentum", 3, 24),
  ]) func pathsOfPointsAreLocated(
    _ variant: String, _ path: String, _ line: Int, _ column: Int
  ) throws {
    let text = withGrid(
      """
        model.0.dense.units: [16, 32]
        training.optimizer: [sgd, {adam: {learning_rate: 0.1}}]
      """)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let start = try #require(lines.firstIndex(of: "grid:"))
    #expect(
      try read(text).position(of: path, variant: variant)
        == SourcePosition(line: start + line, column: column))
    // What the point leaves as it is stands where the base has it.
    #expect(
      try read(text).position(of: "training.loss", variant: variant)
        == read(text).position(of: "training.loss"))
  }

  @Test func tooManyPointsAreRefusedBeforeTheyAreMade() throws {
    let hundred = (1...100).map(String.init).joined(separator: ", ")
    let text = withGrid(
      "  model.0.dense.units: [\(hundred)]\n  model.1.dense.units: [\(hundred)]\n")
    let error = try #require(failure(of: text))
    #expect(error.message.contains("makes 10000 variants (100 × 100); with the base a sweep may"))
    let keys = (0..<16).map { "  model.\($0).dense.units: [\(hundred)]\n" }.joined()
    #expect(try #require(failure(of: withGrid(keys))).message.contains("far too many variants"))
    let more = keys + "  training.epochs: [1]\n"
    #expect(try #require(failure(of: withGrid(more))).message.contains("17 keys; the limit is 16"))
  }

  /// A list of layers that stands in 9,900 points.
  @Test func aGridThatIsLargeWrittenOutIsRefused() throws {
    let layers = Array(repeating: "flatten", count: 500).joined(separator: ", ")
    let epochs = (1...9_900).map(String.init).joined(separator: ", ")
    let error = try #require(
      failure(of: withGrid("  model: [[\(layers)]]\n  training.epochs: [\(epochs)]\n")))
    #expect(error.message.contains("more than 1000000 values, the limit"), "\(error)")
  }

  @Test func asManyPointsAsThereMayBeAreRead() throws {
    func list(_ count: Int) -> String { (1...count).map(String.init).joined(separator: ", ") }
    let specification = try read(
      withGrid("  model.0.dense.units: [\(list(99))]\n  model.1.dense.units: [\(list(101))]\n"))
    // One of the 9,999 is the base: 10 units, then 1.
    #expect(specification.variants.count == 9_999)
  }
}

extension BadInput {
  fileprivate func at(column: Int) -> BadInput {
    BadInput(text: text, line: line, column: column, fragment: fragment)
  }

  fileprivate func saying(_ fragment: String) -> BadInput {
    BadInput(text: text, line: line, column: column, fragment: fragment)
  }
}
