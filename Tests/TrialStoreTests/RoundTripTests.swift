import Foundation
import GRDB
import SweepModel
import Testing
import TrialStore

@Suite("Every value is read back to the same bits")
struct RoundTripTests {
  /// Values on which a detour over text, or over SQLite's own numbers, would lose bits.
  static let awkward: [Double] = [
    .nan, Double(bitPattern: 0x7FF8_0000_DEAD_BEEF), Double(bitPattern: 0xFFF0_0000_0000_0001),
    .infinity, -.infinity, 0, -0.0, .leastNonzeroMagnitude, -.leastNonzeroMagnitude,
    .leastNormalMagnitude.nextDown, .greatestFiniteMagnitude, 0.1, 1, 1 / 3, 0x1p53 + 2,
  ]

  @Test(arguments: [true, false])
  func resultsKeepTheirBits(reopened: Bool) throws {
    let scratch = try Scratch()
    var store = try TrialStore(path: scratch.path(), access: .readWrite)
    let variant = try store.firstVariant()
    let measured = Sample.measurements(metrics: Self.awkward, history: Self.awkward.reversed())
    let outcomes: [TrialResult.Outcome] = [
      .completed(measured), .diverged(atEpoch: 0, measured),
      .failed(reason: "killed: “9” \u{1F4A5}"),
    ]
    let seeds: [UInt64] = [0, .max, 0x8000_0000_0000_0000]
    let written = zip(outcomes, seeds).enumerated().map { position, pair in
      TrialResult(
        index: TrialIndex(UInt64(position)), seed: TrialSeed(pair.1), outcome: pair.0,
        seconds: 0.1 + Double(position))
    }
    #expect(try store.commit(written, of: variant) == [.inserted, .inserted, .inserted])
    if reopened {
      try store.close()
      store = try TrialStore(path: scratch.path(), access: .readOnly)
    }

    let read = try store.allResults(variant)
    #expect(read.count == 3)
    for (result, expected) in zip(read, written) {
      #expect(Self.bits(result) == Self.bits(expected))
      #expect(
        try store.result(variant, index: expected.index).map(Self.bits) == Self.bits(expected))
    }
  }

  /// Everything of a result, with floating point as bits so that NaN equals itself.
  static func bits(_ result: TrialResult) -> String {
    let measured = result.measurements.map { measurements in
      [
        measurements.metrics.map(\.bitPattern).description,
        measurements.history.map(\.bitPattern).description,
        measurements.weightsDigest.hex, measurements.historyDigest.hex,
        measurements.variableFingerprints.description,
      ]
    }
    var detail = ""
    switch result.outcome {
    case .completed: break
    case .diverged(let epoch, _): detail = "\(epoch)"
    case .failed(let reason): detail = reason
    }
    return "\(result.index) \(result.seed) \(result.status) \(detail) \(measured ?? []) "
      + "\(result.seconds.bitPattern)"
  }

  @Test("The file holds little-endian binary64, as docs/store.md says")
  func layoutOfBlobs() throws {
    let scratch = try Scratch()
    let store = try TrialStore(path: scratch.path(), access: .readWrite)
    let variant = try store.firstVariant()
    let measured = Sample.measurements(metrics: [1, -2], history: [0.5])
    try store.commit(
      [
        TrialResult(
          index: TrialIndex(0), seed: TrialSeed(1), outcome: .completed(measured), seconds: 1)
      ], of: variant)
    // 1 is 3ff0000000000000, −2 c000000000000000 and 0.5 3fe0000000000000 (IEEE 754).
    let found = try DatabaseQueue(path: scratch.path()).read { database in
      try Row.fetchOne(
        database,
        sql: "SELECT hex(metrics), hex(history) FROM trial JOIN history ON trial_id = trial.id")
    }
    #expect(found?[0] == "000000000000F03F00000000000000C0")
    #expect(found?[1] == "000000000000E03F")
  }

  @Test func emptyPartsComeBackEmpty() throws {
    let scratch = try Scratch()
    let store = try TrialStore(path: scratch.path(), access: .readWrite)
    let variant = try store.firstVariant()
    var measured = Sample.measurements(metrics: [], history: [])
    measured.variableFingerprints = []
    let result = TrialResult(
      index: TrialIndex(7), seed: TrialSeed(3), outcome: .completed(measured), seconds: 0)
    try store.commit([result], of: variant)
    #expect(try store.result(variant, index: TrialIndex(7)) == result)
  }

  @Test func historyIsReadOnDemand() throws {
    let scratch = try Scratch()
    let store = try TrialStore(path: scratch.path(), access: .readWrite)
    let variant = try store.firstVariant()
    try store.commit([Sample.completed(0)], of: variant)
    var lean = Sample.measurements(weights: "weights-0")
    lean.history = []
    try store.results(variant, in: TrialRange(0, 1), withHistory: false) {
      #expect($0.measurements == lean)
    }
  }

  @Test func sweepsKeepTheirParts() throws {
    let scratch = try Scratch()
    let store = try TrialStore(path: scratch.path(), access: .readWrite)
    let variants = [
      NamedVariant(name: "zebra", variant: Sample.variant(units: 3)),
      NamedVariant(name: "ant", variant: Sample.variant(epochs: 7)),
    ]
    let second = Sample.sweep(
      name: "b", masterSeed: .max, trials: Limits.trials, variants: variants, keepsHistory: false)
    let first = Sample.sweep(name: "z", masterSeed: 0, trials: 0)
    let now = Date(timeIntervalSince1970: 1_700_000_000.25)
    _ = try store.register(first, at: now)
    _ = try store.register(second, at: now)

    let sweeps = try store.sweeps()
    #expect(sweeps.map(\.sweep) == [first, second])
    #expect(sweeps.map(\.createdAt) == [now, now])
    #expect(sweeps[1].variants.map(\.name) == ["zebra", "ant"])
    #expect(sweeps[1].variants.map(\.digest) == variants.map(\.variant.digest))
    #expect(try store.sweep(named: "b") == sweeps[1])
    #expect(try store.sweep(named: "none") == nil)
  }
}
