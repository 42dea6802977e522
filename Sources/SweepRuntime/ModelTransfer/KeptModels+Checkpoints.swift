import Foundation
import Scheduling
import SweepModel

/// A checkpoint that a coordinator keeps: `SEED-SHA256.checkpoint`, beside the models of its variant.
struct KeptCheckpoint: Hashable, Sendable {
  static let suffix = ".checkpoint"

  let seed: TrialSeed
  let file: FileDigest
  let size: Int

  /// What it is called in its folder. The digest is in the name, so that a coordinator that starts knows what
  /// it has without reading it; whoever goes on from it verifies it.
  var name: String { "\(seed.hex)-\(file.hex)\(Self.suffix)" }

  init(seed: TrialSeed, file: FileDigest, size: Int) {
    self.seed = seed
    self.file = file
    self.size = size
  }

  /// Reads a name; nil for that of anything else.
  init?(name: String, size: Int) {
    guard name.hasSuffix(Self.suffix) else { return nil }
    let parts = name.dropLast(Self.suffix.count).split(separator: "-")
    guard parts.count == 2, let seed = TrialSeed(hex: String(parts[0])),
      let file = FileDigest(hex: String(parts[1]))
    else { return nil }
    self.init(seed: seed, file: file, size: size)
  }
}

extension KeptModels {
  /// The checkpoints of a variant's trials, the newest of each; older ones are removed.
  func checkpoints(sweep: String, variant: String) -> [KeptCheckpoint] {
    let folder = folder(sweep: sweep, variant: variant)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    var newest: [TrialSeed: (checkpoint: KeptCheckpoint, time: Double)] = [:]
    for name in names where name.hasSuffix(KeptCheckpoint.suffix) {
      let path = "\(folder)/\(name)"
      var status = stat()
      guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
        let checkpoint = KeptCheckpoint(name: name, size: Int(status.st_size))
      else { continue }
      #if os(Linux)
        let modified = status.st_mtim
      #else
        let modified = status.st_mtimespec
      #endif
      let time = Double(modified.tv_sec) + Double(modified.tv_nsec) / 1e9
      if let other = newest[checkpoint.seed] {
        // A coordinator was killed between the new one and the end of the old one.
        let isNewer = time >= other.time
        unlink("\(folder)/\(isNewer ? other.checkpoint.name : name)")
        if !isNewer { continue }
      }
      newest[checkpoint.seed] = (checkpoint, time)
    }
    return newest.values.map(\.checkpoint).sorted { $0.seed.rawValue < $1.seed.rawValue }
  }

  /// Publishes a verified file that lies in ``incoming`` as the checkpoint of its trial, in place of another.
  func publish(
    _ path: String, _ file: DataFile, asCheckpointOf subject: ModelSubject,
    inPlaceOf other: KeptCheckpoint?
  ) throws(RuntimeError) -> KeptCheckpoint {
    let folder = folder(sweep: subject.sweep, variant: subject.variant)
    try makeDirectory(folder)
    let checkpoint = KeptCheckpoint(seed: subject.seed, file: file.digest, size: file.size)
    try move(path, to: "\(folder)/\(checkpoint.name)", in: folder)
    if let other, other != checkpoint { unlink("\(folder)/\(other.name)") }
    return checkpoint
  }

  /// Removes a checkpoint: its trial has a result.
  func remove(_ checkpoint: KeptCheckpoint, of subject: ModelSubject) {
    unlink("\(folder(sweep: subject.sweep, variant: subject.variant))/\(checkpoint.name)")
  }
}
