import Foundation
import SweepModel
import SweepReport
import SweepRuntime

/// Shows how far a coordinator's sweeps are until they are done.
struct SweepWatch {
  private let client: ControlClient
  private let options: ControlOptions
  /// The one sweep to watch; nil for all.
  private let name: String?

  private static let interval = Duration.milliseconds(500)

  init(_ client: ControlClient, _ options: ControlOptions, sweep name: String?) {
    self.client = client
    self.options = options
    self.name = name
  }

  /// Watches until nothing runs, then prints how it ended.
  ///
  /// - Throws: ``CommandFailure`` with status 1 where trials failed, a trial gave two results or a sweep
  ///   was cancelled.
  func run() throws {
    var last: CoordinatorStatus?
    let display = WatchDisplay()
    try perform { () throws(RuntimeError) in
      try client.watch(every: Self.interval) { status in
        last = status
        let sweeps = chosen(status)
        guard sweeps.contains(where: { $0.state == .running }) else { return false }
        display.show(sweeps, workers: status.workers.count, waiting: chosenReasons(status))
        return true
      }
    }
    display.end()
    guard var last else { return }
    last.sweeps = chosen(last)
    last.waiting = chosenReasons(last)
    if let name, last.sweeps.isEmpty {
      throw CommandFailure(
        .unusableInput,
        "no sweep `\(name)` at \(client.coordinatorPlace): `seedsweep status` lists them")
    }
    if name != nil, let sweep = last.sweeps.first {
      try Output.write(sweep.text(as: options.format))
    } else {
      try Output.write(last.text(as: options.format))
    }
    try Output.finish()
    if !last.sweeps.allSatisfy({ $0.state == .finished && $0.isClean }) {
      throw CommandFailure(.answerIsNo)
    }
  }

  private func chosen(_ status: CoordinatorStatus) -> [SweepStatus] {
    name.map { name in status.sweeps.filter { $0.name == name } } ?? status.sweeps
  }
}

extension SweepWatch {
  /// What the sweeps that are watched wait for.
  private func chosenReasons(_ status: CoordinatorStatus) -> [WaitingReason] {
    status.waiting.filter { $0.sweep == nil || name == nil || $0.sweep == name }
  }
}

/// A bar where a person watches, else a plain line every ten seconds, and one for each reason to wait
/// when it comes.
private final class WatchDisplay {
  private static let plainInterval = Duration.seconds(10)

  private let start = ContinuousClock.now
  private var before: UInt64?
  private var changes = WaitingChanges()
  private var nextLine = ContinuousClock.now.advanced(by: plainInterval)

  func show(_ sweeps: [SweepStatus], workers: Int, waiting: [WaitingReason]) {
    // Nobody waits for what was cancelled.
    let wanted = sweeps.filter { $0.state != .cancelled }
    func sum(_ count: KeyPath<SweepStatus, UInt64>) -> UInt64 {
      wanted.reduce(0) { $0 + $1[keyPath: count] }
    }
    let recorded = sum(\.recorded)
    let before = min(before ?? recorded, recorded)
    self.before = before
    let line = ProgressLine(
      done: recorded, total: sum(\.asked), before: before, diverged: sum(\.diverged),
      failed: sum(\.failed), workers: workers,
      seconds: start.duration(to: .now) / .seconds(1),
      waiting: waiting.first { $0.isBlocking }?.text())
    if Diagnostics.isTerminal {
      Diagnostics.write(ProgressDisplay.eraseLine + line.text(width: Diagnostics.width - 1))
      return
    }
    let change = changes.update(waiting)
    for reason in change.new {
      Diagnostics.line(reason.line)
    }
    if change.isOver { Diagnostics.line("no longer waiting") }
    if nextLine <= .now {
      nextLine = .now.advanced(by: Self.plainInterval)
      // The reason stands above.
      var plain = line
      plain.waiting = nil
      Diagnostics.line(plain.text)
    }
  }

  func end() {
    if Diagnostics.isTerminal { Diagnostics.write(ProgressDisplay.eraseLine) }
  }
}
