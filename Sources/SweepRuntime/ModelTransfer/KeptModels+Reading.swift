import Checkpoints
import Foundation
import SweepModel

extension ModelFile {
  /// Copies a kept model to where a user wants it, in whole or not at all; returns where that is.
  ///
  /// - Throws: ``RuntimeError`` where the file is damaged, is not the model of that result, or cannot be
  ///   written, or where something else stands in its place.
  func copy(
    of trial: TrialIdentity, _ result: TrialResult, to path: String
  ) throws(RuntimeError) -> String {
    try checkKept(of: trial, result)
    let target = ModelTraining.file(path, record)
    do throws(CheckpointError) {
      if FileManager.default.fileExists(atPath: target) {
        try ModelFile(path: target).check(isOf: record)
      }
    } catch {
      throw RuntimeError(
        error.isEnvironment ? .environment : .input,
        "\(error); nothing was changed: save to another file")
    }
    let partial = "\(target).\(getpid()).partial"
    defer { unlink(partial) }
    do {
      try FileManager.default.copyItem(atPath: self.path, toPath: partial)
    } catch {
      throw RuntimeError(.input, "\(target): cannot write it: \(error.localizedDescription)")
    }
    // What is kept is never written to; a copy is its owner's.
    chmod(partial, 0o644)
    let descriptor = open(partial, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    defer { if descriptor >= 0 { close(descriptor) } }
    guard descriptor >= 0, fsync(descriptor) == 0, rename(partial, target) == 0 else {
      throw RuntimeError(.environment, "\(target): cannot write it: \(SystemCall.errorText)")
    }
    return target
  }

  /// Verifies that the file is intact and that of a trial's result.
  func checkKept(of trial: TrialIdentity, _ result: TrialResult) throws(RuntimeError) {
    do throws(CheckpointError) { try verify() } catch {
      throw RuntimeError(
        .environment,
        "\(error); remove it, and the trial is trained again")
    }
    guard record.sweep == trial.sweep.name, record.variant == trial.variant,
      record.seed == trial.seed, record.index == trial.index,
      let own = record.result, own.agrees(with: result)
    else {
      throw RuntimeError(
        .environment,
        "\(self.path): it is not the model of the result on record; remove it, and the trial is trained again"
      )
    }
  }
}
