import Foundation
import Scheduling
import SweepModel
import SweepProtocol
import Synchronization

/// Keeps the files that clients upload, on a thread of its own: the coordinator's thread must not wait for
/// a disk.
final class UploadDesk: Sendable {
  /// What became of a part of a file.
  enum Report: Sendable {
    /// The coordinator has the file up to there; whether the part was news.
    case kept(PeerID, RequestID, position: Int, news: Bool)
    /// It cannot be kept.
    case refused(PeerID, RequestID, RuntimeError)
  }

  private struct Order: Sendable {
    let peer: PeerID
    let request: RequestID
    let upload: Upload
  }

  private let orders = WorkQueue<Order>()
  private let waiting = Mutex(0)

  /// Starts the thread, which writes to `cache` and removes no file of an open sweep from it. `report` is called
  /// on it.
  init(cache: DataCache, catalog: DataCatalog, report: @escaping @Sendable (Report) -> Void) {
    startThread(named: "uploads") { [self] in
      var files = OpenUploads(cache: cache, catalog: catalog)
      while let order = orders.takeFirst() {
        do throws(RuntimeError) {
          let (position, isNews) = try files.append(order.upload)
          report(.kept(order.peer, order.request, position: position, news: isNews))
        } catch {
          report(.refused(order.peer, order.request, error))
        }
        waiting.withLock { $0 -= 1 }
      }
    }
  }

  /// Keeps a part of a file. What is too much at a time is dropped: the client sends it again.
  func add(_ upload: Upload, _ request: RequestID, from peer: PeerID) {
    let hasRoom = waiting.withLock { waiting in
      guard waiting < Limits.waitingUploads else { return false }
      waiting += 1
      return true
    }
    if hasRoom { orders.add(Order(peer: peer, request: request, upload: upload)) }
  }

  func close() { orders.close() }
}

/// The files that are being uploaded.
private struct OpenUploads {
  private let cache: DataCache
  private let catalog: DataCatalog
  /// The one that was written last is the last.
  private var open: [ArrivingFile] = []

  /// Files that are open at a time; others are opened again, and read again for their digest.
  private static let mostOpen = 8

  init(cache: DataCache, catalog: DataCatalog) {
    self.cache = cache
    self.catalog = catalog
  }

  /// Appends a part where it is the next one. Returns up to where the file is there.
  mutating func append(_ upload: Upload) throws(RuntimeError) -> (position: Int, isNews: Bool) {
    let file = DataFile(path: "", size: upload.size, digest: upload.file)
    if cache.holds(file) { return (file.size, false) }
    guard let opened = try opened(file) else {
      throw RuntimeError(
        .environment, "another process writes the file \(file.digest) in \(cache.directory)")
    }
    guard opened.position == upload.offset else { return (opened.position, false) }
    do throws(RuntimeError) {
      try opened.append(upload.content)
    } catch {
      open.removeAll { $0 === opened }
      throw error
    }
    guard opened.position == file.size else { return (opened.position, true) }
    open.removeAll { $0 === opened }
    guard try opened.finish() else {
      throw RuntimeError(
        .input, "what arrived of the file is not what was announced: did it change? Submit again")
    }
    return (file.size, true)
  }

  private mutating func opened(_ file: DataFile) throws(RuntimeError) -> ArrivingFile? {
    if let position = open.firstIndex(where: { $0.file == file }) {
      let entry = open.remove(at: position)
      open.append(entry)
      return entry
    }
    guard let partial = try cache.resume(file, keeping: catalog.pinned) else { return nil }
    if open.count >= Self.mostOpen { open.removeFirst() }
    let entry = ArrivingFile(partial)
    open.append(entry)
    return entry
  }
}
