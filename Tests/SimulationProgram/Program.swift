import Foundation
import Simulation

/// Runs simulations: `simulate --seeds N [--first S]`, or `simulate --seed S [--trace]`.
@main
struct Program {
  static func main() {
    let options: Options
    do throws(UsageError) {
      options = try Options(Array(CommandLine.arguments.dropFirst()))
    } catch {
      FileHandle.standardError.write(Data("error: \(error.text)\n".utf8))
      exit(2)
    }
    if options.isHelpWanted {
      write(Options.help)
      return
    }
    CrashReport.install()
    if options.measuresChurn {
      runChurn()
    } else {
      exit(options.workers == nil ? run(options) : runScale(options))
    }
  }

  /// Writes at once: what a buffer holds is lost when a precondition ends the process.
  private static func write(_ line: String) {
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
  }

  private static func runScale(_ options: Options) -> Int32 {
    let start = ContinuousClock.now
    var settings = ScaleRun.Settings(
      workers: Int(options.workers ?? 1), trials: options.trials)
    settings.spread = options.spread
    if let milliseconds = options.batchMilliseconds {
      settings.batchSeconds = Double(milliseconds) / 1_000
    }
    var scale = ScaleRun(settings)
    scale.run()
    let seconds = seconds(since: start)
    let count = Double(max(1, scale.recordedCount))
    var usage = rusage()
    // RUSAGE_SELF, which is an enumeration with Glibc and a number elsewhere.
    getrusage(0, &usage)
    let processor = Double(usage.ru_utime.tv_sec) + Double(usage.ru_utime.tv_usec) / 1e6
    let mebibytes = usage.ru_maxrss / 1_024
    print(
      "\(scale.recordedCount) trials, \(scale.leases) leases, \(scale.batches) batches, "
        + "\(scale.messages) messages, \(Int(scale.simulatedSeconds)) simulated seconds")
    let repetitions = scale.repetitions
    print(
      "\(repetitions.takenOver) taken over, \(repetitions.copied) copied, "
        + "\(repetitions.repeated) results repeated, at most \(scale.mostIntervals) intervals")
    print(
      "\(tenths(seconds)) s, \(tenths(processor)) s of the processor, "
        + "\(tenths(seconds * 1e9 / count)) ns a result, at most \(mebibytes) MiB")
    if let most = options.mostMebibytes, mebibytes > most {
      write("error: more than \(most) MiB of memory")
      return 1
    }
    guard let failure = scale.failure else { return 0 }
    write("error: \(failure)")
    return 1
  }

  /// Least times of many, by how many workers and trials there are.
  private static func runChurn() {
    for (workers, trials) in [(10, 1_000_000), (10_000, 1_000_000_000)] as [(Int, UInt64)] {
      var run = ChurnRun(workers: workers, trials: trials)
      var best = Double.infinity
      for _ in 0..<200 {
        let start = ContinuousClock.now
        for _ in 0..<100 { _ = run.exchangeOne() }
        best = min(best, seconds(since: start) / 100)
      }
      run.check()
      print(
        "\(workers) workers, \(trials) trials: a worker that joins, is lent its leases and is lost "
          + "costs \(tenths(best * 1e6)) microseconds")
    }
  }

  private static func tenths(_ value: Double) -> Double { (value * 10).rounded() / 10 }

  private static func seconds(since start: ContinuousClock.Instant) -> Double {
    let (seconds, attoseconds) = (ContinuousClock.now - start).components
    return Double(seconds) + Double(attoseconds) / 1e18
  }

  private static func run(_ options: Options) -> Int32 {
    let start = ContinuousClock.now
    var totals = Totals()
    var failures = 0
    for seed in options.first..<(options.first + options.count) {
      CrashReport.seed = seed
      let simulation = Simulation(seed: seed, trace: options.traces ? { Self.write($0) } : nil)
      simulation.run()
      totals.add(simulation)
      if options.showsFingerprints { print("\(seed) \(simulation.fingerprint)") }
      guard let failure = simulation.failure else { continue }
      write("seed \(seed): \(failure); replay it with: scripts/simulate --seed \(seed) --trace")
      failures += 1
      if failures >= options.mostFailures { break }
    }
    print(totals.summary(seconds: seconds(since: start)))
    return failures == 0 ? 0 : 1
  }
}

/// What all simulations did together.
struct Totals {
  private var seeds = 0
  private var events = 0
  private var simulatedSeconds = 0.0
  private var statistics = Statistics()

  mutating func add(_ simulation: Simulation) {
    seeds += 1
    events += simulation.eventCount
    simulatedSeconds += Double(simulation.now) / 1e9
    statistics.trained += simulation.statistics.trained
    statistics.faults += simulation.statistics.faults
    statistics.messages += simulation.statistics.messages
    statistics.lives += simulation.statistics.lives
  }

  func summary(seconds: Double) -> String {
    let rate = Int(Double(seeds) / max(seconds, 1e-9))
    return [
      "\(seeds) seeds (\(rate)/s)", "\(statistics.faults) faults",
      "\(statistics.lives) coordinators", "\(statistics.messages) messages",
      "\(statistics.trained) trials trained", "\(events) events",
      "\(Int(simulatedSeconds)) simulated seconds in \(Int(seconds)) s",
    ].joined(separator: ", ")
  }
}
