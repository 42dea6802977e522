import Foundation

/// Where a worker keeps the files of data that it fetched, and how much of them.
public struct CacheLocation: Hashable, Sendable {
  /// The environment's variable that says it where no option does.
  public static let variable = "SEEDSWEEP_CACHE"

  /// The directory that the user chose; nil for the usual one.
  public var directory: String?
  /// Bytes that all files there have together.
  public var limit: Int

  /// A place for a cache of at most `limit` bytes.
  public init(directory: String? = nil, limit: Int) {
    self.directory = directory
    self.limit = limit
  }

  /// Opens the cache: in the directory that the user chose, or else in the first of those of
  /// `XDG_CACHE_HOME`, of the home directory and of the temporary directory that can be written.
  ///
  /// The last of them survives the process, so that a worker that starts again in a container without a home
  /// finds its files as long as the container's temporary directory does.
  ///
  /// - Throws: ``RuntimeError`` where none can be.
  func open(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(RuntimeError) -> DataCache {
    if let directory { return DataCache(directory: directory, limit: limit) }
    for candidate in Self.usual(environment) {
      let cache = DataCache(directory: candidate, limit: limit)
      guard (try? cache.makeDirectory()) != nil, access(candidate, W_OK | X_OK) == 0,
        Self.isOwn(candidate)
      else { continue }
      return cache
    }
    throw RuntimeError(
      .environment,
      "no directory that can be written for data files: mount one and name it with `--cache DIRECTORY`"
    )
  }

  /// Whether it is a directory of this user's: anybody may make one in a temporary directory.
  private static func isOwn(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
      && status.st_uid == geteuid()
  }

  private static func usual(_ environment: [String: String]) -> [String] {
    func path(_ name: String) -> String? {
      environment[name].flatMap { $0.hasPrefix("/") ? $0 : nil }
    }
    let temporary = path("TMPDIR") ?? "/tmp"
    return [
      path("XDG_CACHE_HOME").map { $0 + "/seedsweep" },
      path("HOME").map { $0 + "/.cache/seedsweep" },
      // Of this user alone: the directory above it is everybody's.
      "\(temporary)/seedsweep-cache-\(geteuid())",
    ].compactMap(\.self)
  }
}
