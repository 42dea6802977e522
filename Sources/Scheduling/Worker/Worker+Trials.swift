import SweepModel

/// A lease as its worker sees it.
struct WorkerLease: Hashable, Sendable {
  var id: LeaseID
  let job: JobID
  let variant: VariantDigest
  /// What was granted, and the seeds of it by ascending index.
  let granted: IntervalSet
  let seeds: [TrialSeed]
  let keepsHistory: Bool
  let models: ModelOrder?
  /// Trials not yet handed to a slot.
  var waiting: IntervalSet
  /// Trials that a slot trains.
  var running = IntervalSet()
  var hasBegun = false

  init(_ grant: LeaseGrant) {
    id = grant.id
    job = grant.job
    variant = grant.variant
    granted = grant.trials
    seeds = grant.seeds
    keepsHistory = grant.keepsHistory
    models = grant.models
    waiting = grant.trials
  }

  var takesCheckpoints: Bool { models?.keeping.takesCheckpoints ?? false }

  var isDone: Bool { waiting.isEmpty && running.isEmpty }

  var held: HeldLease {
    var remaining = waiting
    remaining.formUnion(running)
    return HeldLease(lease: id, job: job, remaining: remaining, hasBegun: hasBegun)
  }

  /// The trials of a range that lies in the lease, with their seeds.
  func trials(_ range: TrialRange) -> [Worker.Trial] {
    var position = granted.rank(of: range.lowerBound)
    return range.indices.map { index in
      defer { position += 1 }
      return Worker.Trial(index: index, seed: seeds[position])
    }
  }
}

/// What a slot does.
enum SlotState: Hashable, Sendable {
  case idle
  case training(lease: LeaseID, job: JobID, trials: TrialRange, since: Instant)
  /// It has made no progress for too long; its trials were given up, and it may never come back.
  case hung(job: JobID)
}

/// How far a variant is on its way to being trained.
enum VariantState: Hashable, Sendable {
  case requested
  case preparing
  case ready
}

extension Worker {
  mutating func take(_ grant: LeaseGrant, _ effects: inout [Effect]) {
    // Granted before the coordinator read the hello that is under way: it will take it back.
    guard epoch != nil else { return }
    guard drain == nil else {
      report(.leasesReturned([grant.id]), &effects)
      return
    }
    guard !leases.contains(where: { $0.id == grant.id }) else { return }
    guard !grant.trials.isEmpty, leases.count < Limits.leasesPerWorker else {
      // Never dropped in silence: the coordinator would wait for it.
      report(.leasesReturned([grant.id]), &effects)
      return
    }
    leases.append(WorkerLease(grant))
    if variants[grant.variant] == nil {
      variants[grant.variant] = .requested
      report(.specificationWanted(grant.variant), &effects)
    }
  }

  mutating func prepare(
    _ digest: VariantDigest, _ bytes: [UInt8], _ files: [DataFile], _ effects: inout [Effect]
  ) {
    guard variants[digest] == .requested else { return }
    guard VariantDigest(hashing: bytes) == digest else {
      let rejection = VariantRejection(
        .unusable, "the specification that arrived does not have its digest")
      reject(digest, rejection, &effects)
      return
    }
    variants[digest] = .preparing
    effects.append(.prepare(digest, bytes, files: files))
  }

  mutating func reject(
    _ digest: VariantDigest, _ rejection: VariantRejection, _ effects: inout [Effect]
  ) {
    // Forgotten, so that a later lease of it asks again: what was missing may have been put right.
    forget(digest, &effects)
    leases.removeAll { $0.variant == digest }
    report(.variantRejected(digest, rejection), &effects)
  }

