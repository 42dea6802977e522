import SweepSpecification
import Testing

private let text = """
  name: map
  data: {kind: sequence, length: 10}
  model:
    - dense:
        units: 10
    - dense: {units: 1}
    - flatten
  training:
    loss: mean_squared_error
    optimizer: {adam: {learning_rate: 0.001}}
  variants:
    lr0.1: {training.optimizer: {adam: {learning_rate: 0.1}}}
    wide:
      model.0.dense.units: 20
  """

/// A path, the line and column where it or the nearest that encloses it stands.
@Test(arguments: [
  ("name", 1, 7), ("data", 2, 1), ("data.kind", 2, 14), ("data.length", 2, 32),
  ("data.else", 2, 1), ("model", 3, 1), ("model[0]", 4, 5), ("model[0].dense", 4, 5),
  ("model[0].dense.units", 5, 14), ("model[0].dense.activation", 4, 5),
  ("model[1].dense.units", 6, 20), ("model[1].dense.units.more[3]", 6, 20), ("model[2]", 7, 5),
  ("model[9].dense", 3, 1), ("training.epochs", 8, 1), ("training.loss", 9, 9),
  ("training.optimizer", 10, 3), ("training.optimizer.adam.learning_rate", 10, 37),
  ("training.optimizer.adam.beta_1", 10, 15), ("metrics[0]", 1, 1), ("", 1, 1),
  ("variants", 11, 1), ("variants.lr0.1", 12, 3), ("variants.lr0.1.training.optimizer", 12, 11),
  ("variants.lr0.1.training.optimizer.adam.learning_rate", 12, 54),
  ("variants.wide.model[0].dense.units", 14, 26), ("variants.wide.training", 13, 3),
])
func pathsAreLocated(_ path: String, _ line: Int, _ column: Int) throws {
  #expect(try read(text).position(of: path) == SourcePosition(line: line, column: column))
}

/// The same for what a variant may have overridden.
@Test(arguments: [
  ("wide", "model[0].dense.units", 14, 26), ("wide", "model[0].dense", 4, 5),
  ("wide", "training.loss", 9, 9), ("lr0.1", "training.optimizer.adam.learning_rate", 12, 54),
  ("lr0.1", "training.optimizer.adam.beta_1", 12, 32), ("lr0.1", "model[1].dense.units", 6, 20),
  ("base", "training.optimizer.adam.learning_rate", 10, 37), ("none", "training.loss", 9, 9),
])
func pathsOfVariantsAreLocated(
  _ variant: String, _ path: String, _ line: Int, _ column: Int
) throws {
  let position = try read(text).position(of: path, variant: variant)
  #expect(position == SourcePosition(line: line, column: column))
}

@Test func errorsOfOtherModulesAreLocated() throws {
  let specification = try read(text)
  #expect(
    specification.error(at: "model[1]", message: "does not fit").description
      == "test.yaml:6:5: does not fit")
  #expect(
    specification.error(at: "model[0].dense.units", variant: "wide", message: "too wide")
      .description == "test.yaml:14:26: variant `wide`: too wide")
}
