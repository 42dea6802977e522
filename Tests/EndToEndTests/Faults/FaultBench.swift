import Foundation
import Randomness
import Synchronization
import Testing
import TrialStore

/// The tests of real faults, one after the other: each needs the machine for itself.
///
/// What all of them show in the end is ``FaultBench/expectUndisturbed()``: every trial once, the bytes
/// of an undisturbed sweep, and nothing left behind. None depends on how fast anything is: they wait
/// for events, and moments are random on purpose, from a seed that each prints.
@Suite(.serialized, .timeLimit(.minutes(10))) enum Faults {}

/// A sweep of small trials for faults to strike.
struct FaultSweep: Hashable, Sendable {
  var trials = 3_000
  /// Less than half a microsecond each and trial, in a pack, on a core of its own.
  var epochs = 4_000
  /// Of the specification: lines to add at its end.
  var additions = ""
  /// Units of another layer, for a model that is larger; 0 for none.
  var units = 0

  /// Writes the specification; returns its path.
  func write(in scratch: Scratch) throws -> String {
    let text = try String(contentsOfFile: Program.example, encoding: .utf8)
      .replacingOccurrences(of: "epochs: 100", with: "epochs: \(epochs)")
      .replacingOccurrences(
        of: "  - dense: {units: 10}",
        with: units == 0
          ? "  - dense: {units: 10}"
          : "  - dense: {units: \(units)}\n  - dense: {units: \(units)}"
      )
      // Histories are in the export by their digests; whole, they would be all that it is about.
      .replacingOccurrences(of: "trials: 100", with: "trials: \(trials)\nkeep_history: false")
    return try scratch.write(text + "\n" + additions, to: "sweep.yaml")
  }

  /// What the sweep gives where nothing disturbs it; trained once for all tests.
  var undisturbed: SweepBytes {
    get throws {
      try Self.known.withLock { known in
        if let bytes = known[self] { return bytes }
        let scratch = try Scratch()
        let run = try Program.run("run", try write(in: scratch), in: scratch)
        #expect(run.status == 0, "\(run.errors)")
        let bytes = try SweepBytes(in: scratch)
        #expect(bytes.export.split(separator: "\n").count == trials)
        known[self] = bytes
        return bytes
      }
    }
  }

  private static let known = Mutex<[FaultSweep: SweepBytes]>([:])
}

/// What users get of a sweep, to the byte.
struct SweepBytes: Equatable {
  let export: String
  let report: String

  /// Of the one sweep in the scratch directory's store.
  init(in scratch: Scratch) throws {
    export = try Export.withoutSeconds(in: scratch)
    report = try Program.run("report", "--format", "json", in: scratch).output
  }
}

/// One sweep's files, temporary files and processes, none of which may be left behind.
final class FaultBench {
  let scratch: Scratch
  let sweep: FaultSweep
  let specification: String
  /// Where the processes put what is temporary. Short: a socket's path must fit in it.
  let temporary: String

