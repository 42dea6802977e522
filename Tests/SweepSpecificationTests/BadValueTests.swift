import SweepSpecification
import Testing

private let optimizer = "  optimizer: {adam: {learning_rate: 0.001}}"
private let range48 = "from 1 to 281474976710656"

/// What is wrong with numbers, switches and names.
private let badValues = [
  // whole numbers
  BadInput(
    "trials: 100", "trials: ¦10.0",
    "`trials` must be a whole number \(range48), not `10.0`; write 10"),
  BadInput("trials: 100", "trials: ¦1e3", "not `1e3`; write 1000"),
  BadInput("trials: 100", "trials: ¦1_000", "not `1_000`; write 1000"),
  BadInput("trials: 100", "trials: ¦010", "not `010`; write 10"),
  BadInput("trials: 100", "trials: ¦0o10", "not `0o10`; write 8"),
  BadInput("trials: 100", "trials: ¦0x10", "not `0x10`; write 16"),
  BadInput("trials: 100", "trials: ¦1:30", "must be a whole number \(range48), not `1:30`"),
  BadInput(
    "trials: 100", "trials: ¦\"100\"", "not the quoted text `100`; write it without quotes"),
  BadInput("trials: 100", "trials: ¦10.5", "must be a whole number \(range48), not `10.5`"),
  BadInput("trials: 100", "trials: ¦many", "not `many`"),
  BadInput("trials: 100", "trials: ¦[100]", "not a list"),
  BadInput("trials: 100", "trials: ¦{a: 1}", "not a mapping"),
  BadInput("trials: 100", "¦trials:", "not nothing"),
  BadInput("trials: 100", "trials: ¦null", "not `null`"),
  BadInput("trials: 100", "trials: ¦0", "`trials` must be \(range48), not `0`"),
  BadInput("trials: 100", "trials: ¦-5", "`trials` must be \(range48), not `-5`"),
  BadInput("trials: 100", "trials: ¦281474976710657", "`trials` must be \(range48)"),
  BadInput(
    "trials: 100", "trials: ¦99999999999999999999", "`trials` must be \(range48), not `9999"),
  BadInput("  epochs: 100", "  epochs: ¦0", "`training.epochs` must be from 1 to 1000000"),
  BadInput("  epochs: 100", "  epochs: ¦1000001", "`training.epochs` must be from 1 to 1000000"),
  BadInput("  batch_size: all", "  batch_size: ¦0", "`training.batch_size` must be from 1 to"),
  BadInput("  batch_size: all", "  batch_size: ¦some", "must be a whole number or all, not `some`"),
  BadInput("  batch_size: all", "  batch_size: ¦32.0", "not `32.0`; write 32"),
  BadInput(
    "  - dense: {units: 1}", "  - dense: {units: ¦0}",
    "`model[1].dense.units` must be from 1 to 16777216, not `0`"),
  BadInput(
    "data: {kind: sequence, length: 10}", "data: {kind: sequence, length: ¦1}",
    "`data.length` must be from 2 to"),
  // master seeds
  BadInput(
    "master_seed: 1", "master_seed: ¦-1",
    "`master_seed` must be a whole number from 0 to 18446744073709551615, in decimal or"),
  BadInput("master_seed: 1", "master_seed: ¦18446744073709551616", "`master_seed` must be"),
  BadInput("master_seed: 1", "master_seed: ¦0x1ffffffffffffffff", "`master_seed` must be"),
  BadInput("master_seed: 1", "master_seed: ¦0x", "`master_seed` must be"),
  BadInput("master_seed: 1", "master_seed: ¦0x+1", "`master_seed` must be"),
  BadInput("master_seed: 1", "master_seed: ¦\"0xff\"", "write it without quotes"),
  BadInput("master_seed: 1", "master_seed: ¦007", "not `007`; write 7"),
  BadInput("master_seed: 1", "master_seed: ¦1.0", "not `1.0`; write 1"),
  // numbers
  BadInput(
    optimizer, "  optimizer: {adam: {learning_rate: ¦.nan}}",
    "`training.optimizer.adam.learning_rate` must be a finite number, not `.nan`"),
  BadInput(optimizer, "  optimizer: {adam: {learning_rate: ¦-.inf}}", "must be a finite number"),
  BadInput(optimizer, "  optimizer: {adam: {learning_rate: ¦nan}}", "must be a finite number"),
  BadInput(optimizer, "  optimizer: {adam: {learning_rate: ¦Infinity}}", "must be a finite number"),
  BadInput(optimizer, "  optimizer: {adam: {learning_rate: ¦0x1p-3}}", "must be a finite number"),
  BadInput(
    optimizer, "  optimizer: {adam: {learning_rate: ¦1e999}}",
    "is too large for binary64: `1e999`"),
  BadInput(
    optimizer, "  optimizer: {adam: {learning_rate: ¦1e-999}}", "is too small for binary64"),
  BadInput(
    optimizer, "  optimizer: {adam: {learning_rate: ¦0}}",
    "`training.optimizer.adam.learning_rate` must be above 0, not `0`"),
  BadInput(optimizer, "  optimizer: {adam: {beta_1: ¦1}}", "must be from 0 and below 1, not `1`"),
  BadInput(optimizer, "  optimizer: {adam: {beta_1: ¦-0.1}}", "must be from 0 and below 1"),
  BadInput(
    optimizer, "  optimizer: {adam: {beta_1: ¦'0.9'}}",
    "not the quoted text `0.9`; write it without quotes"),
  BadInput(optimizer, "  optimizer: {adam: {beta_1: ¦0_0.9}}", "must be a finite number"),
  BadInput(optimizer, "  optimizer: {adam: {beta_1: ¦00.9}}", "must be a finite number"),
  BadInput(optimizer, "  optimizer: {adam: {beta_1: ¦1e}}", "must be a finite number, not `1e`"),
  BadInput(optimizer, "  optimizer: {adam: {beta_1: ¦.}}", "must be a finite number, not `.`"),
  BadInput(optimizer, "  optimizer: {adam: {beta_1: ¦0,9}}", "must be from 0").asDecimalComma,
  BadInput(optimizer, "  optimizer: {adam: {beta_1: ¦true}}", "a finite number, not `true`"),
  BadInput(optimizer, "  optimizer: {adam: {¦beta_1: }}", "must be a finite number, not nothing"),
  // switches
  BadInput(
    "trials: 100", "keep_history: ¦yes",
    "`keep_history` must be true or false, not `yes`; write true"),
  BadInput("trials: 100", "keep_history: ¦False", "not `False`; write false"),
  BadInput("trials: 100", "keep_history: ¦1", "`keep_history` must be true or false, not `1`"),
  BadInput("trials: 100", "keep_history: ¦\"true\"", "write it without quotes"),
  // shares
  BadInput("trials: 100", "audit: ¦1.5", "`audit` must be from 0 and up to 1, not `1.5`"),
  BadInput("trials: 100", "audit: ¦-0.01", "`audit` must be from 0 and up to 1, not `-0.01`"),
  BadInput("trials: 100", "audit: ¦.nan", "`audit` must be a finite number, not `.nan`"),
  BadInput("trials: 100", "audit: ¦1%", "`audit` must be a finite number, not `1%`"),
  BadInput("trials: 100", "¦audits: 0.01", "did you mean `audit`?"),
  // models
  BadInput("trials: 100", "save: ¦lasst", "`save` cannot be `lasst`; did you mean `last`?"),
  BadInput(
    "trials: 100", "save: ¦[last]",
    "`save` must be one of `last`, `best` and `none`, not a list"),
  BadInput(
    "trials: 100", "checkpoint_seconds: ¦0",
    "`checkpoint_seconds` must be from 1 to 604800, not `0`"),
  BadInput("trials: 100", "checkpoint_seconds: ¦1.5", "must be a whole number from 1"),
  BadInput(
    "  epochs: 100", "  shuffle: ¦off", "`training.shuffle` must be true or false, not `off`"),
  BadInput(
    "  epochs: 100", "  validation_split: ¦1",
    "`training.validation_split` must be from 0 and below 1, not `1`"),
  BadInput("  epochs: 100", "  validation_split: ¦-0.1", "must be from 0 and below 1"),
  BadInput("  epochs: 100", "  validation_split: ¦20%", "must be a finite number, not `20%`"),
  BadInput(
    "  - dense: {units: 1}", "  - dense: {units: 1, use_bias: ¦no}",
    "`model[1].dense.use_bias` must be true or false, not `no`; write false"),
  // names
  BadInput("name: sequence", "name: ¦a b", "`name` may have only letters (a to z), digits"),
  BadInput("name: sequence", "name: ¦größe", "not `ö`"),
  BadInput("name: sequence", "name: ¦../x", "not `/`"),
  BadInput("name: sequence", "name: ¦-x", "`name` must not begin with `-` or `.`: `-x`"),
  BadInput("name: sequence", "name: ¦.x", "`name` must not begin with `-` or `.`: `.x`"),
  BadInput("name: sequence", "name: ¦\"\"", "`name` is empty"),
  BadInput("name: sequence", "¦name:", "`name` must be a name, not nothing"),
  BadInput("name: sequence", "name: ¦2024", "which `2024` is not for YAML; write it in quotes"),
  BadInput("name: sequence", "name: ¦true", "which `true` is not for YAML; write it in quotes"),
  BadInput("name: sequence", "name: ¦0x1f", "which `0x1f` is not for YAML; write it in quotes"),
  BadInput(
    "name: sequence", "name: ¦" + String(repeating: "x", count: 65),
    "`name` is longer than 64 characters: `" + String(repeating: "x", count: 48) + "…`"),
  BadInput("name: sequence", "name: ¦\"a\\nb\\e[31m\"", "not `\\u{a}`"),
  BadInput(
    "  - dense: {units: 1}", "  - dense: {units: 1, name: ¦'a/b'}",
    "`model[1].dense.name` may have only letters"),
]

extension BadInput {
  /// In a flow mapping `0,9` is the number 0 and the key 9, and it is the key that is wrong.
  fileprivate var asDecimalComma: BadInput {
    BadInput(text: text, line: line, column: column + 2, fragment: "unknown key `9`")
  }
}

@Test(arguments: badValues)
func valuesAreChecked(_ input: BadInput) throws {
  let error = try #require(failure(of: input.text))
  #expect(error.line == input.line && error.column == input.column, "\(error)")
  #expect(error.message.contains(input.fragment), "\(error)")
}
