import SweepModel

/// The results that a worker holds: those that wait for others to be sent with, and those that were
/// sent and are not acknowledged.
struct Outbox: Hashable, Sendable {
  /// Sent, in order of their numbers.
  private(set) var unacknowledged: [ResultBatch] = []
  private var waiting: [Waiting] = []
  private var waitingSince: Instant?
  private var lastNumber: UInt64 = 0
  private let delay: Duration

  private struct Waiting: Hashable, Sendable {
    let job: JobID
    var results: [TrialResult]
  }

  init(delay: Duration) { self.delay = delay }

  var isEmpty: Bool { unacknowledged.isEmpty && waiting.isEmpty }
  /// Whether no more trials should begin until the coordinator has acknowledged some.
  var isFull: Bool {
    let waitingResults = waiting.reduce(0) { $0 + $1.results.count }
    let batches = unacknowledged.count + waitingResults / Limits.batchResults
    return batches >= Limits.unacknowledgedBatches
  }
  /// The results in it.
  var resultCount: Int {
    unacknowledged.reduce(0) { $0 + $1.results.count }
      + waiting.reduce(0) { $0 + $1.results.count }
  }
  /// The trials of the results in it, by job, in the order in which the first result of each came.
  var trials: [(job: JobID, trials: IntervalSet)] {
    var trials: [(job: JobID, trials: IntervalSet)] = []
    for (job, results) in unacknowledged.map({ ($0.job, $0.results) })
      + waiting.map({ ($0.job, $0.results) })
    {
      let position = trials.firstIndex { $0.job == job } ?? trials.count
      if position == trials.count { trials.append((job, IntervalSet())) }
      for result in results { trials[position].trials.insert(result.index) }
    }
    return trials
  }
  /// When what waits is to be sent.
  var flushDeadline: Instant? { waitingSince?.advanced(by: delay) }

  mutating func add(_ results: [TrialResult], of job: JobID, at now: Instant) {
    guard !results.isEmpty else { return }
    waitingSince = waitingSince ?? now
    if waiting.last?.job == job {
      waiting[waiting.count - 1].results += results
    } else {
      waiting.append(Waiting(job: job, results: results))
    }
  }

  /// What waits is to be sent now.
  mutating func hurry(at now: Instant) {
    if waitingSince != nil { waitingSince = now.advanced(by: .zero - delay) }
  }

  /// Takes out what is due, as batches within their limits, and holds them until acknowledged.
  mutating func flush(at now: Instant) -> [ResultBatch] {
    let isLarge = waiting.contains { $0.results.count >= Limits.batchResults / 4 }
    guard let flushDeadline, isLarge || flushDeadline <= now else { return [] }
    var batches: [ResultBatch] = []
    for group in waiting {
      for results in Self.split(group.results) {
        lastNumber += 1
        batches.append(
          ResultBatch(number: BatchNumber(lastNumber), job: group.job, results: results))
      }
    }
    waiting = []
    waitingSince = nil
    unacknowledged += batches
    return batches
  }

  mutating func acknowledge(_ number: BatchNumber) {
    unacknowledged.removeAll { $0.number == number }
  }

  /// About the bytes of a result on the wire.
  private static func size(of result: TrialResult) -> Int {
    guard let measurements = result.measurements else { return 4 * Limits.reasonLength }
    let words =
      measurements.history.count + measurements.metrics.count
      + measurements.variableFingerprints.count
    return words * MemoryLayout<Double>.size + 4 * Limits.digestBytes
  }

  /// Cuts results into runs within ``Limits/batchResults`` and ``Limits/batchBytes``.
  private static func split(_ results: [TrialResult]) -> [[TrialResult]] {
    if results.count <= Limits.batchResults,
      results.lazy.map(size).reduce(0, +) <= Limits.batchBytes
    {
      return [results]
    }
    var runs: [[TrialResult]] = []
    var run: [TrialResult] = []
    var bytes = 0
    for result in results {
      let size = size(of: result)
      let isTooLarge = bytes + size > Limits.batchBytes || run.count == Limits.batchResults
      if isTooLarge, !run.isEmpty {
        runs.append(run)
        run = []
        bytes = 0
      }
      run.append(result)
      bytes += size
    }
    if !run.isEmpty { runs.append(run) }
    return runs
  }
}

extension Worker {
  /// Sends what is due, if the coordinator knows this worker; otherwise it goes on waiting.
  mutating func flush(at now: Instant, _ effects: inout [Effect]) {
    guard epoch != nil else { return }
    for batch in outbox.flush(at: now) { report(.results(batch), &effects) }
  }
}
