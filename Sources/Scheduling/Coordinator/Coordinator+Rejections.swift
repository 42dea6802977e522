import SweepModel

extension Coordinator {
  /// How long a worker that could not train a variant is not asked again: what was missing may be put
  /// right meanwhile.
  static let rejectionMemory = Duration.seconds(60)

  mutating func noteRejection(
    of variant: VariantDigest, by worker: WorkerID, _ reason: String, at now: Instant,
    _ effects: inout [Effect]
  ) {
    for lease in workers[worker]?.leases ?? [] {
      guard let job = leases[lease]?.job, jobs[job].job.variant == variant else { continue }
      takeBack(lease)
    }
    if workers[worker]?.rejected.updateValue(now, forKey: variant) == nil {
      rejections[variant, default: 0] += 1
    }
    effects.append(.notice(.variantRejected(variant, worker, reason: reason)))
    if rejections[variant] == workers.count {
      effects.append(.notice(.variantWaits(variant, reason: reason)))
    }
    for position in checked.positions { review(position, &effects) }
  }

  /// Whether the worker said a while ago at most that it cannot train the variant.
  mutating func rejects(_ worker: WorkerID, _ variant: VariantDigest, at now: Instant) -> Bool {
    guard let since = workers[worker]?.rejected[variant] else { return false }
    guard since.advanced(by: Self.rejectionMemory) < now else { return true }
    workers[worker]?.rejected[variant] = nil
    forgetRejection(of: variant)
    return false
  }

  mutating func forgetRejection(of variant: VariantDigest) {
    rejections[variant, default: 1] -= 1
    if rejections[variant] == 0 { rejections[variant] = nil }
  }

  /// Says which variants no worker that is left can train.
  mutating func announceWaiting(_ effects: inout [Effect]) {
    guard !workers.isEmpty else { return }
    let waiting = rejections.filter { $0.value == workers.count }.keys
    for variant in waiting.sorted(by: { $0.hex < $1.hex }) {
      effects.append(
        .notice(.variantWaits(variant, reason: "every worker that is left has rejected it")))
    }
  }
}
