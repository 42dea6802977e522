import Checkpoints
import Foundation
import Scheduling
import SweepModel
import SweepProtocol
import Testing

@testable import SweepRuntime

/// What a coordinator keeps of what workers send it: the right model, whole, and nothing else.
@Suite struct ModelDeskTests {
  private let model: TrainedModel
  private let desk: TrainedModel.Desk
  private let kept: KeptModels

  init() throws {
    model = try TrainedModel()
    desk = TrainedModel.Desk(model.store)
    kept = KeptModels(storePath: model.store.path)
  }

  private func found(_ result: TrialResult) throws -> ModelFile? {
    let trial = try TrialIdentity(model.subject.seed, of: model.prepared.sweep, variant: nil)
    return try kept.model(of: trial, result)
  }

  private func lie(_ report: ModelDesk.Report?) -> String? {
    guard case .refused(_, _, let refusal)? = report, refusal.isLie else { return nil }
    return refusal.reason
  }

  @Test(arguments: [Limits.chunkBytes, 100]) func aModelIsKept(partBytes: Int) throws {
    let (bytes, result) = try model.model()
    #expect(try found(result) == nil)
    guard
      case .done(_, _, _, .model(let weights), true)? = model.hand(bytes, in: partBytes, to: desk)
    else {
      Issue.record("it was not kept")
      return
    }
    #expect(weights == result.measurements?.weightsDigest)
    let file = try #require(try found(result))
    #expect(try [UInt8](Data(contentsOf: URL(fileURLWithPath: file.path))) == bytes)
    // Its worker did not hear of it.
    guard case .done(_, _, _, .model(weights), false)? = model.hand(bytes, to: desk) else {
      Issue.record("it was not known")
      return
    }
    // Nothing is left where files arrive.
    let names = try FileManager.default.contentsOfDirectory(atPath: kept.incoming)
    #expect(names == ["lock"])
  }

  @Test func anotherDeskGoesOnFromWhatIsThere() throws {
    let (bytes, result) = try model.model()
    let digest = FileDigest(hashing: bytes)
    let first = TrainedModel.Desk(model.store)
    let half = ModelPartOf(model, bytes, digest, 0..<bytes.count / 2)
    first.desk.add(half.part, of: model.subject, from: PeerID([1]))
    guard case .kept(_, _, let position, true)? = first.reports.next() else {
      Issue.record("it was not taken")
      return
    }
    #expect(position == bytes.count / 2)
    // The coordinator is started again. Its thread holds the file until it ends.
    first.desk.close()
    let deadline = ContinuousClock.now + .seconds(30)
    var rest: Int?
    while rest != position, ContinuousClock.now < deadline {
      let question = ModelPartOf(model, bytes, digest, 0..<0)
      desk.desk.add(question.part, of: model.subject, from: PeerID([2]))
      if case .kept(_, _, let there, false)? = desk.reports.next() { rest = there }
      usleep(10_000)
    }
    #expect(rest == position)
    let end = ModelPartOf(model, bytes, digest, position..<bytes.count)
    desk.desk.add(end.part, of: model.subject, from: PeerID([2]))
    guard case .done? = desk.reports.next() else {
      Issue.record("it was not kept")
      return
    }
    #expect(try found(result) != nil)
  }

  @Test func whatIsNoModelOfTheTrialIsRefused() throws {
    #expect(lie(model.hand(Array("no model".utf8), to: desk))?.contains("damaged") == true)
    let (bytes, result) = try model.model()
    var damaged = bytes
    damaged[bytes.count - 60] ^= 1
    #expect(lie(model.hand(damaged, to: desk))?.contains("damaged") == true)
    let changes: [(inout ModelRecord) -> Void] = [
      { $0.seed = TrialSeed(1) }, { $0.sweep = "other" }, { $0.index = TrialIndex(2) },
      { $0.masterSeed = MasterSeed(2) },
      { $0.variant = NamedVariant(name: "other", variant: $0.variant.variant) },
      {
        var variant = $0.variant.variant
        variant.training.epochs = 4
        $0.variant = NamedVariant(name: "base", variant: variant)
      },
    ]
    for change in changes {
      let other = try model.model(change).bytes
      #expect(lie(model.hand(other, to: desk))?.contains("came for that of") == true)
    }
    let unfinished = try model.model { $0.result = nil }.bytes
    #expect(lie(model.hand(unfinished, to: desk))?.contains("its own result") == true)
    let words = try model.model { $0.representation.scale = 0.5 }.bytes
    #expect(lie(model.hand(words, to: desk))?.contains("represents its data") == true)
    #expect(try found(result) == nil)
  }

  @Test func whatDoesNotHaveItsDigestIsSentAgainButNotForEver() throws {
    let (bytes, _) = try model.model()
    let wrong = FileDigest(hashing: [1])
    for _ in 1..<Limits.fetchAttempts {
      guard case .kept(_, _, position: 0, news: false)? = model.hand(bytes, digest: wrong, to: desk)
      else {
        Issue.record("it was not asked for again")
        return
      }
    }
    #expect(lie(model.hand(bytes, digest: wrong, to: desk))?.contains("announced") == true)
  }

  /// A worker may lie about all of a trial. Then another's model is kept beside, and that one is taken whose
  /// weights are on record.
  @Test func ofSeveralModelsTheOneOnRecordIsTaken() throws {
    let (bytes, result) = try model.model()
    // The model of another seed, which says that it is of this one.
    let (foreign, said) = try model.model(seed: TrialSeed(99)) {
      $0.result?.seed = model.subject.seed
    }
    var lie = said
    lie.seed = model.subject.seed
    for own in [foreign, bytes] {
      guard case .done? = model.hand(own, to: desk) else {
        Issue.record("it was not kept")
        return
      }
    }
    #expect(try found(lie)?.path != found(result)?.path && found(result) != nil)
    let weights = try #require(result.measurements?.weightsDigest)
    kept.settle(model.subject, weights: weights)
    #expect(try found(lie) == nil)
    #expect(try found(result)?.path.hasSuffix("base/\(model.subject.seed.hex).safetensors") == true)
  }

