/// Which job a worker is given trials of next: of the sweeps with the highest priority, the one on which
/// workers have spent the least time.
///
/// To serve jobs in the order of their registration would let one sweep of a million trials keep all others
/// waiting for days. This is start-time fair queueing (Goyal, Vin & Cheng 1997): each sweep has a clock, which
/// is charged with the slot-seconds of what is assigned, at first as expected and in the end as measured, and
/// the one whose clock is furthest behind is next. A sweep that begins to wait starts at the clock of those
/// that wait already: neither does a newcomer make up for time before it came, nor is there a credit for time
/// in which a sweep wanted nothing. The variants of a sweep are served one after the other.
///
/// A worker stays with its sweep for as long as that is at most a few seconds ahead, so that it need not change
/// its data and its network with each lease.
///
/// Costs O(log sweeps) comparisons for each change, whatever the number of jobs, and moves at most as many
/// words as there are sweeps.
struct FairShare: Sendable {
  /// One sweep.
  private struct Share: Sendable {
    var priority: Int
    /// Slot-seconds, on the scale of all sweeps of its priority.
    var clock = 0.0
    /// Its jobs with waiting trials, ascending.
    var ready = SortedPositions()
  }

  private var shares: [Share] = []
  private var sharesByName: [String: Int] = [:]
  /// The sweep of each job.
  private var shareOfJob: [Int] = []
  /// The sweeps with waiting trials: the next to be served first.
  private var order: [Int] = []
  /// For each priority, the clock at which a sweep starts that begins to wait.
  private var starts: [Int: Double] = [:]

  /// Whether no job has waiting trials.
  var isEmpty: Bool { order.isEmpty }

  /// The highest priority of a sweep with waiting trials; nil where none waits.
  var highestPriority: Int? { order.first.map { shares[$0].priority } }

  /// Takes in the next job, which has no waiting trials yet. The priority is the sweep's from now on.
  mutating func register(_ sweep: String, priority: Int) {
    if let known = sharesByName[sweep] {
      shareOfJob.append(known)
      setPriority(of: sweep, to: priority)
    } else {
      sharesByName[sweep] = shares.count
      shareOfJob.append(shares.count)
      shares.append(Share(priority: priority))
    }
  }

  /// Changes the priority of a sweep; it starts among those of that priority.
  mutating func setPriority(of sweep: String, to priority: Int) {
    guard let share = sharesByName[sweep], shares[share].priority != priority else { return }
    let waits = !shares[share].ready.isEmpty
    if waits { leave(share) }
    shares[share].priority = priority
    shares[share].clock = 0
    if waits { enter(share) }
  }

  /// The priority of a job's sweep.
  func priority(of job: Int) -> Int { shares[shareOfJob[job]].priority }

  /// The job has waiting trials.
  mutating func insert(_ job: Int) {
    let share = shareOfJob[job]
    let waited = !shares[share].ready.isEmpty
    shares[share].ready.insert(job)
    if !waited { enter(share) }
  }

  /// The job has no waiting trials any more.
  mutating func remove(_ job: Int) {
    let share = shareOfJob[job]
    guard shares[share].ready.contains(job) else { return }
    shares[share].ready.remove(job)
    if shares[share].ready.isEmpty { leave(share) }
  }

  /// Whether the job has waiting trials.
  func contains(_ job: Int) -> Bool { shares[shareOfJob[job]].ready.contains(job) }

  /// Charges a job's sweep with slot-seconds, or gives back what was charged too much.
  mutating func charge(_ slotSeconds: Double, to job: Int) {
    guard slotSeconds != 0, slotSeconds.isFinite else { return }
    let share = shareOfJob[job]
    let waits = !shares[share].ready.isEmpty
    if waits { order.remove(at: place(of: share)) }
    shares[share].clock += slotSeconds
    if waits {
      order.insert(share, at: place(of: share))
      noteStart(of: shares[share].priority)
    }
  }

  // MARK: Choosing

  /// The sweep that is served next after `place` others; nil where there are no more.
  func sweep(at place: Int) -> Int? { place < order.count ? order[place] : nil }

  /// The sweep of the job `last`, with which a worker stays that was given trials of it before: while it has
  /// waiting trials, no sweep of a higher priority has, and its clock is ahead of the others' by `patience`
  /// slot-seconds at most. Else nil.
  func sweepToStayWith(after last: Int?, patience: Double) -> Int? {
    guard let last, let first = order.first else { return nil }
    let own = shareOfJob[last]
    guard !shares[own].ready.isEmpty, shares[own].priority == shares[first].priority,
      shares[own].clock <= shares[first].clock + patience
    else { return nil }
    return own
  }

  /// The job of a sweep that has waiting trials after `place` others; nil where there are no more.
  func job(at place: Int, ofSweep share: Int) -> Int? {
    let count = shares[share].ready.positions.count
    return place < count ? shares[share].ready.positions[place] : nil
  }

  // MARK: Order

  /// A sweep begins to wait.
  private mutating func enter(_ share: Int) {
    let priority = shares[share].priority
    shares[share].clock = max(shares[share].clock, starts[priority] ?? 0)
    order.insert(share, at: place(of: share))
    noteStart(of: priority)
  }

  /// A sweep waits no more.
  private mutating func leave(_ share: Int) {
    let priority = shares[share].priority
    order.remove(at: place(of: share))
    // Where nobody of its priority is left, the next one starts where it has come to.
    starts[priority] = max(starts[priority] ?? 0, leastClock(of: priority) ?? shares[share].clock)
  }

  private mutating func noteStart(of priority: Int) {
    guard let clock = leastClock(of: priority) else { return }
    starts[priority] = max(starts[priority] ?? 0, clock)
  }

  /// The clock of the sweep of a priority that is served next; nil where none waits.
  private func leastClock(of priority: Int) -> Double? {
    let place = place { shares[$0].priority > priority }
    guard place < order.count, shares[order[place]].priority == priority else { return nil }
    return shares[order[place]].clock
  }

  /// Where a sweep stands, or belongs.
  private func place(of share: Int) -> Int { place { precedes($0, share) } }

  private func precedes(_ left: Int, _ right: Int) -> Bool {
    if shares[left].priority != shares[right].priority {
      return shares[left].priority > shares[right].priority
    }
    let (clock, other) = (shares[left].clock, shares[right].clock)
    return clock == other ? left < right : clock < other
  }

  /// The number of sweeps at the beginning of the order of which `isBefore` is true.
  private func place(_ isBefore: (Int) -> Bool) -> Int {
    var (low, high) = (0, order.count)
    while low < high {
      let middle = (low + high) / 2
      if isBefore(order[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Stops the program if the order is not what it should be.
  func checkInvariants() {
    for (left, right) in zip(order, order.dropFirst()) {
      precondition(precedes(left, right), "sweeps are not in order")
    }
    precondition(Set(order).count == order.count)
    for share in shares.indices {
      precondition(order.contains(share) == !shares[share].ready.isEmpty, "a sweep waits nowhere")
    }
  }
}
