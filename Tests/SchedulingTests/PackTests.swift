import Scheduling
import SweepModel
import Testing

@Suite("Packs of trials that a slot trains together")
struct PackTests {
  private let stamp = MessageStamp(
    epoch: CoordinatorEpoch(1), incarnation: 1, number: 1)

  /// A registered worker with a lease of so many trials of a variant that is not prepared yet.
  private func worker(slots: Int, trials: UInt64) throws -> (Worker, VariantDigest) {
    let id = try #require(WorkerID(bytes: Array(repeating: 7, count: WorkerID.length)))
    var worker = Worker(identity: makeIdentity(id, slots: slots), jitterSeed: 1)
    _ = worker.handle(.connected, at: Instant(.zero))
    _ = worker.handle(
      .messageReceived(
        .welcome(
          Welcome(
            incarnation: 1, epoch: CoordinatorEpoch(1), heartbeatInterval: .seconds(1),
            silenceLimit: .seconds(10), adopted: []))), at: Instant(.zero))
    let job = makeJob("variant-0", trials: trials)
    let range = TrialRange(0, trials)
    let grant = LeaseGrant(
      id: LeaseID(1), job: job.id, variant: job.variant, trials: IntervalSet(range),
      seeds: range.indices.map { TrialSeed($0.rawValue) }, keepsHistory: false)
    _ = worker.handle(.messageReceived(.registered(stamp, .lease(grant))), at: Instant(.zero))
    var second = stamp
    second.number = 2
    _ = worker.handle(
      .messageReceived(.registered(second, .specification(job.variant, job.specification))),
      at: Instant(.zero))
    return (worker, job.variant)
  }

  private func assignments(_ effects: [Worker.Effect]) -> [(slot: Int, Worker.Assignment)] {
    effects.compactMap { effect in
      guard case .start(let slot, let assignment) = effect else { return nil }
      return (slot, assignment)
    }
  }

  /// Trains everything, each assignment in `time`; returns the sizes of the assignments in order.
  private func sizes(slots: Int, trials: UInt64, lanes: Int, time: Duration) throws -> [Int] {
    var (worker, variant) = try worker(slots: slots, trials: trials)
    var now = Instant(.zero)
    var running = assignments(
      worker.handle(.variantPrepared(variant, lanes: lanes), at: now))[...]
    var sizes: [Int] = []
    var order = stamp
    order.number = 3
    while let (slot, assignment) = running.popFirst() {
      sizes.append(assignment.trials.count)
      now = now.advanced(by: time)
      let results = assignment.trials.map { makeResult($0.index, $0.seed) }
      var effects = worker.handle(.assignmentFinished(slot: slot, results), at: now)
      // A worker whose results nobody acknowledges begins nothing more.
      for case .send(.registered(_, .results(let batch))) in effects {
        effects += worker.handle(
          .messageReceived(.registered(order, .acknowledged(batch.number))), at: now)
        order.number += 1
      }
      running += assignments(effects)
    }
    return sizes
  }

  @Test("However long a pack takes, packs are full but for the last", arguments: [1, 2, 3])
  func full(slots: Int) throws {
    for time in [Duration.microseconds(10), .milliseconds(15), .seconds(3)] {
      let sizes = try sizes(slots: slots, trials: 1_000, lanes: 16, time: time)
      #expect(sizes.reduce(0, +) == 1_000)
      #expect(sizes.dropLast().allSatisfy { $0.isMultiple(of: 16) }, "\(sizes)")
    }
  }

  @Test("Trials that train alone are handed out one by one where they are long")
  func alone() throws {
    #expect(
      try sizes(slots: 2, trials: 5, lanes: 1, time: .seconds(3)) == [1, 1, 1, 1, 1])
  }

  @Test("The last packs are shared by the slots")
  func shares() throws {
    #expect(try sizes(slots: 2, trials: 40, lanes: 16, time: .seconds(3)) == [16, 16, 8])
  }
}
