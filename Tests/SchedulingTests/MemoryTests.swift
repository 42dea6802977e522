import Scheduling
import SweepModel
import Testing

/// A worker trains no more at a time than fits into its memory.
struct MemoryTests {
  private var worker: Worker
  private var orders: UInt64 = 0
  private let now = Instant(.zero)
  private let texts = ["{}", "{ }", "{  }"]

  init() throws {
    let id = try #require(WorkerID(bytes: Array(repeating: 7, count: WorkerID.length)))
    let identity = WorkerIdentity(
      id: id, host: "host", processor: "processor", instructionSet: "reference", slots: 4,
      goldenWeights: goldenWeights, resources: WorkerResources(memoryBytes: 1_000),
      overheadBytes: 100)
    worker = Worker(identity: identity, jitterSeed: 1)
    _ = worker.handle(.connected, at: now)
    _ = worker.handle(
      .messageReceived(
        .welcome(
          Welcome(
            incarnation: 1, epoch: CoordinatorEpoch(1), heartbeatInterval: .seconds(1),
            silenceLimit: .seconds(10), adopted: []))), at: now)
  }

  private func variant(_ number: Int) -> VariantDigest {
    VariantDigest(hashing: texts[number].utf8)
  }

  private mutating func order(_ order: CoordinatorOrder) -> [Worker.Effect] {
    orders += 1
    let stamp = MessageStamp(epoch: CoordinatorEpoch(1), incarnation: 1, number: orders)
    return worker.handle(.messageReceived(.registered(stamp, order)), at: now)
  }

  /// Leases trials of a variant that takes so much for its data and for each slot; returns the effects.
  private mutating func lease(
    _ number: Int, trials: TrialRange, data: UInt64, slot: UInt64
  ) -> [Worker.Effect] {
    let grant = LeaseGrant(
      id: LeaseID(UInt64(number + 1)), job: JobID(UInt64(number)), variant: variant(number),
      trials: IntervalSet(trials), seeds: trials.indices.map { TrialSeed($0.rawValue) },
      keepsHistory: false)
    _ = order(.lease(grant))
    _ = order(.specification(variant(number), Array(texts[number].utf8)))
    let memory = VariantMemory(
      data: DataDigest(hashing: texts[number].utf8), dataBytes: data, slotBytes: slot)
    return worker.handle(.variantPrepared(variant(number), memory: memory), at: now)
  }

  private func starts(_ effects: [Worker.Effect]) -> [(slot: Int, variant: VariantDigest)] {
    effects.compactMap {
      if case .start(let slot, let assignment) = $0 { (slot, assignment.variant) } else { nil }
    }
  }

  private func rejections(_ effects: [Worker.Effect]) -> [String] {
    effects.compactMap {
      if case .send(.registered(_, .variantRejected(_, let rejection))) = $0 {
        rejection.code == .memory ? rejection.text : nil
      } else {
        nil
      }
    }
  }

  private mutating func finish(_ slot: Int, _ index: UInt64) -> [Worker.Effect] {
    worker.handle(
      .assignmentFinished(slot: slot, [makeResult(TrialIndex(index), TrialSeed(index))]), at: now)
  }

  @Test mutating func planThatDoesNotFitWithAllSlotsUsesFewer() {
    let effects = lease(0, trials: TrialRange(0, 8), data: 200, slot: 300)
    #expect(starts(effects).map(\.slot) == [0, 1])
    let begun = effects.contains {
      guard case .send(.registered(_, .leaseBegun(_, _, let room))) = $0 else { return false }
      return room == SlotRoom(slots: 2, memoryBytes: 100 + 200 + 600)
    }
    #expect(begun)
    #expect(starts(finish(0, 0)).map(\.slot) == [0])
  }

  @Test mutating func planThatFitsUsesAllSlots() {
    #expect(starts(lease(0, trials: TrialRange(0, 8), data: 500, slot: 100)).count == 4)
  }

  @Test mutating func planThatNotEvenOneSlotFitsIsRejectedWithTheNumbers() throws {
    let effects = lease(0, trials: TrialRange(0, 8), data: 700, slot: 201)
    #expect(starts(effects).isEmpty)
    let reason = try #require(rejections(effects).first)
    #expect(reason.contains("1001 bytes") && reason.contains("1000 bytes"))
    #expect(effects.contains(.forget(variant(0))))
  }

  @Test mutating func sizesThatOverflowAreRejected() {
    #expect(!rejections(lease(0, trials: TrialRange(0, 8), data: .max, slot: .max)).isEmpty)
  }

  @Test mutating func dataThatNothingWaitsForMakeRoom() {
    _ = lease(0, trials: TrialRange(0, 1), data: 600, slot: 100)
    _ = finish(0, 0)
    // Its own 600 bytes of data would not fit beside the first variant's.
    let effects = lease(1, trials: TrialRange(0, 4), data: 600, slot: 75)
    #expect(effects.contains(.forget(variant(0))))
    #expect(effects.contains(.release(slot: 0)))
    #expect(starts(effects).count == 4)
  }

  @Test mutating func idleSlotsGiveUpTheirMemoryForAnother() {
    // Both variants are wanted: the first one's data stay.
    _ = lease(0, trials: TrialRange(0, 4), data: 0, slot: 225)
    let waiting = lease(1, trials: TrialRange(0, 1), data: 0, slot: 450)
    #expect(starts(waiting).isEmpty)
    #expect(starts(finish(3, 3)).isEmpty)
    let effects = finish(2, 2)
    #expect(starts(effects).map(\.slot) == [2] && effects.contains(.release(slot: 3)))
  }

  @Test mutating func variantWhoseMemoryWasTakenByOtherDataIsRejectedAndNotWaitedForForEver() {
    _ = lease(0, trials: TrialRange(0, 5), data: 0, slot: 225)
    _ = lease(1, trials: TrialRange(0, 4), data: 700, slot: 50)
    var effects: [Worker.Effect] = []
    for slot in 0..<4 { effects += finish(slot, UInt64(slot)) }
    #expect(rejections(effects).count == 1)
    #expect(starts(effects).contains { $0.variant == variant(1) })
  }
}
