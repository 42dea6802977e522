import Foundation
import SweepModel
import Testing

/// The program under test, as real processes.
enum Program {
  /// The release build where `scripts/test` names one, else the build that these tests belong to.
  static let path =
    ProcessInfo.processInfo.environment["SEEDSWEEP_PROGRAM"]
    ?? products.appendingPathComponent("seedsweep").path

  /// The debug build, for comparing its bits with the release build's.
  static let debugPath =
    ProcessInfo.processInfo.environment["SEEDSWEEP_DEBUG_PROGRAM"] ?? path

  /// The worker that lies, of the release build where `scripts/test` names it: it trains, too.
  static let lyingWorker =
    ProcessInfo.processInfo.environment["SEEDSWEEP_LYING_WORKER"] ?? path(of: "lying-worker")

  /// The root of the checkout.
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static let example = root.appendingPathComponent("examples/sequence.yaml").path

  /// Another program of this package, of the build that these tests belong to.
  static func path(of product: String) -> String { products.appendingPathComponent(product).path }

  private static let products = URL(fileURLWithPath: CommandLine.arguments[0])
    .resolvingSymlinksInPath().deletingLastPathComponent()

  /// Runs the program to its end.
  static func run(
    _ arguments: String..., in directory: Scratch, program: String = path,
    environment: [String: String] = [:]
  ) throws -> Ended {
    try RunningProgram(arguments, in: directory, program: program, environment: environment).end()
  }
}

/// What a program left behind.
struct Ended {
  let status: Int32
  let output: String
  let errors: String

  /// The lines of standard error, but for the one in which a worker says what it may use.
  var errorLines: [Substring] {
    errors.split(separator: "\n").filter { !$0.contains("), memory ") }
  }

  /// Standard output as JSON, with every number to the bit.
  var json: JSONValue {
    get throws { try JSONValue(parsing: output.utf8) }
  }
}

/// A program that runs; its output goes to files, which no pipe's size can stop.
final class RunningProgram {
  private let process = Process()
  private let outputURL: URL
  private let errorURL: URL

  init(
    _ arguments: [String], in directory: Scratch, program: String = Program.path,
    environment: [String: String] = [:]
  ) throws {
    let name = UUID().uuidString
    outputURL = directory.url.appendingPathComponent("\(name).out")
    errorURL = directory.url.appendingPathComponent("\(name).err")
    for url in [outputURL, errorURL] {
      #expect(FileManager.default.createFile(atPath: url.path, contents: nil))
    }
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.currentDirectoryURL = directory.url
    process.environment = ProcessInfo.processInfo.environment
      .merging([Undertaker.variable: Undertaker.mark]) { $1 }.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: outputURL)
    process.standardError = try FileHandle(forWritingTo: errorURL)
    try process.run()
  }

  /// A test that fails leaves its programs running; they end with it.
  deinit {
    guard process.isRunning else { return }
    // Workers of `run` would follow by themselves, but not if they were stopped.
    let all = [identifier] + children
    for one in all { kill(one, SIGKILL) }
    process.waitUntilExit()
  }

  var identifier: pid_t { process.processIdentifier }
  var isRunning: Bool { process.isRunning }
  var errors: String { (try? String(contentsOf: errorURL, encoding: .utf8)) ?? "" }

  func send(_ signal: Int32) { kill(identifier, signal) }

  /// The processes that this one started.
  var children: [pid_t] {
    var all: [pid_t] = []
    // A child belongs to the thread that started it.
    let tasks = "/proc/\(identifier)/task"
    for task in (try? FileManager.default.contentsOfDirectory(atPath: tasks)) ?? [] {
      let text = (try? String(contentsOfFile: "\(tasks)/\(task)/children", encoding: .utf8)) ?? ""
      all += text.split(whereSeparator: \.isWhitespace).compactMap { pid_t($0) }
    }
    return all
  }

  /// Waits for the end.
  func end(sourceLocation: SourceLocation = #_sourceLocation) throws -> Ended {
    wait(until: { !process.isRunning }, sourceLocation: sourceLocation)
    if process.isRunning { send(SIGKILL) }
    process.waitUntilExit()
    let status = process.terminationStatus
    return Ended(
      status: process.terminationReason == .uncaughtSignal ? -status : status,
      output: try String(contentsOf: outputURL, encoding: .utf8), errors: errors)
  }
}

/// A directory for one test.
final class Scratch {
  let url: URL

  init() throws {
    #expect(Undertaker.isCalled)
    url = Undertaker.directory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  /// Writes a file; returns its path.
  @discardableResult
  func write(_ text: String, to name: String) throws -> String {
    try text.write(toFile: path(name), atomically: true, encoding: .utf8)
    return path(name)
  }

  /// A specification that trains for long enough to be disturbed: the example with more epochs.
  func slowSpecification(epochs: Int, trials: Int) throws -> String {
    let text = try String(contentsOfFile: Program.example, encoding: .utf8)
      .replacingOccurrences(of: "epochs: 100", with: "epochs: \(epochs)")
      .replacingOccurrences(of: "trials: 100", with: "trials: \(trials)\nkeep_history: false")
    return try write(text, to: "slow.yaml")
  }
}

/// Waits for an event. The bound is no part of any expectation: it is far beyond what a busy machine
/// takes, so that what never comes is told instead of waited for.
func wait(
  until condition: () throws -> Bool, sourceLocation: SourceLocation = #_sourceLocation
) rethrows {
  let deadline = ContinuousClock.now.advanced(by: .seconds(180))
  while try !condition() {
    guard ContinuousClock.now < deadline else {
      Issue.record("what was waited for did not come", sourceLocation: sourceLocation)
      return
    }
    usleep(5_000)
  }
}
