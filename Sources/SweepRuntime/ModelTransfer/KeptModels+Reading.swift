import Checkpoints
import Foundation
import SweepModel

extension KeptModels {
  /// The model of a trial's result, intact as it was kept; nil where none is.
  ///
  /// - Parameter dataDirectory: The base directory of the sweep's data, for the command that a message names.
  /// - Throws: ``RuntimeError`` where a file stands in its place that is damaged, or the model of something
  ///   else, and none is the right one.
  func model(
    of trial: TrialIdentity, _ result: TrialResult, dataDirectory: String = ""
  ) throws(RuntimeError) -> ModelFile? {
    var problem: RuntimeError?
    for path in paths(of: trial) where access(path, F_OK) == 0 {
      do throws(Problem) {
        if let file = try Self.file(path, of: trial, result) { return file }
      } catch {
        // Another of them may be the right one.
        let command = remakingCommand(trial, path, dataDirectory)
        problem = problem ?? error.runtimeError(path, remadeBy: command)
      }
    }
    if let problem { throw problem }
    return nil
  }

  /// The file at `path`; nil where it is the model of another result of the trial: it is kept until it is known
  /// which is right.
  private static func file(
    _ path: String, of trial: TrialIdentity, _ result: TrialResult
  ) throws(Problem) -> ModelFile? {
    let file: ModelFile
    do throws(CheckpointError) { file = try ModelFile(path: path) } catch {
      throw Problem(error, path)
    }
    if let difference = file.record.difference(from: trial) { throw .foreign(difference) }
    let agrees = file.record.result?.agrees(with: result) ?? false
    let hasWeights = file.weightsDigest == result.measurements?.weightsDigest
    guard agrees || hasWeights else { return nil }
    do throws(CheckpointError) { try file.verify() } catch { throw Problem(error, path) }
    guard agrees, hasWeights else {
      throw .foreign("of another result than the one on record")
    }
    return file
  }

  /// The command that trains a trial again, to the bits on record, and keeps its model at `path`.
  private func remakingCommand(
    _ trial: TrialIdentity, _ path: String, _ dataDirectory: String
  ) -> String {
    var words = [
      "seedsweep", "fetch-model", trial.seed.hex, "--store", storePath, "--sweep",
      trial.sweep.name, "--variant", trial.variant.name,
    ]
    if !dataDirectory.isEmpty { words += ["--data", dataDirectory] }
    return (words + ["--save", path]).map(\.shellWord).joined(separator: " ")
  }

  /// Why a file in the place of a kept model is not used.
  private enum Problem: Error {
    case damaged
    /// The model of what, and not of what.
    case foreign(String)
    /// The system does not let it be read.
    case unreadable(CheckpointError)

    init(_ error: CheckpointError, _ path: String) {
      let isUnreadable = error.isEnvironment || access(path, R_OK) != 0
      self = isUnreadable ? .unreadable(error) : .damaged
    }

    func runtimeError(_ path: String, remadeBy command: String) -> RuntimeError {
      switch self {
      case .damaged:
        RuntimeError(
          .environment,
          "\(path): the model that was kept is damaged: delete it, then make it again with `\(command)`"
        )
      case .foreign(let description):
        RuntimeError(
          .input,
          "\(path): this is the model \(description): move it away, then make the right one with "
            + "`\(command)`")
      case .unreadable(let error): RuntimeError(.environment, "\(error)")
      }
    }
  }
}

extension ModelRecord {
  /// What it is the record of, in words, where that is not `trial`.
  fileprivate func difference(from trial: TrialIdentity) -> String? {
    guard
      sweep != trial.sweep.name || variant != trial.variant || seed != trial.seed
        || index != trial.index
    else { return nil }
    let isNamesake = sweep == trial.sweep.name && variant.name == trial.variant.name
    func text(_ seed: TrialSeed, _ sweep: String, _ variant: NamedVariant) -> String {
      // Another specification may have had these names.
      let digest =
        isNamesake && self.variant != trial.variant ? " (\(variant.variant.digest))" : ""
      return "of seed \(seed) of \(sweep), variant \(variant.name)\(digest)"
    }
    return text(seed, sweep, variant) + ", not "
      + text(trial.seed, trial.sweep.name, trial.variant)
  }
}

extension ModelFile {
  /// Copies a model to where a user wants it, in whole or not at all; returns where that is.
  ///
  /// - Throws: ``RuntimeError`` where it cannot be written, or something else stands in its place.
  func copy(to path: String) throws(RuntimeError) -> String {
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
    try WritablePlace.check(target)
    let partial = "\(target).\(getpid()).partial"
    defer { unlink(partial) }
    do {
      try FileManager.default.copyItem(atPath: self.path, toPath: partial)
    } catch {
      throw WritablePlace.failure(target, WritablePlace.code(of: error))
    }
    // What is kept is never written to; a copy is its owner's.
    chmod(partial, 0o644)
    let descriptor = open(partial, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    defer { if descriptor >= 0 { close(descriptor) } }
    guard descriptor >= 0, fsync(descriptor) == 0, rename(partial, target) == 0 else {
      throw WritablePlace.failure(target, errno)
    }
    return target
  }
}

extension String {
  /// The text as one word of a shell's command line.
  fileprivate var shellWord: String {
    let isPlain = allSatisfy {
      $0.isASCII && ($0.isLetter || $0.isNumber || "-_./:+@%".contains($0))
    }
    return isPlain && !isEmpty ? self : "'\(replacingOccurrences(of: "'", with: "'\\''"))'"
  }
}
