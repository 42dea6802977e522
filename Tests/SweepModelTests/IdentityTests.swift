import SweepModel
import Testing

struct IdentityTests {
  @Test(
    arguments: [
      ("0", 0), ("18446744073709551615", UInt64.max), ("0xff", 255), ("0XFF", 255),
      ("0xdeadbeefcafef00d", 0xdead_beef_cafe_f00d),
    ] as [(String, UInt64)])
  func masterSeedsAreRead(text: String, value: UInt64) {
    #expect(MasterSeed(text: text)?.rawValue == value)
  }

  @Test(arguments: [
    "", "-1", "+1", " 1", "1 ", "0x", "0x-1", "0x+1", "18446744073709551616",
    "0x10000000000000000", "1.0", "1e3", "ff", "٣",
  ])
  func otherMasterSeedsAreNot(text: String) {
    #expect(MasterSeed(text: text) == nil)
  }

  @Test func trialSeedsAreSixteenDigits() {
    #expect(TrialSeed(hex: "74298876fc8d8048")?.rawValue == 0x7429_8876_fc8d_8048)
    #expect(TrialSeed(0x1e3f).description == "0000000000001e3f")
    for text in [
      "", "74298876fc8d804", "74298876fc8d80480", "74298876fc8d804g", "0x298876fc8d8048",
    ] {
      #expect(TrialSeed(hex: text) == nil)
    }
  }

  /// FIPS 180-2's vector for "abc".
  @Test func digestsAreSHA256() {
    #expect(
      DataDigest(hashing: "abc".utf8).hex
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }

  @Test func variantsSurviveTheirCanonicalJSON() throws {
    let nested = Configuration(
      kind: "dense",
      arguments: [
        "units": .integer(10), "use_bias": .boolean(true), "rate": .number(0.5),
        "activation": .configuration(Configuration(kind: "relu")), "name": .text("first"),
      ])
    for batchSize in [BatchSize.all, .samples(32)] {
      let variant = ResolvedVariant(
        data: Configuration(kind: "sequence", arguments: ["length": .integer(10)]),
        dataDigest: DataDigest(hashing: "data".utf8), layers: [nested, nested],
        training: TrainingSettings(
          loss: Configuration(kind: "mean_squared_error"),
          optimizer: Configuration(kind: "sgd", arguments: ["learning_rate": .number(1e-7)]),
          epochs: 3, batchSize: batchSize, shuffle: false),
        metrics: [Configuration(kind: "mean_squared_error")])
      let read = try ResolvedVariant(canonicalJSON: variant.canonicalJSON.utf8)
      #expect(read == variant)
      #expect(read.digest == variant.digest)
    }
  }

  @Test func aValidationSplitIsPartOfAVariantWhereThereIsOne() throws {
    var variant = ResolvedVariant(
      data: Configuration(kind: "sequence"), dataDigest: DataDigest(hashing: "data".utf8),
      layers: [Configuration(kind: "dense")],
      training: TrainingSettings(
        loss: Configuration(kind: "mean_squared_error"), optimizer: Configuration(kind: "sgd"),
        epochs: 3, batchSize: .all, shuffle: false),
      metrics: [Configuration(kind: "a"), Configuration(kind: "b")])
    // Without one the text is that of variants from before there were any.
    #expect(!variant.canonicalJSON.contains("validation"))
    #expect(variant.metricNames == ["a", "b"])
    #expect(variant.historyColumns == ["loss", "a", "b"])
    let digest = variant.digest
    variant.training.validationSplit = 0.25
    #expect(variant.canonicalJSON.contains("\"shuffle\":false,\"validation_split\":0.25}"))
    #expect(variant.digest != digest)
    #expect(try ResolvedVariant(canonicalJSON: variant.canonicalJSON.utf8) == variant)
    #expect(variant.metricNames == ["a", "b", "val_a", "val_b"])
    #expect(variant.historyColumns == ["loss", "a", "b", "val_loss", "val_a", "val_b"])
  }

  /// By Python: math.floor(n * (1 - r)).
  @Test(arguments: [
    (60_000, 0.2, 48_000), (10, 0.2, 8), (10, 0.3, 7), (9, 0.05, 8), (20, 0.95, 1), (100, 0.57, 43),
    (10, 0.9, 0), (7, 0.0, 7),
  ])
  func theTailOfTheSamplesValidates(count: Int, split: Double, trained: Int) {
    let training = TrainingSettings(
      loss: Configuration(kind: "l"), optimizer: Configuration(kind: "o"), epochs: 1,
      batchSize: .all, shuffle: false, validationSplit: split)
    #expect(training.trainingSampleCount(of: count) == trained)
  }

  @Test func sourcesArePartOfTheVariant() throws {
    var variant = ResolvedVariant(
      data: Configuration(kind: "d", arguments: ["path": .text("d.csv")]),
      dataDigest: DataDigest(hashing: "d".utf8), layers: [Configuration(kind: "l")],
      training: TrainingSettings(
        loss: Configuration(kind: "l"), optimizer: Configuration(kind: "o"), epochs: 1,
        batchSize: .all, shuffle: false),
      metrics: [])
    // Without any the text is that of variants from before there were any.
    #expect(!variant.canonicalJSON.contains("source") && !variant.canonicalJSON.contains("start"))
    var digests: Set<VariantDigest> = [variant.digest]
    for kind in ModelSources.Kind.allCases.reversed() {
      variant.sources[kind] = Configuration(
        kind: kind.rawValue, arguments: ["path": .text("\(kind).safetensors")])
      #expect(digests.insert(variant.digest).inserted)
    }
    variant.sources.startDigest = StartDigest(hashing: "s".utf8)
    #expect(digests.insert(variant.digest).inserted)
    let text = variant.canonicalJSON
    #expect(try ResolvedVariant(canonicalJSON: text.utf8) == variant)
    let files = ["d.csv", "masks.safetensors", "e.csv"].map {
      DataFile(path: $0, size: 1, digest: FileDigest(hashing: $0.utf8))
    }
    #expect(variant.named(among: files).map(\.path) == ["d.csv", "masks.safetensors"])
    for (part, other) in [
      ("\"start_sha256\":\"", "\"start_sha256\":\"x"), ("\"masks\":", "\"mask\":"),
      ("\"sources\":[", "\"sources\":[{\"masks\":{}},"),
      ("\"sources\":", "\"beginnings\":"), ("\"shuffle\":", "\"swing\":1,\"shuffle\":"),
    ] {
      let changed = text.replacing(part, with: other)
      #expect(changed != text)
      #expect(throws: ResolvedVariantError.self, "\(part)") {
        try ResolvedVariant(canonicalJSON: changed.utf8)
      }
    }
  }

  @Test(arguments: ["", "{}", "[]", "{\"contract\":\"1\"}", "nonsense"])
  func otherTextsAreNoVariants(text: String) {
    #expect(throws: ResolvedVariantError.self) { try ResolvedVariant(canonicalJSON: text.utf8) }
  }
}
