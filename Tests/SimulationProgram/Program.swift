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
    CrashReport.install()
    exit(options.workers == nil ? run(options) : runScale(options))
  }

  /// Writes at once: what a buffer holds is lost when a precondition ends the process.
  private static func write(_ line: String) {
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
  }

  private static func runScale(_ options: Options) -> Int32 {
    let start = ContinuousClock.now
    var scale = ScaleRun(
      workers: Int(options.workers ?? 1), trials: options.trials, trialSeconds: 0.001)
    scale.run()
    let seconds = seconds(since: start)
    let rate = Double(scale.recordedCount) / max(seconds, 1e-9) / 1e6
    var usage = rusage()
    // RUSAGE_SELF, which is an enumeration with Glibc and a number elsewhere.
    getrusage(0, &usage)
    print(
      "\(scale.recordedCount) trials, \(scale.leases) leases, \(scale.messages) messages, "
        + "\(Int(scale.simulatedSeconds)) simulated seconds in \(Int(seconds * 10) / 10) s")
    print(
      "\(Int(rate * 10) / 10) million trials/s, at most \(usage.ru_maxrss / 1_024) MiB, "
        + "at most \(scale.mostIntervals) intervals of results")
    guard let failure = scale.failure else { return 0 }
    print("error: \(failure)")
    return 1
  }

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
