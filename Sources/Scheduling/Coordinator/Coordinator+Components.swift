import SweepModel

/// Variants with custom components go only to workers whose programs have them.
///
/// A worker says in each hello what it has; one that says nothing has nothing. What nobody connected has
/// waits, is not charged to anything, and is a ``SweepModel/WaitingReason``.
extension Coordinator {
  /// Whether a worker's program has the components that a job needs, in their versions.
  func hasComponents(_ worker: WorkerID, for job: Int) -> Bool {
    let needed = jobs[job].job.components
    return needed.isEmpty || workers[worker]?.has(needed) == true
  }

  /// How many connected workers have the components that a job needs.
  func workersWithComponents(for job: Int) -> Int {
    let needed = jobs[job].job.components
    guard !needed.isEmpty else { return workers.count }
    // A sum: its order does not matter.
    return programs.reduce(0) { $0 + ($1.key.isSuperset(of: needed) ? $1.value : 0) }
  }

  /// A worker leaves, or registers with other components.
  mutating func forgetProgram(_ components: Set<ComponentIdentity>) {
    programs[components, default: 1] -= 1
    if programs[components] == 0 { programs[components] = nil }
  }

  /// The jobs that no connected worker has the components for: one reason for all of a sweep that lack the
  /// same.
  ///
  /// Costs O(jobs × sets of components).
  func missingComponents() -> [WaitingReason] {
    guard !workers.isEmpty else { return [] }
    var reasons: [WaitingReason] = []
    var places: [MissingKey: Int] = [:]
    for state in jobs where !state.isCancelled && !state.isRecorded {
      let needed = state.job.components
      guard !needed.isEmpty, !programs.keys.contains(where: { $0.isSuperset(of: needed) }) else {
        continue
      }
      // One that all lack; else one program has this, and another that.
      let missing =
        needed.first { one in !programs.keys.contains { $0.contains(one) } } ?? needed[0]
      let key = MissingKey(sweep: state.job.sweepName, component: missing)
      let trials = state.job.trials - state.recorded.count
      if let place = places[key] {
        reasons[place].variants += 1
        reasons[place].trials += trials
        continue
      }
      guard reasons.count < Limits.waitingReasons else { continue }
      var reason = WaitingReason(.componentMissing, isBlocking: true)
      reason.sweep = state.job.sweepName
      reason.variant = state.job.variantName
      reason.variants = 1
      reason.trials = trials
      reason.workers = workers.count
      reason.connected = workers.count
      reason.detail = missing.description
      places[key] = reasons.count
      reasons.append(reason)
    }
    return reasons
  }

  private struct MissingKey: Hashable {
    let sweep: String
    let component: ComponentIdentity
  }
}

extension WorkerState {
  /// Whether its program has all of these components.
  func has(_ needed: [ComponentIdentity]) -> Bool { needed.allSatisfy(components.contains) }
}