  /// Hands waiting trials to idle slots, leases in order, as long as results can still be held.
  mutating func assign(at now: Instant, _ effects: inout [Effect]) {
    guard drain == nil, !outbox.isFull else { return }
    for slot in slots.indices where slots[slot] == .idle {
      guard
        let position = leases.firstIndex(where: {
          !$0.waiting.isEmpty && variants[$0.variant] == .ready
        })
      else { return }
      let variant = leases[position].variant
      let packsInTime = packsInTime(of: variant, at: now)
      if packsInTime == 0 {
        returnForTime(variant, &effects)
        return assign(at: now, &effects)
      }
      guard takeMemory(for: variant, in: slot, &effects) else {
        // Other data may have come since it was ready: then it would wait for ever.
        guard !slots.contains(where: \.isTraining) else { return }
        reject(variant, VariantRejection(.memory, ledger.shortage(of: variant)), &effects)
        return assign(at: now, &effects)
      }
      // No slot takes more than its share of what is left, so that all finish together; but packs are
      // full, as one that is not takes as long.
      // Trials whose models are kept are trained alone, and each is sent when it is done.
      let isAlone = leases[position].models != nil
      let lanes = isAlone ? 1 : UInt64(packLanes[variant] ?? 1)
      let packs = UInt64(usableSlots(for: variant)) * lanes
      let share = (leases[position].waiting.count + packs - 1) / packs * lanes
      let affordable = packsInTime.map { UInt64($0) * lanes } ?? .max
      let wanted = isAlone ? 1 : UInt64(assignmentSize(of: variant))
      let size = max(1, min(wanted, share, affordable))
      guard let range = leases[position].waiting.popFirst(limit: size) else { return }
      if !leases[position].hasBegun {
        leases[position].hasBegun = true
        report(
          .leaseBegun(leases[position].id, lanes: Int(lanes), room: ledger.room(for: variant)),
          &effects)
      }
      leases[position].running.insert(range)
      let lease = leases[position]
      slots[slot] = .training(lease: lease.id, job: lease.job, trials: range, since: now)
      stillness[slot] = .zero
      effects.append(
        .start(
          slot: slot,
          Assignment(
            lease: lease.id, job: lease.job, variant: variant, trials: lease.trials(range),
            keepsHistory: lease.keepsHistory, models: lease.models)))
    }
  }

  mutating func finish(_ slot: Int, _ results: [TrialResult], at now: Instant) {
    if case .hung(let job) = slots[slot] {
      // Late, and welcome.
      slots[slot] = .idle
      outbox.add(results, of: job, at: now)
      return
    }
    guard case .training(let lease, let job, let trials, let since) = slots[slot] else {
      preconditionFailure("slot \(slot) finished what it was not given")
    }
    slots[slot] = .idle
    if let position = leases.firstIndex(where: { $0.id == lease }) {
      let variant = leases[position].variant
      let time = since.duration(to: now)
      let lanes = leases[position].models == nil ? packLanes[variant] ?? 1 : 1
      notePackTime(time / max(1, (Int(trials.count) + lanes - 1) / lanes), of: variant)
      if leases[position].models == nil {
        adaptAssignmentSize(of: variant, done: Int(trials.count), in: time)
      }
      leases[position].running.remove(trials)
    }
    outbox.add(results, of: job, at: now)
    leases.removeAll(where: \.isDone)
    // The end of a lease is when the coordinator waits for its results.
    if !leases.contains(where: { $0.id == lease }) { outbox.hurry(at: now) }
  }

  /// Begins no more of a lease; what slots already train of it is finished and sent.
  mutating func dropLease(_ id: LeaseID) {
    leases.removeAll { $0.id == id }
  }

  /// Begins these trials no more.
  mutating func shortenLease(_ id: LeaseID, by trials: IntervalSet) {
    guard let position = leases.firstIndex(where: { $0.id == id }) else { return }
    leases[position].waiting.subtract(trials)
    leases.removeAll(where: \.isDone)
  }

  /// Goes on with the adopted leases under their new numbers and drops the others.
  mutating func renumberLeases(_ adopted: [Welcome.Adoption]) {
    var kept: [WorkerLease] = []
    for var lease in leases {
      guard let adoption = adopted.first(where: { $0.held == lease.id }) else { continue }
      for slot in slots.indices {
        if case .training(lease.id, let job, let trials, let since) = slots[slot] {
          slots[slot] = .training(lease: adoption.lease, job: job, trials: trials, since: since)
        }
      }
      lease.id = adoption.lease
      kept.append(lease)
    }
    leases = kept
  }

  private func assignmentSize(of variant: VariantDigest) -> Int {
    assignmentSizes[variant] ?? packLanes[variant] ?? 1
  }

  /// Doubles or halves towards ``SchedulingPolicy/assignmentTarget``.
  private mutating func adaptAssignmentSize(
    of variant: VariantDigest, done: Int, in time: Duration
  ) {
    let size = assignmentSize(of: variant)
    // A part of an assignment says nothing about a whole one that takes too little time.
    if time < policy.assignmentTarget / 2, done >= size {
      assignmentSizes[variant] = min(size * 2, Limits.batchResults)
    } else if time > policy.assignmentTarget * 2 {
      assignmentSizes[variant] = max(size / 2, packLanes[variant] ?? 1)
    }
  }
}
