import Dispatch
import Synchronization

/// Calls `work` for each of the numbers from 0 on, on `threads` threads at once; whichever is free
/// takes the next. `makeWorker` runs on each thread first.
///
/// - Returns: Seconds from the moment when all workers are made.
func spread<Worker>(
  count: Int, threads: Int, makeWorker: @Sendable () -> Worker,
  work: @Sendable (Worker, Int) -> Void
) -> Double {
  let next = Atomic(0)
  let waiting = Atomic(threads)
  let start = Mutex(ContinuousClock.now)
  DispatchQueue.concurrentPerform(iterations: threads) { _ in
    let worker = makeWorker()
    if waiting.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 {
      start.withLock { $0 = .now }
    }
    while waiting.load(ordering: .acquiring) > 0 {}
    while true {
      let number = next.add(1, ordering: .relaxed).oldValue
      guard number < count else { return }
      work(worker, number)
    }
  }
  return start.withLock { (ContinuousClock.now - $0) / .seconds(1) }
}
