import Foundation
import Scheduling
import SweepModel
import Synchronization
import ZeroMQTransport

/// The bytes of a chunk on their way to a worker. When ZeroMQ lets go of it, its memory serves the next
/// chunk and `freed` is called, on whatever thread that happens.
final class ChunkBuffer: OutgoingBytes, @unchecked Sendable {
  private let pool: ChunkPool
  private let freed: @Sendable () -> Void

  init(from pool: ChunkPool, freed: @escaping @Sendable () -> Void) {
    self.pool = pool
    self.freed = freed
    super.init(bytes: pool.take(), count: 0)
  }

  deinit {
    pool.giveBack(bytes)
    freed()
  }
}

/// Memory for chunks, which is used again and again.
///
/// How many are in use at a time is limited by ``DataServer``.
final class ChunkPool: Sendable {
  /// Buffers that are kept though nobody uses them.
  private static let mostSpare = 32

  private struct Spare: @unchecked Sendable {
    // Safe: a buffer in the pool is nobody's.
    var buffers: [UnsafeMutableRawBufferPointer] = []
  }

  private let spare = Mutex(Spare())

  deinit { spare.withLock { for buffer in $0.buffers { buffer.deallocate() } } }

  fileprivate func take() -> UnsafeMutableRawBufferPointer {
    spare.withLock { $0.buffers.popLast() }
      ?? .allocate(byteCount: Limits.chunkBytes, alignment: 4_096)
  }

  fileprivate func giveBack(_ buffer: UnsafeMutableRawBufferPointer) {
    let isKept = spare.withLock { spare in
      guard spare.buffers.count < Self.mostSpare else { return false }
      spare.buffers.append(buffer)
      return true
    }
    if !isKept { buffer.deallocate() }
  }
}
