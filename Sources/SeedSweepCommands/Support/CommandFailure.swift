import ArgumentParser
import Foundation
import SweepRuntime

/// The exit statuses of the command line.
enum ExitStatus: Int32 {
  case done = 0
  case answerIsNo = 1
  case unusableInput = 2
  case environmentFailed = 3
}

/// How a command ends that does not end well: an exit status and, where there is something to say,
/// one line on standard error.
struct CommandFailure: Error {
  let status: Int32
  let message: String?
  /// Where it is help or the version that was asked for, its text, for standard output.
  private var answer: String?

  init(_ status: ExitStatus, _ message: String? = nil) {
    self.status = status.rawValue
    self.message = message
  }

  /// A status that the user chose, with nothing to say.
  init(status: Int32) {
    self.status = status
    message = nil
  }

  init(_ error: RuntimeError) {
    self.init(error.kind == .input ? .unusableInput : .environmentFailed, error.message)
  }

  /// Ended by a signal, as shells expect it to be told.
  init(signal: Int32, _ message: String) {
    status = 128 + signal
    self.message = message
  }

  /// What ArgumentParser throws: help, the version, a completion script, or an unusable argument.
  init(parsing error: any Error, by command: (some ParsableCommand).Type) {
    if command.exitCode(for: error).isSuccess {
      self.init(.done)
      answer = command.fullMessage(for: error)
    } else {
      let line = command.message(for: error).split(separator: "\n").joined(separator: " ")
      self.init(.unusableInput, "\(line) (see `seedsweep --help`, or --help after a command)")
    }
  }

  func end() -> Never {
    if let answer { print(answer) }
    if let message { Diagnostics.line("error: \(message)") }
    exit(status)
  }
}

/// Calls what may throw a `RuntimeError` and makes an exit status of it.
func perform<Value>(_ body: () throws(RuntimeError) -> Value) throws -> Value {
  do { return try body() } catch { throw CommandFailure(error) }
}
