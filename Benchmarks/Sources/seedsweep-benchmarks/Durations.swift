import Foundation

/// The seconds that repetitions of the same work took.
struct Durations {
  let seconds: [Double]

  /// - Precondition: there is one.
  init(_ seconds: [Double]) {
    precondition(!seconds.isEmpty)
    self.seconds = seconds.sorted()
  }

  /// Takes the time of `work`, `repetitions` times.
  init(repetitions: Int, _ work: () throws -> Void) rethrows {
    self.init(try (0..<repetitions).map { _ in try Self.once(work) })
  }

  /// That of the fastest.
  var minimum: Double { seconds[0] }

  /// That of the middle; of two the later.
  var median: Double { seconds[seconds.count / 2] }

  /// The seconds that `work` takes once.
  static func once(_ work: () throws -> Void) rethrows -> Double {
    let start = ContinuousClock.now
    try work()
    return (ContinuousClock.now - start) / .seconds(1)
  }
}

extension Durations {
  /// Repeats `work` for about `duration` seconds, but at least three times.
  init(during duration: Double, _ work: () -> Void) {
    let first = Self.once(work)
    let fitting = Int(min(duration / max(first, 1e-7), 1e4))
    self.init(repetitions: max(3, fitting), work)
  }
}

/// Times of the processor: on a shared machine they show how much of the wall's time was ours.
enum ProcessorTime {
  /// Seconds that this thread has run.
  static var ofThread: Double { read(CLOCK_THREAD_CPUTIME_ID) }

  /// Seconds that all threads of this process have run.
  static var ofProcess: Double { read(CLOCK_PROCESS_CPUTIME_ID) }

  private static func read(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }
}
