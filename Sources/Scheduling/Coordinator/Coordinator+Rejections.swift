import SweepModel

/// What connected workers cannot train, as far as they have not begun it since.
struct VariantTrouble: Hashable {
  /// How many of the connected workers have rejected it and not begun it since.
  var workers: Int
  /// What was said last, where, and when that worker is asked again.
  var rejection: VariantRejection
  var host: String
  var retryAt: Instant
}

extension Coordinator {
  /// How long a worker that could not train a variant is not asked again: what was missing may be put
  /// right meanwhile. Doubled with each rejection in a row, as looking at the data may be dear.
  private static func rejectionMemory(attempts: Int) -> Duration {
    min(firstRejectionMemory * (1 << min(attempts - 1, 8)), longestRejectionMemory)
  }

  private static let firstRejectionMemory = Duration.seconds(5)
  static let longestRejectionMemory = Duration.seconds(60)

  mutating func noteRejection(
    of variant: VariantDigest, by worker: WorkerID, _ rejection: VariantRejection,
    at now: Instant, _ effects: inout [Effect]
  ) {
    guard let state = workers[worker] else { return }
    let held = state.leases.filter { leases[$0].map { jobs[$0.job].job.variant } == variant }
    // Of what was taken back meanwhile it says so again when it is asked again; and nobody can fill the
    // memory with variants that were never assigned.
    guard !held.isEmpty else { return }
    for lease in held { takeBack(lease) }
    let attempts = state.rejectionAttempts[variant, default: 0] + 1
    let retryAt = now.advanced(by: Self.rejectionMemory(attempts: attempts))
    workers[worker]?.rejectionAttempts[variant] = attempts
    let others = troubles[variant]?.workers ?? 0
    troubles[variant] = VariantTrouble(
      workers: attempts == 1 ? others + 1 : others, rejection: rejection, host: state.host,
      retryAt: retryAt)
    if workers[worker]?.rejected.updateValue(retryAt, forKey: variant) == nil {
      rejections[variant, default: 0] += 1
    }
    tally.variantsRejected += 1
    effects.append(.notice(.variantRejected(variant, worker, rejection)))
    for position in checked.positions { review(position, &effects) }
  }

  /// Whether the worker cannot train the job: its program lacks a component, or it said so a while ago at
  /// most.
  mutating func rejects(_ worker: WorkerID, _ job: Int, at now: Instant) -> Bool {
    if !hasComponents(worker, for: job) { return true }
    let variant = jobs[job].job.variant
    guard let retryAt = workers[worker]?.rejected[variant] else { return false }
    guard retryAt < now else { return true }
    workers[worker]?.rejected[variant] = nil
    forgetRejection(of: variant)
    return false
  }

  private mutating func forgetRejection(of variant: VariantDigest) {
    rejections[variant, default: 1] -= 1
    if rejections[variant] == 0 { rejections[variant] = nil }
  }

  /// The worker has begun to train the variant.
  mutating func forgetAttempts(at variant: VariantDigest, by worker: WorkerID) {
    guard workers[worker]?.rejectionAttempts.isEmpty == false,
      workers[worker]?.rejectionAttempts.removeValue(forKey: variant) != nil
    else { return }
    forgetTrouble(with: variant)
  }

  /// The worker is gone, and what it cannot train with it.
  mutating func forgetRejections(of state: WorkerState) {
    for variant in state.rejected.keys { forgetRejection(of: variant) }
    for variant in state.rejectionAttempts.keys { forgetTrouble(with: variant) }
  }

  private mutating func forgetTrouble(with variant: VariantDigest) {
    troubles[variant]?.workers -= 1
    if troubles[variant]?.workers == 0 { troubles[variant] = nil }
  }
}
