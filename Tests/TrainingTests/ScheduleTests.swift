import SweepModel
import Testing

@testable import Training

/// Learning rates that change with the steps, to the bit.
@Suite struct ScheduleTests {
  /// Steps whose rates are stated; the last is far beyond every decay.
  static let steps = [0.0, 1, 2, 3, 5, 8, 9, 13, 300]

  // Made by `scripts/contract-training.py --rates`, which shares no code with the project.
  static let expected: [(Configuration, [UInt64])] = [
    (
      Configuration(
        kind: "exponential_decay",
        arguments: [
          "initial_learning_rate": .number(0.05), "decay_steps": .integer(3),
          "decay_rate": .number(0.83), "staircase": .boolean(false),
        ]),
      [
        0x3fa999999999999a, 0x3fa80ef098d951c2, 0x3fa69c0bd693dc78, 0x3fa53f7ced916873,
        0x3fa2c41410d1c3ca, 0x3f9f26c526290274, 0x3f9d4686cd0e3b2c, 0x3f96d5dbdf028180,
        0x3dfbc9c1e5cba8d0,
      ]
    ),
    (
      Configuration(
        kind: "exponential_decay",
        arguments: [
          "initial_learning_rate": .number(0.05), "decay_steps": .integer(3),
          "decay_rate": .number(0.83), "staircase": .boolean(true),
        ]),
      [
        0x3fa999999999999a, 0x3fa999999999999a, 0x3fa999999999999a, 0x3fa53f7ced916873,
        0x3fa53f7ced916873, 0x3fa1a2c669057d17, 0x3f9d4686cd0e3b2c, 0x3f984c75013c73ac,
        0x3dfbc9c1e5cba8d0,
      ]
    ),
    (
      Configuration(
        kind: "inverse_time_decay",
        arguments: [
          "initial_learning_rate": .number(0.3), "decay_steps": .integer(4),
          "decay_rate": .number(0.7), "staircase": .boolean(false),
        ]),
      [
        0x3fd3333333333333, 0x3fd0572620ae4c41, 0x3fcc71c71c71c71c, 0x3fc92e29f79b4758,
        0x3fc47ae147ae147b, 0x3fc0000000000000, 0x3fbdd3431b56fd83, 0x3fb7734c36b7b1d5,
        0x3f76f7dd8c33adb2,
      ]
    ),
    (
      Configuration(
        kind: "inverse_time_decay",
        arguments: [
          "initial_learning_rate": .number(0.3), "decay_steps": .integer(4),
          "decay_rate": .number(0.7), "staircase": .boolean(true),
        ]),
      [
        0x3fd3333333333333, 0x3fd3333333333333, 0x3fd3333333333333, 0x3fd3333333333333,
        0x3fc6969696969697, 0x3fc0000000000000, 0x3fc0000000000000, 0x3fb8c6318c6318c7,
        0x3f76f7dd8c33adb2,
      ]
    ),
    (
      Configuration(
        kind: "cosine_decay",
        arguments: [
          "initial_learning_rate": .number(0.01), "decay_steps": .integer(10),
          "alpha": .number(0.0), "warmup_steps": .integer(0),
        ]),
      [
        0x3f847ae147ae147b, 0x3f83fa93dd349615, 0x3f82863ac12662c5, 0x3f804248a54445e1,
        0x3f747ae147ae147b, 0x3f4f4a68687b1b5c, 0x3f3009ad4f2fcccd, 0x0000000000000000,
        0x0000000000000000,
      ]
    ),
    (
      Configuration(
        kind: "cosine_decay",
        arguments: [
          "initial_learning_rate": .number(0.01), "decay_steps": .integer(7), "alpha": .number(0.1),
          "warmup_steps": .integer(4), "warmup_target": .number(0.05),
        ]),
      [
        0x3f847ae147ae147b, 0x3f947ae147ae147b, 0x3f9eb851eb851eb8, 0x3fa47ae147ae147b,
        0x3fa8758b994935c2, 0x3f97087a667f9755, 0x3f8b96ef5d9ce6fd, 0x3f747ae147ae147c,
        0x3f747ae147ae147c,
      ]
    ),
    (
      Configuration(
        kind: "polynomial_decay",
        arguments: [
          "initial_learning_rate": .number(0.02), "decay_steps": .integer(5),
          "end_learning_rate": .number(0.0001), "power": .number(1.0), "cycle": .boolean(false),
        ]),
      [
        0x3f947ae147ae147b, 0x3f90678c0053e2d6, 0x3f88a86d71f36263, 0x3f8081c2e33eff19,
        0x3f1a36e2eb1c432d, 0x3f1a36e2eb1c432d, 0x3f1a36e2eb1c432d, 0x3f1a36e2eb1c432d,
        0x3f1a36e2eb1c432d,
      ]
    ),
    (
      Configuration(
        kind: "polynomial_decay",
        arguments: [
          "initial_learning_rate": .number(0.02), "decay_steps": .integer(5),
          "end_learning_rate": .number(0.0001), "power": .number(2.5), "cycle": .boolean(true),
        ]),
      [
        0x3f947ae147ae147b, 0x3f8788d0ea5323e3, 0x3f7723a0682c6ad5, 0x3f6150d4ab887732,
        0x3f1a36e2eb1c432d, 0x3f3de21bdf43fc27, 0x3f255b003fa5ec20, 0x3f2e0a0d0f3c2766,
        0x3f1a36e2eb1c432d,
      ]
    ),
    (
      Configuration(
        kind: "piecewise_constant_decay",
        arguments: [
          "boundaries": .list([.integer(1), .integer(4), .integer(8)]),
          "values": .list([.number(0.1), .number(0.05), .number(0.02), .number(0.01)]),
        ]),
      [
        0x3fb999999999999a, 0x3fb999999999999a, 0x3fa999999999999a, 0x3fa999999999999a,
        0x3f947ae147ae147b, 0x3f947ae147ae147b, 0x3f847ae147ae147b, 0x3f847ae147ae147b,
        0x3f847ae147ae147b,
      ]
    ),
  ]

