import ArgumentParser
import Foundation
import SweepModel
import SweepRuntime
import Synchronization

/// Which trial to train, and what to keep of it.
struct TrialOption: ParsableArguments {
  @Argument(
    help: ArgumentHelp("The trial's seed: 16 hexadecimal digits.", valueName: "seed"),
    transform: TrialSeed.init(parsing:))
  var seed: TrialSeed

  @Option(help: ArgumentHelp("The variant, if the sweep has several.", valueName: "name"))
  var variant: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Seconds between two checkpoints.", valueName: "seconds"))
  var checkpointEvery = 60.0

  func validate() throws {
    guard checkpointEvery > 0, checkpointEvery.isFinite, checkpointEvery <= 1e9 else {
      throw ValidationError(
        "--checkpoint-every \(checkpointEvery): give a number of seconds above 0")
    }
  }

  func options(save: String?, start: String? = nil) -> ModelTraining.Options {
    ModelTraining.Options(
      seed: seed, variant: variant, savePath: save, startPath: start,
      checkpointSeconds: checkpointEvery)
  }
}

/// A request to stop that a signal makes and a training looks at.
final class StopRequest: Sendable {
  private let isMade = Mutex(false)

  var mayContinue: Bool { isMade.withLock { !$0 } }

  func make() { isMade.withLock { $0 = true } }
}

extension ModelTraining {
  /// Prints what became of the trial, and ends the process with the status for it.
  func conclude(_ format: TextFormat, signal: Int32?) throws {
    guard result != nil else {
      let place = record.position.epoch
      let again = path.map { "; its checkpoint is \($0): run the command again to resume" } ?? ""
      throw CommandFailure(
        signal: signal ?? SIGTERM, "stopped" + (place > 0 ? " after epoch \(place)" : "") + again)
    }
    switch format {
    case .text: try Output.write(record.summary(path: path))
    case .json: try Output.line(record.document(path: path).indentedText)
    }
    try Output.finish()
  }
}
