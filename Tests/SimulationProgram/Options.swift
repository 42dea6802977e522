import SweepModel

/// What the command line asks for.
struct Options {
  var first: UInt64 = 1
  var count: UInt64 = 1_000
  var traces = false
  var showsFingerprints = false
  var mostFailures = 10
  /// For a sweep of any size instead of seeds.
  var workers: UInt64?
  var trials: UInt64 = 1_000_000
  var batchMilliseconds: UInt64?
  var mostMebibytes: Int?
  var spread = 1
  var measuresChurn = false
  var isHelpWanted = false

  init(_ arguments: [String]) throws(UsageError) {
    var rest = arguments[...]
    while let name = rest.popFirst() {
      switch name {
      case "--seeds": count = try Self.number(name, rest.popFirst())
      case "--first": first = try Self.number(name, rest.popFirst())
      case "--seed":
        first = try Self.number(name, rest.popFirst())
        count = 1
      case "--failures": mostFailures = Int(clamping: try Self.number(name, rest.popFirst()))
      case "--workers": workers = try Self.number(name, rest.popFirst())
      case "--trials": trials = try Self.number(name, rest.popFirst())
      case "--scale":
        (workers, trials) = (10_000, 1_000_000_000)
        // Longer than a lease, whose results then come in one batch.
        batchMilliseconds = batchMilliseconds ?? 2_000
      case "--batch-milliseconds":
        batchMilliseconds = try Self.number(name, rest.popFirst())
      case "--spread":
        spread = Int(clamping: max(1, min(1_000, try Self.number(name, rest.popFirst()))))
      case "--memory": mostMebibytes = Int(clamping: try Self.number(name, rest.popFirst()))
      case "--churn": measuresChurn = true
      case "--trace": traces = true
      case "--fingerprints": showsFingerprints = true
      case "--help", "-h":
        isHelpWanted = true
        return
      default: throw UsageError(text: "\(name): \(Self.usage)")
      }
    }
    if let workers, !(1...UInt64(Limits.workers)).contains(workers) {
      throw UsageError(text: "--workers is from 1 to \(Limits.workers)")
    }
    guard (1...Limits.trials).contains(trials) else {
      throw UsageError(text: "--trials is from 1 to \(Limits.trials)")
    }
    guard !first.addingReportingOverflow(count).overflow else {
      throw UsageError(text: "seeds end at \(UInt64.max)")
    }
  }

  static let usage =
    "use --seeds N [--first S] [--failures N] [--fingerprints], or --seed S [--trace], "
    + "or --churn, or --scale, or --workers N --trials N [--batch-milliseconds N] [--spread N] "
    + "[--memory MEBIBYTES]"

  static let help = """
    Runs the coordinator's and the workers' machines against faults, from one seed (docs/simulation.md).

      --seeds N                run that many seeds (1000) and print those that fail
        --first S              the first of them (1)
        --failures N           stop after so many failures (10)
        --fingerprints         print what each seed came to
      --seed S                 run one seed
        --trace                print everything that happens in it
      --churn                  what a worker's coming and its loss cost
      --workers N --trials N   an undisturbed sweep of that size, and its cost
        --batch-milliseconds N how long workers gather results
        --spread N             how much faster the fastest worker is than the slowest
        --memory MEBIBYTES     fail where it takes more
      --scale                  such a sweep of 10⁹ trials by 10,000 workers

    """

  private static func number(_ name: String, _ text: String?) throws(UsageError) -> UInt64 {
    guard let text, let number = UInt64(text) else {
      throw UsageError(text: "\(name) needs a whole number from 0: \(usage)")
    }
    return number
  }
}

/// Arguments that cannot be.
struct UsageError: Error {
  var text: String
}
