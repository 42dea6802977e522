import Datasets
import Foundation
import SweepModel

/// The files of a submission, which its client has uploaded.
///
/// Nothing that they hold is told, not even to that client: it may have named a file by a digest alone that
/// another client has uploaded.
struct UploadedFiles: DataFileSource {
  private let cache: DataCache
  private let files: [String: DataFile]

  init(_ files: [DataFile], in cache: DataCache) {
    self.cache = cache
    self.files = Dictionary(files.map { ($0.path, $0) }) { first, _ in first }
  }

  func bytes(of path: String) throws(DataFileFailure) -> [UInt8] {
    guard let file = files[path] else { throw DataFileFailure("the client has sent no such file") }
    guard let opened = cache.open(file),
      let bytes = FileBytes.read(
        opened.descriptor, size: file.size,
        expecting: cache.isVerified(opened) ? nil : file.digest)
    else {
      cache.remove(file)
      throw DataFileFailure(
        "what the coordinator keeps of it is damaged and was removed: submit again")
    }
    cache.noteVerified(opened)
    return bytes
  }
}
