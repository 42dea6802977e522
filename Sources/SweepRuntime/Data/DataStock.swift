import Datasets
import Foundation
import Logging
import Scheduling
import SweepModel
import SweepProtocol

/// The files of data that a worker has, and how it gets those that it has not.
///
/// A file is wanted by its digest. It is read from the worker's own directory of data, if it has one and the
/// file there is the same, or else from the cache, where it is fetched to from the coordinator when it is not
/// there. Whatever is handed out has been found to have its digest. Used by one thread, the one that
/// prepares variants.
final class DataStock: @unchecked Sendable {
  /// The worker's own files; nil where it was given no directory.
  private let own: OwnFiles?
  private let location: CacheLocation
  private let port: DataPort
  private let log: Logger
  private let clock = MonotonicClock()
  private var cache: DataCache?
  /// Asked while a file is on its way, at least once a second; false ends that.
  var mayWait: () -> Bool = { true }
  private var streams = UInt64.random(in: 0 ... .max)

  /// How often it is looked whether another process has fetched a file, or has died of it.
  private static let turnInterval = Duration.milliseconds(100)
  private static let reportInterval = Duration.seconds(10)

  init(own: OwnFiles?, location: CacheLocation, port: DataPort, log: Logger) {
    self.own = own
    self.location = location
    self.port = port
    self.log = log
  }

  /// The files that a variant's data are read from, by the paths that its specification calls them.
  func files(_ named: [DataFile]) -> DataFiles {
    DataFiles(
      from: VariantFiles(
        stock: self,
        files: Dictionary(named.map { ($0.path, $0) }) { first, _ in first }))
  }

  /// A file that the coordinator has, in the cache, with its digest; it stays there for as long as it is held.
  func fetched(_ file: DataFile) throws(RuntimeError) -> (held: CachedFile, path: String) {
    let cache = try openCache()
    for attempt in 0...Limits.fetchAttempts {
      if let opened = cache.open(file) {
        if cache.isVerified(opened) || FileBytes.digest(of: opened.descriptor) == file.digest {
          cache.noteVerified(opened)
          return (opened, cache.path(of: file))
        }
        cache.remove(file)
      }
      if attempt < Limits.fetchAttempts { try fetch(file, to: cache) }
    }
    throw RuntimeError(
      .environment,
      "the file \(file.digest) does not arrive as it was sent: tried \(Limits.fetchAttempts) times")
  }

  /// Removes a file from the cache that nobody will want again.
  func remove(_ file: DataFile) { cache?.remove(file) }

  fileprivate func bytes(of path: String, _ file: DataFile?) throws(DataFileFailure) -> [UInt8] {
    guard let file else {
      guard let bytes = ownBytes(of: path) else {
        throw DataFileFailure(
          "the coordinator does not say what this file holds, and this worker has none of that path "
            + "beneath its own `--data`")
      }
      return bytes
    }
    if let bytes = ownBytes(of: path, as: file) { return bytes }
    do throws(RuntimeError) {
      return try cachedBytes(of: file)
    } catch {
      throw DataFileFailure(error.message)
    }
  }

  /// The worker's own file, unless it is another than the coordinator's.
  private func ownBytes(of path: String, as file: DataFile? = nil) -> [UInt8]? {
    guard let descriptor = own?.open(path) else { return nil }
    defer { close(descriptor) }
    guard let size = FileIdentity(descriptor: descriptor)?.size else { return nil }
    guard let file else { return FileBytes.read(descriptor, size: size) }
    if size == file.size,
      let bytes = FileBytes.read(descriptor, size: size, expecting: file.digest)
    {
      return bytes
    }
    log.info(
      "the file beneath --data is another than the coordinator's, which is used instead",
      metadata: ["file": "\(ShownPath.text(path))"])
    return nil
  }

  private func cachedBytes(of file: DataFile) throws(RuntimeError) -> [UInt8] {
    let cache = try openCache()
    for _ in 0..<Limits.fetchAttempts {
      if let opened = cache.open(file) {
        if let bytes = read(opened, in: cache) { return bytes }
        log.warning(
          "a file in the cache does not hold what it should and is fetched again",
          metadata: ["file": "\(cache.path(of: file))"])
        cache.remove(file)
      }
      try fetch(file, to: cache)
    }
    if let opened = cache.open(file), let bytes = read(opened, in: cache) { return bytes }
    throw RuntimeError(
      .environment,
      "the file \(file.digest) does not arrive as it was sent, or \(cache.directory) does not keep it: "
        + "tried \(Limits.fetchAttempts) times")
  }

