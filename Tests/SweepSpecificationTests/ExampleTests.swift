import SweepModel
import SweepSpecification
import Testing

private let dataDigest = DataDigest(bytes: Array(repeating: 0x5A, count: 32))

/// Written by hand from the rules of canonical JSON: members sorted, numbers as ECMAScript has them.
private let canonicalExample =
  #"{"contract":1,"data":{"sequence":{"length":10}},"#
  + #""data_sha256":"5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a","#
  + #""metrics":[{"mean_squared_error":{}}],"#
  + #""model":[{"dense":{"activation":{"linear":{}},"bias_initializer":{"zeros":{}},"#
  + #""kernel_initializer":{"glorot_uniform":{}},"units":10,"use_bias":true}},"#
  + #"{"dense":{"activation":{"linear":{}},"bias_initializer":{"zeros":{}},"#
  + #""kernel_initializer":{"glorot_uniform":{}},"units":1,"use_bias":true}}],"#
  + #""training":{"batch_size":"all","epochs":100,"loss":{"mean_squared_error":{}},"#
  + #""optimizer":{"adam":{"beta_1":0.9,"beta_2":0.999,"epsilon":1e-7,"learning_rate":0.001}},"#
  + #""shuffle":true}}"#

@Test func theExampleResolvesToItsCanonicalText() throws {
  let specification = try read(example)
  #expect(specification.file == "test.yaml")
  #expect(specification.name == "sequence")
  #expect(specification.masterSeed == MasterSeed(1))
  #expect(specification.trials == 100)
  #expect(specification.keepsHistory)
  #expect(specification.variants.map(\.name) == ["base", "slow"])

  let base = try specification.setting("base").resolved(dataDigest: try #require(dataDigest))
  #expect(base.canonicalJSON == canonicalExample)
  // Both by Python: hashlib.sha256(text.encode()).hexdigest()
  #expect(
    base.digest.hex == "bab43147a7a0f37949b8deef909b95521d27e51cb53ba54b97a9e31b50b04507")
  let slow = try specification.setting("slow").resolved(dataDigest: try #require(dataDigest))
  #expect(
    slow.digest.hex == "12f18cb35f3bb28a97b940813bc553fdab172841d6b624429016f893d409b450")
}

/// How many trials are run again says nothing about what they give.
@Test func anAuditChangesNoVariant() throws {
  let plain = try read(example)
  #expect(plain.audit == 0)
  for (text, share) in [("0.01", 0.01), ("1", 1), ("0", 0), ("1e-3", 0.001)] {
    let audited = try read(example.replacing(line: "trials: 100", with: "audit: \(text)"))
    #expect(audited.audit == share)
    #expect(audited.variants == plain.variants)
  }
}

/// Nor does what becomes of models.
@Test func savingModelsChangesNoVariant() throws {
  let plain = try read(example)
  #expect(!plain.models.isOn)
  for (text, saving) in [("last", ModelSaving.last), ("none", .none)] {
    let saved = try read(example.replacing(line: "trials: 100", with: "save: \(text)"))
    #expect(saved.models.saving == saving)
    #expect(saved.variants == plain.variants)
  }
  let often = try read(example.replacing(line: "trials: 100", with: "checkpoint_seconds: 300"))
  #expect(often.models == ModelKeeping(checkpointSeconds: 300))
  #expect(often.models.isOn && often.variants == plain.variants)
}

@Test func defaultsAreWrittenOut() throws {
  let specification = try read(
    """
    name: short
    data: {kind: sequence, length: 10}
    model: [dense: {units: 1}]
    training: {loss: mean_squared_error, optimizer: adam}
    """)
  #expect(specification.masterSeed == MasterSeed(0))
  #expect(specification.trials == 30)
  #expect(specification.keepsHistory)
  #expect(specification.variants.map(\.name) == ["base"])
  let setting = try specification.setting("base")
  #expect(setting.training.epochs == 1)
  #expect(setting.training.batchSize == .samples(32))
  #expect(setting.training.shuffle)
  #expect(setting.metrics == [named("mean_squared_error")])
  let dense = Configuration(
    kind: "dense",
    arguments: [
      "units": .integer(1), "use_bias": .boolean(true),
      "activation": .configuration(named("linear")),
      "kernel_initializer": .configuration(named("glorot_uniform")),
      "bias_initializer": .configuration(named("zeros")),
    ])
  #expect(setting.layers == [dense])
}

