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
    exit(run(options))
  }

  /// Writes at once: what a buffer holds is lost when a precondition ends the process.
  private static func write(_ line: String) {
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
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
      print("seed \(seed): \(failure); replay it with: scripts/simulate --seed \(seed) --trace")
      failures += 1
      if failures >= options.mostFailures { break }
    }
    let seconds = (ContinuousClock.now - start).components
    print(totals.summary(seconds: Double(seconds.seconds) + Double(seconds.attoseconds) / 1e18))
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
