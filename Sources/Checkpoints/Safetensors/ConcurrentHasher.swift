import Crypto
import Foundation

/// A SHA-256 that a second thread computes while its owner reads or writes the bytes that come next.
///
/// On current processors SHA-256 takes longer than it takes to move the same bytes between memory and the
/// page cache, and both must be done for every byte of a model. Side by side, they take the time of the
/// longer one. Where the machine has no core to spare, they take the sum, as they would in one thread.
///
/// A piece of memory is lent to the hasher until ``wait()`` returns: whoever passes on memory that belongs
/// to somebody else waits before returning, also when throwing. Not Sendable; one thread owns it.
final class ConcurrentHasher {
  /// Bytes of a piece: enough to be worth waking a thread, few enough to stay in a core's cache.
  static let pieceBytes = 512 << 10
  /// Pieces that may be pending after ``awaitRoom()``.
  static let capacity = 8
  /// A thread takes longer to wake than a shorter piece takes to hash.
  private static let shortPieceBytes = 32 << 10

  private let board = Board()
  private var hasThread = false

  deinit { board.close() }

  /// Adds the bytes of `piece`, which must stay as they are until ``wait()`` returns.
  func update(_ piece: UnsafeRawBufferPointer) {
    if piece.count < Self.shortPieceBytes, board.isIdle { return board.hash(piece) }
    if !hasThread {
      // The thread holds the board, not the hasher, whose end is its end.
      let thread = Thread { [board] in board.work() }
      thread.name = "hash"
      thread.start()
      hasThread = true
    }
    board.post(piece)
  }

  /// Waits until no piece is pending.
  func wait() { board.wait(pending: 0) }

  /// Returns when fewer than ``capacity`` pieces are pending, which are the last that were added.
  func awaitRoom() {
    // Down to the half, so that the two threads do not wake each other for every piece.
    if board.pendingCount >= Self.capacity { board.wait(pending: Self.capacity / 2) }
  }

  /// The hash of all pieces since the last call.
  func takeHash() -> SHA256 {
    wait()
    return board.takeHash()
  }
}

/// What the owner of a hasher and its thread share.
///
/// `@unchecked`: `hasher` belongs to the thread while pieces are pending, and to the owner while none are;
/// everything else is used under the lock of `change`.
private final class Board: @unchecked Sendable {
  private let change = NSCondition()
  private var hasher = SHA256()
  private var pieces: [UnsafeRawBufferPointer] = []
  /// The first of `pieces` that is not hashed.
  private var first = 0
  private var isClosed = false
  /// How many pending pieces the owner waits for; nil while it does not.
  private var awaited: Int?

  var pendingCount: Int { change.withLock { pieces.count - first } }
  var isIdle: Bool { pendingCount == 0 }

  /// - Precondition: no piece is pending.
  func hash(_ piece: UnsafeRawBufferPointer) { hasher.update(bufferPointer: piece) }

  /// - Precondition: no piece is pending.
  func takeHash() -> SHA256 {
    defer { hasher = SHA256() }
    return hasher
  }

  func post(_ piece: UnsafeRawBufferPointer) {
    change.withLock {
      if first == pieces.count {
        pieces.removeAll(keepingCapacity: true)
        first = 0
      }
      pieces.append(piece)
      change.signal()
    }
  }

  func wait(pending: Int) {
    change.withLock {
      awaited = pending
      while pieces.count - first > pending { change.wait() }
      awaited = nil
    }
  }

  func close() {
    change.withLock {
      isClosed = true
      change.signal()
    }
  }

  /// Hashes pieces until the board is closed.
  func work() {
    while let piece = next() {
      hasher.update(bufferPointer: piece)
      change.withLock {
        first += 1
        if let awaited, pieces.count - first <= awaited { change.signal() }
      }
    }
  }

  private func next() -> UnsafeRawBufferPointer? {
    change.withLock {
      while first == pieces.count, !isClosed { change.wait() }
      return first < pieces.count ? pieces[first] : nil
    }
  }
}