/// Spellings of one optimizer, all of which mean Adam with its defaults.
@Test(arguments: [
  "adam", "\"adam\"", "'adam'", "{adam: }", "{adam: {}}", "{adam: null}", "{adam: ~}",
  "{\"adam\": {epsilon: 1e-7}}", "\n    adam:", "\n    adam:\n      beta_1: .9",
  "{adam: {learning_rate: 1.0E-3, beta_2: +0.999}}",
])
func spellingsOfAConfigurationAreEqual(_ spelling: String) throws {
  let text = example.replacing(
    line: "  optimizer: {adam: {learning_rate: 0.001}}", with: "  optimizer: \(spelling)")
  #expect(
    try read(text).setting("base").training == read(example).setting("base").training)
}

@Test func aValidationSplitOfZeroIsNone() throws {
  let epochs = "  epochs: 100"
  let split = try ["0.25", "0", "-0"].map { share in
    let text = example.replacing(line: epochs, with: "\(epochs)\n  validation_split: \(share)")
    return try read(text).setting("base")
  }
  #expect(split[0].training.validationSplit == 0.25)
  #expect(try split[1] == read(example).setting("base"))
  #expect(split[1] == split[2])
}

/// A metric of the loss's name takes the loss's arguments, or it would be another.
@Test func theDefaultMetricIsTheLossWithItsArguments() throws {
  let schema = ConfigurationSchema(
    kind: "entropy", summary: "Both a loss and a metric.",
    parameters: [.optional("from_logits", .boolean, default: .boolean(false), "Of logits.")])
  let reader = SpecificationReader(
    vocabulary: vocabulary.merging(Vocabulary([.loss: [schema], .metric: [schema]])))
  for (written, value) in [("entropy", false), ("{entropy: {from_logits: true}}", true)] {
    let text =
      example
      .replacing(line: "  loss: mean_squared_error", with: "  loss: \(written)")
      .replacing(line: "metrics: [mean_squared_error]", with: "")
    let setting = try reader.read(Array(text.utf8), file: "test.yaml").setting("base")
    #expect(setting.metrics == [setting.training.loss])
    #expect(setting.training.loss.boolean("from_logits") == value)
  }
}

@Test func nestedConfigurationsAndOptionalNamesAreRead() throws {
  let layer =
    "{units: 1, activation: relu, name: \"out_1\", use_bias: false, "
    + "bias_initializer: {constant: {value: 2}}}"
  let text = example.replacing(line: "  - dense: {units: 1}", with: "  - dense: \(layer)")
  let dense = try read(text).setting("base").layers[1]
  #expect(dense.configuration("activation") == named("relu"))
  #expect(dense.optionalText("name") == "out_1")
  #expect(!dense.boolean("use_bias"))
  // A whole number is a number where one is due, and stays one.
  #expect(
    dense.configuration("bias_initializer")
      == Configuration(kind: "constant", arguments: ["value": .number(2)]))
}

@Test func nullMeansNoneWhereTheDefaultIsNone() throws {
  let text = example.replacing(
    line: "  - dense: {units: 1}", with: "  - dense: {units: 1, name: null}")
  #expect(try read(text).setting("base") == read(example).setting("base"))
}

@Test func aliasesAndAnchorsAreExpanded() throws {
  let text =
    example
    .replacing(line: "  - dense: {units: 10}", with: "  - &layer dense: &arguments {units: &n 1}")
    .replacing(line: "  - dense: {units: 1}", with: "  - dense: *arguments")
    .replacing(line: "  epochs: 100", with: "  epochs: *n")
  let setting = try read(text).setting("base")
  #expect(setting.layers.map { $0.integer("units") } == [1, 1])
  #expect(setting.training.epochs == 1)
}

@Test func formsOfTheSameTextAreEqual() throws {
  let setting = try read(example).setting("base")
  let lineEndings = example.split(separator: "\n", omittingEmptySubsequences: false)
  for text in [
    lineEndings.joined(separator: "\r\n"), lineEndings.joined(separator: "\r"), "---\n\(example)",
    "%YAML 1.2\n---\n\(example)...\n", "# * ? [a]: {b}: c\n\(example)", "\n\n\(example)\t\n".spaced,
  ] {
    #expect(try read(text).setting("base") == setting)
  }
}

extension String {
  /// The text with its tabs as spaces.
  fileprivate var spaced: String { String(map { $0 == "\t" ? " " : $0 }) }
}
