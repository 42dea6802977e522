import SweepModel
import SweepSpecification
import Testing

private let slow = "  slow: {training.optimizer: {adam: {learning_rate: 0.0001}}}"

private func variant(_ overrides: String, of text: String = example) throws -> VariantSetting {
  try read(text.replacing(line: slow, with: "  v: \(overrides)")).setting("v")
}

/// An override, and the lines of the example that say the same by hand.
@Test(arguments: [
  ("{training.epochs: 7}", "  epochs: 100", "  epochs: 7"),
  ("{training.shuffle: false}", "  epochs: 100", "  epochs: 100\n  shuffle: false"),
  ("{training.batch_size: 3}", "  batch_size: all", "  batch_size: 3"),
  (
    "{training.optimizer: sgd}", "  optimizer: {adam: {learning_rate: 0.001}}", "  optimizer: sgd"
  ),
  (
    "{training.optimizer.adam.learning_rate: 0.5}", "  optimizer: {adam: {learning_rate: 0.001}}",
    "  optimizer: {adam: {learning_rate: 0.5}}"
  ),
  (
    "{training.optimizer.adam.beta_1: 0.5}", "  optimizer: {adam: {learning_rate: 0.001}}",
    "  optimizer: {adam: {beta_1: 0.5}}"
  ),
  ("{model.0.dense.units: 7}", "  - dense: {units: 10}", "  - dense: {units: 7}"),
  ("\n    \"model.0\": {flatten: }", "  - dense: {units: 10}", "  - flatten"),
  (
    "\n    model.0.dense.activation: relu", "  - dense: {units: 10}",
    "  - dense: {units: 10, activation: relu}"
  ),
  ("{model: [dense: {units: 1}]}", "  - dense: {units: 10}", ""),
  (
    "{data.length: 5}", "data: {kind: sequence, length: 10}", "data: {kind: sequence, length: 5}"
  ),
  (
    "{metrics: [mean_absolute_error]}", "metrics: [mean_squared_error]",
    "metrics: [mean_absolute_error]"
  ),
  (
    "{metrics.0: mean_absolute_error}", "metrics: [mean_squared_error]",
    "metrics: [mean_absolute_error]"
  ),
  (
    "{training.loss: hinge, training.shuffle: false}", "  loss: mean_squared_error",
    "  loss: hinge\n  shuffle: false"
  ),
])
func overridesSayWhatTheBaseCouldSay(
  _ overrides: String, _ line: String, _ written: String
) throws {
  let expected = example.replacing(line: line, with: written)
  #expect(try variant(overrides) == read(expected).setting("base"))
}

@Test func anOverrideReachesIntoAKindWithoutArguments() throws {
  let bare = example.replacing(
    line: "  optimizer: {adam: {learning_rate: 0.001}}", with: "  optimizer: adam")
  let setting = try variant("{training.optimizer.adam.learning_rate: 0.5}", of: bare)
  #expect(setting.training.optimizer.number("learning_rate") == 0.5)
  let empty = bare.replacing(line: "  optimizer: adam", with: "  optimizer: {adam: }")
  #expect(try variant("{training.optimizer.adam.learning_rate: 0.5}", of: empty) == setting)
}

@Test func defaultMetricsFollowTheLossOfTheVariant() throws {
  let text = example.replacing(line: "metrics: [mean_squared_error]", with: "")
    .replacing(line: slow, with: "  v: {training.epochs: 1}\n  w: {training.loss: hinge}")
  // The base has a metric by default, the variant's loss none.
  let error = try #require(failure(of: text))
  #expect(error.description.hasPrefix("test.yaml:17:22: the loss `hinge` is no metric"))
}

