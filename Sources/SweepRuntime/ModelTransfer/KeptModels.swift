import Checkpoints
import Foundation
import Scheduling
import SweepModel

/// The models that a coordinator keeps, in a directory beside its store.
///
/// `STORE-models/SWEEP/VARIANT/SEED.safetensors` is the model of a trial. Where workers handed over models with
/// different weights, the others are `SEED-2.safetensors` and so on, until it is known which result is right: a
/// model is only ever used where its weights are those on record. A file gets its name when all of it is on
/// the disk.
struct KeptModels: Sendable {
  /// What follows the store's path in the directory's name.
  static let suffix = "-models"

  let directory: String
  /// The store beside which they are.
  let storePath: String

  /// The models beside the store at `storePath`.
  init(storePath: String) {
    self.storePath = storePath
    directory = storePath + Self.suffix
  }

  /// Where files are that have not arrived completely. No sweep's name begins with a dot.
  var incoming: String { directory + "/.incoming" }

  /// Where the models of a trial may be.
  func paths(of trial: TrialIdentity) -> [String] {
    let folder = folder(sweep: trial.sweep.name, variant: trial.variant.name)
    return (1...Limits.modelsOfTrial).map { Self.path(folder, trial.seed, $0) }
  }

  /// Publishes a verified file that lies in ``incoming``: it is there, and on the disk, when this returns.
  ///
  /// - Throws: ``RuntimeError`` where it cannot be, or the trial has too many models.
  func publish(
    _ path: String, of subject: ModelSubject, weights: WeightsDigest
  ) throws(RuntimeError) {
    let folder = folder(sweep: subject.sweep, variant: subject.variant)
    try makeDirectory(folder)
    for number in 1...Limits.modelsOfTrial {
      let target = Self.path(folder, subject.seed, number)
      if access(target, F_OK) == 0 {
        guard let other = try? ModelFile(path: target), other.weightsDigest != weights else {
          // The same model, which is kept as it is; or one that is damaged, whose place this one takes.
          if let other = try? ModelFile(path: target), (try? other.verify()) != nil {
            unlink(path)
            return
          }
          return try move(path, to: target, in: folder)
        }
        continue
      }
      return try move(path, to: target, in: folder)
    }
    unlink(path)
    throw RuntimeError(
      .environment,
      "\(Limits.modelsOfTrial) models with different weights are kept of seed \(subject.seed) already"
    )
  }

  /// Keeps, of several models of a trial, the one whose weights are on record.
  func settle(_ subject: ModelSubject, weights: WeightsDigest?) {
    let folder = folder(sweep: subject.sweep, variant: subject.variant)
    guard access(Self.path(folder, subject.seed, 2), F_OK) == 0 else { return }
    let first = Self.path(folder, subject.seed, 1)
    for number in (1...Limits.modelsOfTrial).reversed() {
      let path = Self.path(folder, subject.seed, number)
      guard access(path, F_OK) == 0, let file = try? ModelFile(path: path) else { continue }
      if file.weightsDigest != weights {
        unlink(path)
      } else if number > 1 {
        rename(path, first)
      }
    }
  }

  func folder(sweep: String, variant: String) -> String {
    "\(directory)/\(sweep)/\(variant)"
  }

  private static func path(_ folder: String, _ seed: TrialSeed, _ number: Int) -> String {
    "\(folder)/\(seed.hex)\(number == 1 ? "" : "-\(number)").safetensors"
  }

  func move(_ path: String, to target: String, in folder: String) throws(RuntimeError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { throw failure() }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0, rename(path, target) == 0, Self.synchronize(folder) else {
      throw failure()
    }
  }

  func makeDirectory(_ path: String) throws(RuntimeError) {
    guard access(path, F_OK) != 0 else { return }
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw failure()
    }
    // The names of the folders are on the disk with those above them.
    var above = path
    while above.count > directory.count, let slash = above.lastIndex(of: "/") {
      above = String(above[..<slash])
      guard Self.synchronize(above) else { throw failure() }
    }
    let parent = directory.lastIndex(of: "/").map { String(directory[..<$0]) } ?? "."
    guard Self.synchronize(parent.isEmpty ? "/" : parent) else { throw failure() }
  }

  private static func synchronize(_ folder: String) -> Bool {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return fsync(descriptor) == 0
  }

  private func failure() -> RuntimeError {
    RuntimeError(.environment, "cannot write to \(directory): \(SystemCall.errorText)")
  }
}
