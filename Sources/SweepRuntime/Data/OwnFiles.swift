import Datasets
import Foundation

/// The files of data that a worker has of its own, in the directory that its user named.
public struct OwnFiles: Hashable, Sendable {
  /// The directory; empty for the process's own.
  public var directory: String
  /// Whether paths may lead anywhere: the coordinator is this user's own process.
  public var areUnconfined: Bool

  /// The files beneath `directory`, and any others where they are unconfined.
  public init(directory: String, areUnconfined: Bool = false) {
    self.directory = directory
    self.areUnconfined = areUnconfined
  }

  /// Opens a file for reading; nil where there is none, or its path does not lead beneath the directory.
  ///
  /// Links in the directory are followed: its owner made them. Paths come from a coordinator, which may be
  /// somebody else's.
  func open(_ path: String) -> Int32? {
    var path = path
    if !areUnconfined {
      let prefix = directory.hasSuffix("/") ? directory : directory + "/"
      if path.hasPrefix("/"), prefix.hasPrefix("/"), path.hasPrefix(prefix) {
        path.removeFirst(prefix.count)
      }
      guard !path.hasPrefix("/"), !path.split(separator: "/").contains("..") else { return nil }
    }
    return try? DataFiles(directory: directory).open(path)
  }
}

/// Where a worker's data come from.
public struct WorkerData: Hashable, Sendable {
  /// Its own files; nil where it has none.
  public var own: OwnFiles?
  /// Where it keeps what it fetches.
  public var cache: CacheLocation

  /// Files of its own, if any, and a cache.
  public init(own: OwnFiles? = nil, cache: CacheLocation) {
    self.own = own
    self.cache = cache
  }
}