private let badOverrides = [
  BadInput(slow, "  ¦slow:", "the variant `slow` overrides nothing"),
  BadInput(slow, "  ¦slow: {}", "the variant `slow` overrides nothing"),
  BadInput(slow, "  slow: ¦[1]", "the variant `slow` must be a mapping of dotted keys"),
  BadInput(slow, "  ¦- slow", "`variants` must be a mapping of names to overrides, not a list"),
  BadInput(slow, "  ¦base: {training.epochs: 1}", "the name `base` is taken"),
  BadInput(slow, "  ¦a/b: {training.epochs: 1}", "the name of a variant may have only letters"),
  BadInput(slow, "  slow: {¦name: a}", "`name` cannot be overridden: all variants share it"),
  BadInput(slow, "  slow: {¦master_seed: 2}", "`master_seed` cannot be overridden"),
  BadInput(slow, "  slow: {¦trials: 2}", "`trials` cannot be overridden"),
  BadInput(slow, "  slow: {¦keep_history: false}", "`keep_history` cannot be overridden"),
  BadInput(slow, "  slow: {¦audit: 0.5}", "`audit` cannot be overridden"),
  BadInput(slow, "  slow: {¦variants.slow: {}}", "`variants.slow` cannot be overridden"),
  BadInput(
    slow, "  slow: {¦traning.epochs: 2}",
    "unknown key `traning.epochs` in a variant; did you mean `training`?"),
  BadInput(
    slow, "  slow: {¦epochs: 2}",
    "valid keys: `data`, `model`, `training`, `metrics`, `initial_weights`, `masks` and"),
  BadInput(slow, "  slow: {¦training..epochs: 2}", "`training..epochs` has an empty part"),
  BadInput(slow, "  slow: {¦training.: 2}", "has an empty part"),
  BadInput(
    slow, "  slow:\n    ¦model[0].dense.units: 2",
    "write indices between dots, as in `model.0.dense.units`"),
  BadInput(
    slow, "  slow: {¦training.epoch: 2}",
    "unknown key `epoch` in `training`; did you mean `epochs`?"),
  BadInput(
    slow, "  slow: {training.epochs: ¦1.0}", "`training.epochs` must be a whole number from 1"),
  BadInput(
    slow, "  slow: {model.1.dense.units: ¦0}", "`model[1].dense.units` must be from 1 to 16777216"),
  BadInput(
    slow, "  slow: {¦training.optimizer.sgd.learning_rate: 1}",
    "no `sgd` to override: `training.optimizer` has only `adam` in the base; "
      + "to change it, override `training.optimizer` as a whole"),
  BadInput(
    slow, "  slow: {¦training.optimizer.adm.learning_rate: 1}",
    "`training.optimizer` has only `adam` in the base; did you mean `adam`?"),
  BadInput(
    slow, "  slow: {¦training.loss.hinge.x: 1}",
    "no `hinge` to override: `training.loss` is `mean_squared_error` in the base"),
  BadInput(
    slow, "  slow: {¦training.optimizer.sgd: {}}",
    "`training.optimizer` must be one optimizer, but `sgd` stands beside it"),
  BadInput(
    slow, "  slow: {¦model.2.dense.units: 1}",
    "no `2` to override: `model` is a list of 2 in the base, indexed from 0"),
  BadInput(slow, "  slow: {¦model.01: flatten}", "no `01` to override"),
  BadInput(slow, "  slow: {¦model.dense.units: 1}", "no `dense` to override"),
  BadInput(
    slow, "  slow: {¦model.0.dense.activation.relu.x: 1}",
    "no `activation` to override: `model[0].dense` has only `units` in the base"),
  BadInput(
    slow, "  slow: {training.optimizer: adam, ¦training.optimizer.adam.beta_1: 0}",
    "`training.optimizer` of the same variant sets `training.optimizer.adam.beta_1` already"),
  BadInput(slow, "  slow: {¦training: {epochs: 5}}", "`training` needs the key `loss`"),
  BadInput(
    slow, "  a: {training.epochs: 5}\n  ¦b: {training.epochs: 5}",
    "the variants `a` and `b` are the same setting"),
  BadInput(
    slow, "  a: {training.epochs: 5}\n  ¦b: {training.epochs: 100}",
    "the variants `base` and `b` are the same setting"),
  BadInput(
    slow, "  a: {training.optimizer: sgd}\n  ¦b: {training.optimizer: {sgd: {momentum: -0.0}}}",
    "the variants `a` and `b` are the same setting"),
  BadInput(
    slow, "  a: {model.1.dense.units: 3}\n  ¦b: {model: [dense: {units: 10}, dense: {units: 3}]}",
    "the variants `a` and `b` are the same setting"),
]

@Test(arguments: badOverrides)
func overridesAreChecked(_ input: BadInput) throws {
  let error = try #require(failure(of: input.text))
  #expect(error.line == input.line && error.column == input.column, "\(error)")
  #expect(error.message.contains(input.fragment), "\(error)")
}

@Test func variantsMayBeLeftEmpty() throws {
  #expect(try read(example.replacing(line: slow, with: "")).variants.map(\.name) == ["base"])
}
