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

/// Keeps a slow machine's minutes and a fast one's precision: as many repetitions as fit the time.
extension Durations {
  /// Repeats `work` for about `duration` seconds, but at least three times.
  init(during duration: Double, _ work: () -> Void) {
    let first = Self.once(work)
    let fitting = Int(min(duration / max(first, 1e-7), 1e4))
    self.init(repetitions: max(3, fitting), work)
  }
}
