import Scheduling
import SweepModel

/// What people do while a sweep runs: they submit and cancel jobs, and revoke keys.
extension Simulation {
  func inflictByClients(_ fault: Fault) {
    // Who stands still hears of nothing.
    guard coordinator?.isStopped != true else { return }
    switch fault {
    case .submitJob:
      let others = isWanted.indices.filter { !isWanted[$0] }
      if !others.isEmpty { submit(random.pick(others)) }
    case .cancelJob:
      let wanted = isWanted.indices.filter { isWanted[$0] }
      if !wanted.isEmpty { cancel(random.pick(wanted)) }
    case .revokeKey: revokeKey()
    default: break
    }
  }

  /// It is kept in the store; a coordinator that runs takes it in at once, another when it starts.
  func submit(_ job: Int) {
    trace("job \(job) is submitted")
    isWanted[job] = true
    guard coordinator != nil else { return }
    tell(.jobsAdded([sweep.coordinatorJobs(of: setup.audit, from: store)[job]]))
  }

  func cancel(_ job: Int) {
    trace("job \(job) is cancelled")
    isWanted[job] = false
    tell(.jobsCancelled([sweep.jobs[job]]))
  }

  // MARK: Keys

  static let noKey = makeKey(0)

  private static func makeKey(_ number: Int) -> PublicKey {
    let bytes = (0..<32).map { UInt8(truncatingIfNeeded: number >> (8 * min($0, 7))) }
    guard let key = PublicKey(bytes: bytes) else { preconditionFailure("thirty-two bytes") }
    return key
  }

  /// The key of a worker, where there are keys; a clone has that of its original.
  func key(of number: Int) -> PublicKey? {
    guard setup.faults.contains(where: { $0.fault == .revokeKey }) else { return nil }
    let original = workers.firstIndex { $0.id == workers[number].id } ?? number
    return Self.makeKey(original + 1)
  }

  /// The gate lets no connection in any more that has the key, whatever becomes of the coordinator.
  private func revokeKey() {
    let living = livingWorkers
    guard !living.isEmpty else { return }
    let number = random.pick(living)
    guard let key = key(of: number) else { return }
    trace("the key of worker \(number) is revoked")
    revokedKeys.insert(key)
    if coordinator != nil { tell(.keyRevoked(key)) }
    // One that is not connected is not told; whoever runs it sees that it cannot connect.
    queue.add(
      .script { $0.endRevokedWorkers() }, at: now + Time(seconds: random.magnitude(5...60)))
  }

  func endRevokedWorkers() {
    for number in livingWorkers where key(of: number).map(revokedKeys.contains) == true {
      killWorker(number)
    }
  }
}
