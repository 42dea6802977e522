import Foundation
import SweepReport
import SweepRuntime

/// Shows on standard error how far a sweep is: a bar where a person watches, else a plain line every
/// ten seconds.
final class ProgressDisplay {
  static let eraseLine = "\r\u{1B}[2K"

  let meter: ProgressMeter

  init() {
    let isTerminal = Diagnostics.isTerminal
    meter = ProgressMeter(every: isTerminal ? .milliseconds(100) : .seconds(10)) {
      progress, isLast in
      let line = ProgressLine(
        done: progress.recorded, total: progress.total, before: progress.recordedBefore,
        diverged: progress.diverged, failed: progress.failed, workers: progress.workers,
        seconds: progress.elapsed / .seconds(1))
      if isTerminal {
        // The bar goes when it has served: what stays on the screen is the result.
        Diagnostics.write(
          isLast ? Self.eraseLine : Self.eraseLine + line.text(width: Diagnostics.width - 1))
      } else if !isLast {
        Diagnostics.line(line.text)
      }
    }
  }
}
