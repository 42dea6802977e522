import Datasets
import Foundation
import SweepModel
import Synchronization

/// The files of the sweeps that a coordinator serves, by their digests, and where they are.
///
/// Any thread may add to it and look up sizes; files are opened by the thread that reads them.
final class DataCatalog: Sendable {
  /// Where a file is.
  struct Place: Sendable {
    let file: DataFile
    /// Where its path begins, and whether it is confined there.
    let files: DataFiles
    /// What it is called there, where that is not its path.
    var name: String?
    /// Which file it was when its digest was taken; nil where that has yet to be done.
    var identity: FileIdentity?
  }

  private let places = Mutex<[FileDigest: Place]>([:])
  private let kept = Mutex<Set<FileDigest>>([])
  /// Files that clients have uploaded.
  let uploads: DataCache

  init(uploads: DataCache) { self.uploads = uploads }

  /// The files of sweeps that are not done, which stay wherever they were uploaded to.
  var pinned: Set<FileDigest> {
    kept.withLock { $0 }
  }

  /// Says which files these are from now on.
  func pin(_ files: Set<FileDigest>) { kept.withLock { $0 = files } }

  /// Adds files that were read from `files` when a sweep was prepared.
  func add(_ entries: [DataFileRecorder.Entry], from files: DataFiles) {
    places.withLock { places in
      for entry in entries {
        places[entry.file.digest] = Place(
          file: entry.file, files: files, identity: entry.identity)
      }
    }
  }

  /// Adds files of which the store knows the digests, from an earlier life of the coordinator. Where a file
  /// of that path is among `files`, its digest is taken before it is given to anybody.
  func add(_ known: [DataFile], from files: DataFiles) {
    places.withLock { places in
      for file in known where places[file.digest] == nil {
        places[file.digest] =
          uploads.holds(file) ? uploaded(file) : Place(file: file, files: files, identity: nil)
      }
    }
  }

  /// Adds files that clients have uploaded.
  func addUploaded(_ files: [DataFile]) {
    places.withLock { places in
      for file in files { places[file.digest] = uploaded(file) }
    }
  }

  /// Adds a checkpoint of a trial, which lies in `folder`.
  func add(_ checkpoint: KeptCheckpoint, in folder: String) {
    let file = DataFile(
      path: checkpoint.name, size: checkpoint.size, digest: checkpoint.file)
    places.withLock {
      $0[file.digest] = Place(
        file: file, files: DataFiles(directory: folder), name: checkpoint.name, identity: nil)
    }
  }

  /// Forgets a checkpoint.
  func remove(_ checkpoint: KeptCheckpoint) {
    places.withLock { $0[checkpoint.file] = nil }
  }

  private func uploaded(_ file: DataFile) -> Place {
    Place(
      file: file, files: DataFiles(directory: uploads.directory), name: file.digest.hex,
      identity: uploads.verifiedState(of: file))
  }

  /// Bytes of the file; nil where no sweep reads it.
  func size(of digest: FileDigest) -> Int? { places.withLock { $0[digest]?.file.size } }

  func place(of digest: FileDigest) -> Place? { places.withLock { $0[digest] } }

  func noteIdentity(_ identity: FileIdentity, of digest: FileDigest) {
    places.withLock { $0[digest]?.identity = identity }
  }
}