  init(_ sweep: FaultSweep = FaultSweep()) throws {
    self.sweep = sweep
    scratch = try Scratch()
    specification = try sweep.write(in: scratch)
    temporary = "\(Undertaker.shortDirectory)/\(UInt16.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(
      atPath: temporary, withIntermediateDirectories: false)
  }

  deinit {
    // Only a test that failed has any left.
    for process in processes { kill(process, SIGKILL) }
    try? FileManager.default.removeItem(atPath: temporary)
  }

  func start(
    _ arguments: [String], program: String = Program.path, environment: [String: String] = [:]
  ) throws -> RunningProgram {
    try RunningProgram(
      arguments, in: scratch, program: program,
      environment: environment.merging(["TMPDIR": temporary]) { own, _ in own })
  }

  /// Times by which a lost worker is noticed soon.
  static let hastyTiming = [
    "--heartbeat-interval", "0.1", "--silence-limit", "2", "--lease-duration", "3",
  ]

  func coordinator(
    at address: String = "tcp://127.0.0.1:*", arguments: [String] = FaultBench.hastyTiming,
    prefix: [String] = [], environment: [String: String] = [:]
  ) throws -> Coordinator {
    try Coordinator(
      specification, in: scratch, at: address, arguments: arguments, prefix: prefix,
      environment: environment.merging(["TMPDIR": temporary]) { own, _ in own })
  }

  func worker(
    at endpoint: String, _ arguments: [String] = [], prefix: [String] = [],
    environment: [String: String] = [:]
  ) throws -> RunningProgram {
    let words =
      prefix + [
        Program.path, "worker", "--connect", endpoint, "--slots", "1", "--log-level", "info",
      ] + arguments
    return try start(Array(words.dropFirst()), program: words[0], environment: environment)
  }

  /// The processes that run in the scratch directory: all that were started for it, and theirs.
  var processes: [pid_t] {
    let here = scratch.url.resolvingSymlinksInPath().path
    let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return all.compactMap { pid_t($0) }.filter { process in
      let link = "/proc/\(process)/cwd"
      return (try? FileManager.default.destinationOfSymbolicLink(atPath: link)) == here
    }
  }

  /// How many trials the store has, as a reader beside the writer sees them.
  var recorded: UInt64 {
    // Not there yet, or just being made.
    guard let store = try? TrialStore(path: scratch.path("seedsweep.sqlite"), access: .readOnly)
    else { return 0 }
    defer { try? store.close() }
    guard let variant = try? store.sweeps().first?.variants.first,
      let counts = try? store.counts(variant.key)
    else { return 0 }
    return counts.completed + counts.diverged + counts.failed
  }

  /// Ends workers that have no coordinator any more, politely.
  func dismiss(_ workers: [RunningProgram]) throws {
    for worker in workers where worker.isRunning { worker.send(SIGTERM) }
    for worker in workers { _ = try worker.end() }
  }

  /// Every trial is there once with the bytes of an undisturbed sweep, no process lives, and no file
  /// is there but the store.
  func expectUndisturbed(
    _ comment: Comment = "", location: SourceLocation = #_sourceLocation
  ) throws {
    try expectUndisturbedExport(comment, location: location)
    let report = try SweepBytes(in: scratch).report
    #expect(try report == sweep.undisturbed.report, comment, sourceLocation: location)
  }

  /// The same but for the report, which tells what workers did that were not honest.
  func expectUndisturbedExport(
    _ comment: Comment = "", location: SourceLocation = #_sourceLocation
  ) throws {
    let found = try SweepBytes(in: scratch).export
    let expected = try sweep.undisturbed.export
    // Compared apart: a difference of two long texts would print both.
    let difference = zip(found.split(separator: "\n"), expected.split(separator: "\n"))
      .first { $0 != $1 }
    if let difference {
      Issue.record(
        "\(comment): \(difference.0) instead of \(difference.1)", sourceLocation: location)
    }
    let isSame = found == expected
    #expect(isSame, comment, sourceLocation: location)
    expectNothingLeft(comment, location: location)
  }

  /// No process lives, and no file is there but the store.
  func expectNothingLeft(
    _ comment: Comment = "", location: SourceLocation = #_sourceLocation
  ) {
    // Whoever was killed leaves workers that end by themselves.
    wait { processes.isEmpty }
    let temporaries = (try? FileManager.default.contentsOfDirectory(atPath: temporary)) ?? []
    #expect(temporaries == [], comment, sourceLocation: location)
    let files = (try? FileManager.default.contentsOfDirectory(atPath: scratch.url.path)) ?? []
    let stores = files.filter { $0.hasPrefix("seedsweep.sqlite") }
    #expect(stores == ["seedsweep.sqlite"], comment, sourceLocation: location)
  }
}

/// The choices of a fault test, repeated from a seed.
struct FaultChoices {
  let seed: UInt64
  private var words: SplitMix64

  /// From `SEEDSWEEP_FAULT_SEED` where it is set, and else another each time; prints which, after the
  /// name of the test.
  init(of test: String) {
    let text = ProcessInfo.processInfo.environment["SEEDSWEEP_FAULT_SEED"]
    self.init(seed: text.flatMap { UInt64($0) } ?? UInt64(UInt32.random(in: 0 ... .max)))
    print("faults: \(test), SEEDSWEEP_FAULT_SEED=\(seed)")
  }

  /// Those of a part of a test.
  init(seed: UInt64) {
    self.seed = seed
    words = SplitMix64(state: seed)
  }

  mutating func next() -> UInt64 { words.next() }

  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

  /// Sleeps for a random time: faults strike at random moments.
  mutating func pause(milliseconds range: Range<Int>) {
    usleep(UInt32(range.lowerBound + below(range.count)) * 1_000)
  }
}
