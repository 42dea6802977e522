import Foundation
import SweepModel
import Testing
import TrialStore

@Suite("Registering sweeps")
struct RegistrationTests {
  let scratch: Scratch
  let store: TrialStore

  init() throws {
    scratch = try Scratch()
    store = try TrialStore(path: scratch.path(), access: .readWrite)
  }

  @Test("A sweep is found again, can be made longer and never becomes shorter")
  func resume() throws {
    let first = try store.register(Sample.sweep(trials: 100))
    let key = try #require(first.variants.first?.key)
    try store.commit([Sample.completed(3)], of: key)
    try store.close()

    let reopened = try TrialStore(path: scratch.path(), access: .readWrite)
    let longer = try reopened.register(Sample.sweep(trials: 200, keepsHistory: false))
    #expect(longer.id == first.id && longer.variants == first.variants)
    #expect(longer.createdAt == first.createdAt)
    #expect(longer.sweep.trials == 200 && !longer.sweep.keepsHistory)
    #expect(try reopened.register(Sample.sweep(trials: 50)).sweep.trials == 200)
    #expect(try reopened.sweeps().count == 1)
    #expect(try reopened.recordedIndices(key) == IntervalSet(TrialRange(3, 4)))
  }

  @Test("Which models are kept is as the specification says now; representations are remembered")
  func models() throws {
    var sweep = Sample.sweep(trials: 100)
    let first = try store.register(sweep)
    #expect(first.sweep.models == ModelKeeping())
    sweep.models = ModelKeeping(saving: .last, checkpointSeconds: 300)
    #expect(try store.register(sweep).sweep.models == sweep.models)
    let name = sweep.variants[0].name
    #expect(try store.representation(ofVariant: name, inSweep: sweep.name) == nil)
    let digest = RepresentationDigest(hashing: [1])
    try store.noteRepresentations([name: digest, "no such variant": digest], of: first.id)
    try store.close()
    let reopened = try TrialStore(path: scratch.path(), access: .readWrite)
    #expect(try reopened.sweeps().first?.sweep.models == sweep.models)
    #expect(try reopened.representation(ofVariant: name, inSweep: sweep.name) == digest)
  }

  @Test("The order of the variants is no part of a sweep's identity")
  func reorderedVariants() throws {
    let variants = [
      NamedVariant(name: "base", variant: Sample.variant()),
      NamedVariant(name: "slow", variant: Sample.variant(epochs: 7)),
    ]
    let first = try store.register(Sample.sweep(variants: variants))
    #expect(try store.register(Sample.sweep(variants: variants.reversed())) == first)
  }

  /// A specification, and what must be said of it when the store has `Sample.sweep()`.
  static let differences: [(Sweep, String)] = [
    (
      Sample.sweep(masterSeed: 2),
      "its master seed is 1 in the store and 2 in the specification"
    ),
    (
      sweep(Sample.variant(epochs: 50)),
      "variant `base` has training.epochs 100 in the store and 50 in the specification"
    ),
    (
      sweep(Sample.variant(optimizer: "sgd")),
      "variant `base` has training.optimizer adam in the store and sgd in the specification"
    ),
    (
      sweep(Sample.variant(units: 11)),
      "variant `base` has model[0].dense.units 10 in the store and 11 in the specification"
    ),
    (
      sweep(Sample.variant(layers: 3)),
      "variant `base` has model 2 entries in the store and 3 entries in the specification"
    ),
    (
      Sample.sweep(variants: [NamedVariant(name: "wide", variant: Sample.variant())]),
      "the specification has a variant `wide` that the store has not"
    ),
    (
      Sample.sweep(variants: []),
      "the store has a variant `base` that the specification has not"
    ),
  ]

  static func sweep(_ variant: ResolvedVariant) -> Sweep {
    Sample.sweep(variants: [NamedVariant(name: "base", variant: variant)])
  }

  @Test(
    "Another specification of the same name: the first difference is named", arguments: differences)
  func anotherSpecification(sweep: Sweep, difference: String) throws {
    _ = try store.register(Sample.sweep())
    let error = #expect(throws: StoreError.self) { try store.register(sweep) }
    #expect(error?.code == .otherSweep && error?.kind == .input)
    #expect(
      error?.description == "\(store.path) holds another sweep `sequence`: \(difference); "
        + "give the sweep another name or use another --store")
    #expect(try store.sweeps().map(\.sweep) == [Sample.sweep()])
  }

  @Test func argumentsThatOneSideLacks() throws {
    _ = try store.register(Sample.sweep())
    var variant = Sample.variant()
    variant.data = Configuration(
      kind: "sequence", arguments: ["length": .integer(10), "noise": .number(0.5)])
    let error = #expect(throws: StoreError.self) { try store.register(Self.sweep(variant)) }
    #expect(
      error?.description.contains(
        "has data.sequence.noise nothing in the store and 0.5 in the specification") == true)
  }

  @Test func unusableSweepsAreRefused() throws {
    let twice = NamedVariant(name: "base", variant: Sample.variant())
    let refused = [
      Sample.sweep(trials: Limits.trials + 1), Sample.sweep(variants: [twice, twice]),
    ]
    for sweep in refused {
      let error = #expect(throws: StoreError.self) { try store.register(sweep) }
      #expect(error?.code == .unusable && error?.kind == .input)
    }
    let foreign = Sample.variant(contractVersion: Versions.contract + 1)
    let error = #expect(throws: StoreError.self) { try store.register(Self.sweep(foreign)) }
    #expect(error?.code == .otherContract)
    #expect(try store.sweeps().isEmpty)
  }

  @Test func epochsRiseAndSurvive() throws {
    #expect(try store.beginEpoch() == 1)
    #expect(try store.beginEpoch() == 2)
    try store.close()
    #expect(try TrialStore(path: scratch.path(), access: .readWrite).beginEpoch() == 3)
  }
}