  private func read(_ opened: CachedFile, in cache: DataCache) -> [UInt8]? {
    // What this process has just received has been hashed on its way.
    let isVerified = cache.isVerified(opened)
    let bytes = FileBytes.read(
      opened.descriptor, size: opened.file.size,
      expecting: isVerified ? nil : opened.file.digest)
    if bytes != nil, !isVerified { cache.noteVerified(opened) }
    return bytes
  }

  private func openCache() throws(RuntimeError) -> DataCache {
    if let cache { return cache }
    let opened = try location.open()
    cache = opened
    return opened
  }

  // MARK: Fetching

  /// Gets a file into the cache, or waits until another process has. What is there in the end need not have
  /// its digest.
  private func fetch(_ file: DataFile, to cache: DataCache) throws(RuntimeError) {
    var hasWaited = false
    while !cache.holds(file) {
      if var partial = try cache.resume(file) {
        try receive(file, into: &partial)
        let isGood = try partial.finish()
        if !isGood {
          log.warning(
            "a file did not arrive as it was sent", metadata: ["sha256": "\(file.digest)"])
        }
        return
      }
      if !hasWaited {
        log.info(
          "another process fetches this file", metadata: ["sha256": "\(file.digest)"])
        hasWaited = true
      }
      try refuseToWaitOnceClosed()
      _ = port.wait(atMost: Self.turnInterval)
    }
  }

  private func receive(_ file: DataFile, into partial: inout PartialFile) throws(RuntimeError) {
    guard partial.position < file.size else { return }
    streams &+= 1 << 32
    let start = clock.now
    let first = partial.position
    var fetch = DataFetch(file, from: first, stream: streams, at: start)
    var nextReport = start.advanced(by: Self.reportInterval)
    log.info(
      "fetching a data file",
      metadata: [
        "sha256": "\(file.digest)", "bytes": "\(file.size)", "present": "\(first)",
      ])
    port.open(file.digest)
    defer { port.open(nil) }
    port.send(fetch.begin(at: clock.now))
    while !fetch.isComplete {
      try refuseToWaitOnceClosed()
      let limit = min(.seconds(1), clock.now.duration(to: fetch.nextDeadline))
      for delivery in port.wait(atMost: limit) {
        try take(delivery, &fetch, &partial)
      }
      if let request = fetch.passTime(at: clock.now) { port.send(request) }
      if nextReport <= clock.now {
        nextReport = clock.now.advanced(by: Self.reportInterval)
        log.info(
          "still fetching a data file",
          metadata: [
            "sha256": "\(file.digest)", "bytes": "\(file.size)", "present": "\(fetch.position)",
          ])
      }
    }
    let seconds = start.duration(to: clock.now).seconds
    log.info(
      "fetched a data file",
      metadata: [
        "sha256": "\(file.digest)", "bytes": "\(file.size - first)",
        "seconds": "\((seconds * 1_000).rounded() / 1_000)",
      ])
  }

  private func take(
    _ delivery: DataPort.Delivery, _ fetch: inout DataFetch, _ partial: inout PartialFile
  ) throws(RuntimeError) {
    switch delivery {
    case .closed: try refuseToWaitOnceClosed()
    case .registered: port.send(fetch.begin(at: clock.now))
    case .answer(.unavailable(_, _, let reason), _): throw RuntimeError(.environment, reason)
    case .answer(.chunk(let chunk), let bytes):
      guard let bytes else { return }
      switch fetch.receive(chunk, size: bytes.count, at: clock.now) {
      case .ignore: break
      case .askAgain(let request): port.send(request)
      case .append(let request):
        // Asked for first: what is to come travels while this is written.
        if let request { port.send(request) }
        var result = Result<Void, RuntimeError>.success(())
        bytes.withUnsafeBytes { bytes in
          do throws(RuntimeError) { try partial.append(bytes) } catch { result = .failure(error) }
        }
        try result.get()
      }
    }
  }

  private func refuseToWaitOnceClosed() throws(RuntimeError) {
    guard !port.isClosed, mayWait() else { throw RuntimeError(.environment, "this worker ends") }
  }
}

/// The files of one variant, from a worker's stock.
private struct VariantFiles: DataFileSource {
  let stock: DataStock
  let files: [String: DataFile]

  func bytes(of path: String) throws(DataFileFailure) -> [UInt8] {
    try stock.bytes(of: path, files[path])
  }
}