  @Test(arguments: expected.indices) func ratesAreThoseOfTheContract(_ number: Int) throws {
    let (configuration, bits) = Self.expected[number]
    let schedule = try TrainingVocabulary.schedules.kind(of: configuration) { $0.schema }
      .init(configuration)
    #expect(Self.steps.map { schedule.rate(step: $0).bitPattern } == bits)
  }

  /// The corners of the functions behind them.
  @Test func powersOfSpecialNumbers() {
    #expect(Binary64.power(0, 0) == 1)
    #expect(Binary64.power(0, 0.5) == 0)
    #expect(Binary64.power(0.7, 1) == 0.7)
    #expect(Binary64.power(1, 1e300) == 1)
    #expect(Binary64.power(0.5, 1e300) == 0)
    #expect(Binary64.power(2, 1e300) == .infinity)
    #expect(Binary64.power(2, 64) == 0x1p64)
    #expect(abs(Binary64.power(2, 65) / 0x1p65 - 1) < 1e-14)
    #expect(Binary64.cosineOfPi(0) == 1)
    #expect(Binary64.cosineOfPi(0.5) == 0)
    #expect(Binary64.cosineOfPi(1) == -1)
  }

  private func complaint(_ optimizer: Configuration) -> String? {
    let sketch = VariantSketch(
      layers: [dense(1)], data: unevenData(samples: 4, inputs: 1, targets: 1),
      optimizer: optimizer)
    do {
      _ = try sketch.plan()
      return nil
    } catch {
      return "\(error)"
    }
  }

  private func pieces(_ boundaries: [Int64], _ values: [Double]) -> Configuration {
    let schedule = Configuration(
      kind: "piecewise_constant_decay",
      arguments: [
        "boundaries": .list(boundaries.map { .integer($0) }),
        "values": .list(values.map { .number($0) }),
      ])
    return KerasTraining.configuration("sgd", ["learning_rate": .configuration(schedule)])
  }

  @Test func badPiecesAreRefused() {
    let path = "training.optimizer.sgd.learning_rate.piecewise_constant_decay"
    #expect(complaint(pieces([1, 3], [1, 0.5, 0.25])) == nil)
    #expect(
      complaint(pieces([1, 3], [1, 0.5])) == "\(path).values: there are 2 values for 2 boundaries: "
        + "there must be one value more than boundaries")
    #expect(
      complaint(pieces([3, 3], [1, 0.5, 0.25]))
        == "\(path).boundaries: they do not rise: each must be above the one before")
  }

  @Test func gradientsAreClippedInOneWayOnly() {
    let twice = KerasTraining.configuration(
      "adam", ["clipnorm": .number(1), "clipvalue": .number(1)])
    #expect(
      complaint(twice) == "training.optimizer.adam.clipvalue: gradients are already clipped by "
        + "clipnorm: take one of the two out")
    #expect(
      complaint(KerasTraining.configuration("adam", ["clipnorm": .number(0)]))
        == "training.optimizer.adam.clipnorm: 0.0 is not above 0")
  }
}
