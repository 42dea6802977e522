import Datasets
import Foundation
import Scheduling
import SweepModel
import SweepProtocol

/// Reads chunks of files on a thread of its own, as the coordinator's thread must not wait for a disk.
final class ChunkReader: Sendable {
  /// What became of a chunk.
  enum Report: Sendable {
    /// It is in the buffer.
    case read(PeerID, DataChunk, ChunkBuffer)
    /// It cannot be read.
    case failed(PeerID, DataChunk, reason: String)
    /// It is no longer held. Exactly one of these follows each order.
    case freed(PeerID)
  }

  private struct Order: Sendable {
    let peer: PeerID
    let chunk: DataChunk
    let length: Int
  }

  private let orders = WorkQueue<Order>()

  /// Starts the thread. `report` is called on it, and for what is freed on any thread.
  init(catalog: DataCatalog, report: @escaping @Sendable (Report) -> Void) {
    startThread(named: "chunks") { [orders] in
      let pool = ChunkPool()
      var files = OpenFiles(catalog: catalog)
      while let order = orders.takeFirst() {
        let peer = order.peer
        let buffer = ChunkBuffer(from: pool) { report(.freed(peer)) }
        do throws(DataFileFailure) {
          let descriptor = try files.descriptor(of: order.chunk.file)
          try Self.read(descriptor, order, into: buffer)
          report(.read(peer, order.chunk, buffer))
        } catch {
          report(.failed(peer, order.chunk, reason: error.reason))
        }
      }
    }
  }

  /// Reads a chunk, for `peer`.
  func read(_ chunk: DataChunk, length: Int, for peer: PeerID) {
    orders.add(Order(peer: peer, chunk: chunk, length: length))
  }

  func close() { orders.close() }

  private static func read(
    _ descriptor: Int32, _ order: Order, into buffer: ChunkBuffer
  ) throws(DataFileFailure) {
    while buffer.count < order.length {
      let rest = UnsafeMutableRawBufferPointer(
        rebasing: buffer.bytes[buffer.count..<order.length])
      let count = pread(
        descriptor, rest.baseAddress, rest.count, off_t(order.chunk.offset + buffer.count))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        throw DataFileFailure(
          count < 0 ? SystemCall.errorText : "it is shorter than when the sweep was registered")
      }
      buffer.count += count
    }
  }
}

/// The files that chunks are read from, some of them open.
private struct OpenFiles: ~Copyable {
  private let catalog: DataCatalog
  /// The one that was used last is the last.
  private var open: [(digest: FileDigest, descriptor: Int32)] = []

  private static let mostOpen = 16

  init(catalog: DataCatalog) { self.catalog = catalog }

  deinit { for (_, descriptor) in open { close(descriptor) } }

  /// An open file that is what it was when its digest was taken.
  mutating func descriptor(of digest: FileDigest) throws(DataFileFailure) -> Int32 {
    guard let place = catalog.place(of: digest) else {
      throw DataFileFailure("no sweep reads it any more")
    }
    // What is open may be another copy, from before the last sweep was added.
    for _ in 0..<2 {
      let descriptor = try opened(place)
      if let identity = FileIdentity(descriptor: descriptor),
        identity == catalog.place(of: digest)?.identity
      {
        return descriptor
      }
      forget(digest)
    }
    if let lost = Self.lostUpload(place) { throw lost }
    throw DataFileFailure(
      "the coordinator's file \(ShownPath.text(place.file.path)) changed since the sweep was registered: "
        + "put it back as it was, or submit a sweep of another name for the new data")
  }

  /// What can be done where the file was uploaded; nil where it was not.
  private static func lostUpload(_ place: DataCatalog.Place) -> DataFileFailure? {
    guard place.name != nil else { return nil }
    return DataFileFailure(
      "what the coordinator kept of \(ShownPath.text(place.file.path)), which a client had sent, is damaged or "
        + "gone: submit the same specification again, from where that file is")
  }

  private mutating func opened(_ place: DataCatalog.Place) throws(DataFileFailure) -> Int32 {
    let digest = place.file.digest
    if let position = open.firstIndex(where: { $0.digest == digest }) {
      let entry = open.remove(at: position)
      open.append(entry)
      return entry.descriptor
    }
    let descriptor: Int32
    do {
      descriptor = try place.files.open(place.name ?? place.file.path)
    } catch {
      if let lost = Self.lostUpload(place) { throw lost }
      throw DataFileFailure(
        "the coordinator cannot read its file \(ShownPath.text(place.file.path)) any more: "
          + error.reason)
    }
    if place.identity == nil {
      // Known from the store alone: what is there now must first be found to be it.
      let identity = FileIdentity(descriptor: descriptor)
      if identity?.size == place.file.size, FileBytes.digest(of: descriptor) == digest, let identity
      {
        catalog.noteIdentity(identity, of: digest)
      }
    }
    if open.count >= Self.mostOpen { close(open.removeFirst().descriptor) }
    open.append((digest, descriptor))
    return descriptor
  }

  private mutating func forget(_ digest: FileDigest) {
    guard let position = open.firstIndex(where: { $0.digest == digest }) else { return }
    close(open.remove(at: position).descriptor)
  }
}