  @Test func whatIsKeptIsCopiedToWhoeverWantsIt() throws {
    let (bytes, result) = try model.model()
    _ = model.hand(bytes, to: desk)
    let file = try #require(try found(result))
    let trial = try TrialIdentity(model.subject.seed, of: model.prepared.sweep, variant: nil)
    let target = model.directory.appendingPathComponent("copy.safetensors").path
    #expect(try file.copy(to: target) == target)
    #expect(try [UInt8](Data(contentsOf: URL(fileURLWithPath: target))) == bytes)
    // A result with the same weights that says something else is not this model's.
    var other = result
    if case .completed(var measurements) = result.outcome {
      measurements.metrics[0] += 1
      other.outcome = .completed(measurements)
    }
    #expect(throws: RuntimeError.self) { try kept.model(of: trial, other) }
    try Data("mine".utf8).write(to: URL(fileURLWithPath: target))
    #expect(throws: RuntimeError.self) { try file.copy(to: target) }
    #expect(try Data(contentsOf: URL(fileURLWithPath: target)) == Data("mine".utf8))
  }

  @Test func aCheckpointTakesThePlaceOfTheOneBefore() throws {
    let first = try model.model { $0.result = nil }.bytes
    let second = try model.model {
      $0.result = nil
      $0.maker.time = "2027-01-01T00:00:00Z"
    }.bytes
    func keep(_ bytes: [UInt8], _ other: KeptCheckpoint?) -> KeptCheckpoint? {
      let report = model.hand(bytes, as: .checkpoint(inPlaceOf: other), to: desk)
      guard case .done(_, _, _, .checkpoint(let kept), true)? = report else { return nil }
      return kept
    }
    let earlier = try #require(keep(first, nil))
    #expect(earlier.seed == model.subject.seed && earlier.file == FileDigest(hashing: first))
    #expect(kept.checkpoints(sweep: "small", variant: "base") == [earlier])
    let later = try #require(keep(second, earlier))
    #expect(kept.checkpoints(sweep: "small", variant: "base") == [later])
    let path = "\(kept.folder(sweep: "small", variant: "base"))/\(later.name)"
    #expect(try [UInt8](Data(contentsOf: URL(fileURLWithPath: path))) == second)
    #expect(KeptCheckpoint(name: later.name, size: second.count) == later)
    // A coordinator that was killed left the one before.
    try Data(first).write(
      to: URL(
        fileURLWithPath: "\(kept.folder(sweep: "small", variant: "base"))/\(earlier.name)"))
    let future = timeval(tv_sec: 4_000_000_000, tv_usec: 0)
    utimes(path, [future, future])
    #expect(kept.checkpoints(sweep: "small", variant: "base") == [later])
    let names = try FileManager.default.contentsOfDirectory(
      atPath: kept.folder(sweep: "small", variant: "base"))
    #expect(names == [later.name])
    kept.remove(later, of: model.subject)
    #expect(kept.checkpoints(sweep: "small", variant: "base").isEmpty)
  }

  @Test func whatIsNoCheckpointIsRefused() throws {
    let finished = try model.model().bytes
    let report = model.hand(finished, as: .checkpoint(inPlaceOf: nil), to: desk)
    #expect(lie(report)?.contains("has a result") == true)
    // One that nobody wants is checked, and not kept.
    let checkpoint = try model.model { $0.result = nil }.bytes
    guard case .done(_, _, _, .nothing, true)? = model.hand(checkpoint, as: .discarded, to: desk)
    else {
      Issue.record("it was not taken")
      return
    }
    #expect(kept.checkpoints(sweep: "small", variant: "base").isEmpty)
    #expect(try FileManager.default.contentsOfDirectory(atPath: kept.incoming) == ["lock"])
  }

  @Test func aResultMustHaveTheWeightsOfItsModel() throws {
    let (_, result) = try model.model()
    let weights = try #require(result.measurements?.weightsDigest)
    let office = ModelOffice(desk.desk)
    let peer = PeerID([1])
    let header = ModelPartOf(model, [1], FileDigest(hashing: [1]), 0..<1).part.header
    func message(_ result: TrialResult) -> WorkerMessage {
      let stamp = MessageStamp(epoch: CoordinatorEpoch(1), incarnation: 1, number: 1)
      return .registered(
        stamp,
        .results(ResultBatch(number: BatchNumber(1), job: header.job, results: [result])))
    }
    office.notePromise(weights, of: peer, header)
    #expect(office.brokenPromise(of: PeerID([2]), by: message(result)) == nil)
    #expect(office.brokenPromise(of: peer, by: message(result)) == nil)
    office.notePromise(WeightsDigest(hashing: [1]), of: peer, header)
    #expect(office.brokenPromise(of: peer, by: message(result))?.contains("other weights") == true)
  }
}

/// A part of a trial's model.
private struct ModelPartOf {
  let part: ModelPart

  init(_ model: TrainedModel, _ bytes: [UInt8], _ digest: FileDigest, _ range: Range<Int>) {
    part = ModelPart(
      job: JobID(1), index: model.subject.index, file: digest, size: bytes.count,
      offset: range.lowerBound, content: Array(bytes[range]))
  }
}
