import SweepSpecification
import Testing

/// What is wrong with keys and their structure.
private let badStructures = [
  BadInput("name: sequence", "¦nam: sequence", "unknown key `nam`; did you mean `name`?"),
  BadInput("trials: 100", "¦Trials: 100", "unknown key `Trials`; did you mean `trials`?"),
  BadInput("trials: 100", "¦seed: 100", "unknown key `seed`; valid keys: `name`, `master_seed`"),
  BadInput("trials: 100", "¦<<: {trials: 1}", "unknown key `<<`"),
  BadInput("name: sequence", "¦# nothing", "the specification needs the key `name`")
    .at(line: 2),
  BadInput("data: {kind: sequence, length: 10}", "¦", "the specification needs the key `data`")
    .at(line: 1),
  BadInput("¦- name: a\n", "a specification must be a mapping of keys to values, not a list"),
  BadInput("¦just text\n", "a specification must be a mapping of keys to values, not `just text`"),
  BadInput("---\n¦", "the specification needs the key `name`"),
  // data
  BadInput(
    "data: {kind: sequence, length: 10}", "¦data: {length: 10}", "`data` needs the key `kind`"),
  BadInput(
    "data: {kind: sequence, length: 10}", "data: {kind: ¦sequenze, length: 10}",
    "unknown dataset `sequenze` in `data`; did you mean `sequence`?"),
  BadInput(
    "data: {kind: sequence, length: 10}", "data: {kind: ¦mnist, length: 10}",
    "unknown dataset `mnist` in `data`; valid datasets: `sequence`"),
  BadInput(
    "data: {kind: sequence, length: 10}", "data: {kind: sequence, ¦lenght: 10}",
    "unknown key `lenght` in `data`; did you mean `length`?"),
  BadInput(
    "data: {kind: sequence, length: 10}", "¦data: {kind: sequence}",
    "`data` needs the key `length`"),
  BadInput(
    "data: {kind: sequence, length: 10}", "data: ¦sequence",
    "`data.sequence` needs the key `length`"),
  BadInput(
    "data: {kind: sequence, length: 10}", "data: ¦[sequence]",
    "`data` must be a mapping such as `{kind: NAME}`, not a list"),
  BadInput(
    "data: {kind: sequence, length: 10}", "data: {kind: ¦{sequence: 1}}",
    "`data.kind` must be a name, not a mapping"),
  // model
  BadInput(
    "  - dense: {units: 1}", "  - ¦dens: {units: 1}",
    "unknown layer `dens` in `model[1]`; did you mean `dense`?"),
  BadInput(
    "  - dense: {units: 1}", "  - ¦conv_2d: {units: 1}",
    "unknown layer `conv_2d` in `model[1]`; valid layers: `dense`, `dropout` and `flatten`; a custom "
      + "layer needs a program in which it is registered"),
  BadInput(
    "  - dense: {units: 1}", "  - ¦dense", "`model[1].dense` needs the key `units`"),
  BadInput(
    "  - dense: {units: 1}", "  - ¦dense:", "`model[1].dense` needs the key `units`"),
  BadInput(
    "  - dense: {units: 1}", "  - dense: ¦1",
    "`model[1].dense` must be a mapping of keys to values, not `1`"),
  BadInput(
    "  - dense: {units: 1}", "  - dense: ¦[1]",
    "`model[1].dense` must be a mapping of keys to values, not a list"),
  BadInput(
    "  - dense: {units: 1}", "  - dense: {units: 1, ¦unit: 1}",
    "unknown key `unit` in `model[1].dense`; did you mean `units`?"),
  BadInput(
    "  - dense: {units: 1}", "  - dense:\n    ¦units: 1",
    "`model[1]` must be one layer, but `units` stands beside it; indent the arguments of `dense`"),
  BadInput(
    "  - dense: {units: 1}", "  - dense: {units: 1}\n    ¦flatten:",
    "`model[1]` must be one layer, but `flatten` stands beside it; write `dense` alone"),
  BadInput(
    "  - dense: {units: 1}", "  - flatten: {¦units: 1}",
    "unknown key `units` in `model[1].flatten`; there are no keys"),
  BadInput("  - dense: {units: 1}", "  - ¦{}", "`model[1]` must be a layer, by name or as"),
  BadInput("  - dense: {units: 1}", "  - ¦[dense]", "not a list"),
  BadInput("  - dense: {units: 1}", "  -¦", "`model[1]` must be a layer, by name or as")
    .at(line: 7, column: 4),
  BadInput("model:\n  ¦dense: {units: 1}\n".inExample, "`model` must be a list of layers"),
  BadInput("model: ¦[]\n".inExample, "`model` must be a list of layers, not an empty one"),
  BadInput("¦model:\n".inExample, "`model` must be a list of layers, not nothing"),
  // training
  BadInput(
    "  epochs: 100", "  ¦epoch: 100", "unknown key `epoch` in `training`; did you mean `epochs`?"),
  BadInput(
    "  epochs: 100", "  ¦patience: 3",
    "valid keys: `loss`, `optimizer`, `epochs`, `batch_size`, `shuffle`, "
      + "`validation_split`, `callbacks` and `class_weight`"),
  BadInput("training: ¦[]\n".inExample, "`training` must be a mapping of keys to values"),
  BadInput("¦training:\n".inExample, "`training` needs the key `loss`"),
  BadInput("¦training: {loss: hinge}\n".inExample, "`training` needs the key `optimizer`"),
  BadInput(
    "  loss: mean_squared_error", "  loss: ¦MeanSquareError",
    "unknown loss `MeanSquareError` in `training.loss`; did you mean `mean_squared_error`?"),
  BadInput("  loss: mean_squared_error", "  ¦loss:", "`training.loss` must be a loss, by name"),
  BadInput(
    "  optimizer: {adam: {learning_rate: 0.001}}", "  optimizer: ¦adagrad",
    "unknown optimizer `adagrad` in `training.optimizer`; valid optimizers: `sgd`, `adam`"),
  BadInput(
    "  optimizer: {adam: {learning_rate: 0.001}}", "  optimizer: {adam: {¦lr: 0.001}}",
    "unknown key `lr` in `training.optimizer.adam`; valid keys: `learning_rate`"),
  // metrics
  BadInput("metrics: [mean_squared_error]", "metrics: ¦[]", "`metrics` must be a list of metrics"),
  BadInput("metrics: [mean_squared_error]", "¦metrics:", "`metrics` must be a list of metrics"),
  BadInput(
    "metrics: [mean_squared_error]", "metrics: ¦mean_squared_error",
    "`metrics` must be a list of metrics, not `mean_squared_error`"),
  BadInput(
    "metrics: [mean_squared_error]", "metrics: [mean_squared_error, ¦accuracy]",
    "unknown metric `accuracy` in `metrics[1]`"),
  BadInput(
    "metrics: [mean_squared_error]", "metrics: [mean_squared_error, ¦mean_squared_error]",
    "the metric `mean_squared_error` is listed twice"),
  BadInput(
    "training: {loss: ¦hinge, optimizer: adam}\n".inExample
      .replacing(line: "metrics: [mean_squared_error]", with: ""),
    "the loss `hinge` is no metric, so that the key `metrics` is needed"),
]

extension BadInput {
  /// The same input with its error elsewhere than the mark.
  fileprivate func at(line: Int, column: Int = 1) -> BadInput {
    BadInput(text: text, line: line, column: column, fragment: fragment)
  }
}

extension String {
  /// The example with this in place of the section that it begins, `¦` apart.
  fileprivate var inExample: String {
    let key = replacing("¦", with: "").prefix { $0 != ":" }
    let lines = example.split(separator: "\n", omittingEmptySubsequences: false)
    guard let start = lines.firstIndex(where: { $0.hasPrefix("\(key):") }) else { return "" }
    let rest = lines[(start + 1)...].drop { $0.hasPrefix(" ") }
    return (lines[..<start] + split(separator: "\n") + rest).joined(separator: "\n")
  }
}

@Test(arguments: badStructures)
func structureIsChecked(_ input: BadInput) throws {
  let error = try #require(failure(of: input.text))
  #expect(error.line == input.line && error.column == input.column, "\(error)")
  #expect(error.message.contains(input.fragment), "\(error)")
}
