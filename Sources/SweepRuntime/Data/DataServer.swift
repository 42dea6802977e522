import DequeModule
import Scheduling
import SweepModel
import SweepProtocol

/// What workers want of the coordinator's files, as a pure state machine: who gets the next chunk.
///
/// A chunk is *held* from when it is read until ZeroMQ has handed its bytes to the system. No worker has more
/// than ``Limits/chunkWindow`` of them, and all workers together no more than ``Limits/chunksInMemory``: that
/// bounds the coordinator's memory however many workers fetch, and however slow they are. Workers take
/// turns chunk by chunk.
struct DataServer {
  /// What is to be done.
  enum Action: Hashable {
    /// Read so many bytes, then send them.
    case read(PeerID, DataChunk, length: Int)
    /// Say that the file cannot be had.
    case refuse(PeerID, FileDigest, stream: UInt64, reason: String)
    /// End the connection of a worker that holds chunks and does not read.
    case disconnect(PeerID)
  }

  private struct Wish {
    let file: FileDigest
    let stream: UInt64
    var next: Int
    var end: Int
  }

  private struct Peer {
    var wish: Wish?
    var held = 0
    var isQueued = false
    var isDisconnected = false
    /// When the last chunk was freed, or the first one read.
    var lastFreed: Instant
  }

  private var peers: [PeerID: Peer] = [:]
  /// Peers that want something, in the order of their turns.
  private var turns: Deque<PeerID> = []
  /// Chunks that are held, of all peers.
  private(set) var held = 0

  /// A worker that frees no chunk for so long, while it holds some, does not read.
  static let patience = Duration.seconds(60)

  /// Workers that want chunks or hold some.
  var peerCount: Int { peers.count }

  /// Takes in a request for a file of `size` bytes; nil where the coordinator gives no such file.
  mutating func receive(
    _ request: DataRequest, from peer: PeerID, size: Int?, at now: Instant
  ) -> [Action] {
    func refuse(_ reason: String) -> [Action] {
      [.refuse(peer, request.file, stream: request.stream, reason: reason)]
    }
    guard let size else {
      return refuse("the coordinator serves no sweep that reads the file \(request.file)")
    }
    guard request.offset < size else {
      return refuse("the coordinator's file has \(size) bytes, fewer than the worker asked for")
    }
    guard peers[peer] != nil || peers.count < Limits.fetchingWorkers else {
      // It asks again.
      return []
    }
    var state = peers[peer] ?? Peer(lastFreed: now)
    let end = min(size, request.offset + request.chunks * Limits.chunkBytes)
    if var wish = state.wish, wish.file == request.file, wish.stream == request.stream,
      request.offset <= wish.end
    {
      wish.end = max(wish.end, end)
      state.wish = wish
    } else {
      state.wish = Wish(file: request.file, stream: request.stream, next: request.offset, end: end)
    }
    if let wish = state.wish {
      state.wish?.end = min(wish.end, wish.next + Limits.chunkWindow * Limits.chunkBytes)
    }
    peers[peer] = state
    queue(peer)
    return serve(at: now)
  }

  /// A chunk is no longer held: its bytes are on their way, or it was not sent.
  mutating func noteFreed(by peer: PeerID, at now: Instant) -> [Action] {
    guard var state = peers[peer], state.held > 0 else { return [] }
    state.held -= 1
    held -= 1
    state.lastFreed = now
    peers[peer] = state.held == 0 && state.wish == nil ? nil : state
    queue(peer)
    return serve(at: now)
  }

  /// The peer is gone, or its file cannot be read: what it wants is forgotten. What it holds is freed in time.
  mutating func forget(_ peer: PeerID) {
    peers[peer]?.wish = nil
    if peers[peer]?.held == 0 { peers[peer] = nil }
  }

  /// Ends the connections of those that do not read.
  mutating func passTime(at now: Instant) -> [Action] {
    guard held > 0 else { return [] }
    let stuck = peers.filter { _, state in
      state.held > 0 && !state.isDisconnected && state.lastFreed.advanced(by: Self.patience) < now
    }.keys.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    for peer in stuck {
      peers[peer]?.isDisconnected = true
      peers[peer]?.wish = nil
    }
    return stuck.map { .disconnect($0) }
  }

  private mutating func queue(_ peer: PeerID) {
    guard let state = peers[peer], state.wish != nil, !state.isQueued, !state.isDisconnected,
      state.held < Limits.chunkWindow
    else { return }
    peers[peer]?.isQueued = true
    turns.append(peer)
  }

  private mutating func serve(at now: Instant) -> [Action] {
    var actions: [Action] = []
    while held < Limits.chunksInMemory, let peer = turns.popFirst() {
      peers[peer]?.isQueued = false
      guard var state = peers[peer], var wish = state.wish, !state.isDisconnected else { continue }
      let length = min(Limits.chunkBytes, wish.end - wish.next)
      let chunk = DataChunk(file: wish.file, stream: wish.stream, offset: wish.next)
      actions.append(.read(peer, chunk, length: length))
      wish.next += length
      state.wish = wish.next < wish.end ? wish : nil
      if state.held == 0 { state.lastFreed = now }
      state.held += 1
      held += 1
      peers[peer] = state
      queue(peer)
    }
    return actions
  }
}
