import Scheduling
import SweepModel
import SweepProtocol
import Testing

@testable import SweepRuntime

@Suite struct DataServerTests {
  private let file = FileDigest(hashing: "a".utf8)
  private let size = 1_000 * Limits.chunkBytes
  private let now = Instant(.zero)

  private func request(
    _ chunks: Int, from offset: Int = 0, stream: UInt64 = 1
  ) -> DataRequest {
    DataRequest(file: file, stream: stream, offset: offset, chunks: chunks)
  }

  private func peer(_ number: Int) -> PeerID {
    PeerID([UInt8(truncatingIfNeeded: number), UInt8(truncatingIfNeeded: number >> 8)])
  }

  private func readers(_ actions: [DataServer.Action]) -> [PeerID] {
    actions.compactMap { action in
      if case .read(let peer, _, _) = action { peer } else { nil }
    }
  }

  @Test func aWorkerHoldsNoMoreThanItsWindow() {
    var server = DataServer()
    var read = 0
    for position in 0..<4 {
      read +=
        readers(
          server.receive(
            request(8, from: position * 8 * Limits.chunkBytes), from: peer(1), size: size, at: now)
        ).count
    }
    #expect(read == Limits.chunkWindow && server.held == Limits.chunkWindow)
    // Each that is freed makes room for one, as long as something is wanted.
    var more = 0
    for _ in 0..<Limits.chunkWindow {
      more += readers(server.noteFreed(by: peer(1), at: now)).count
    }
    #expect(more == Limits.chunkWindow)
  }

  @Test func allTogetherHoldNoMoreThanTheMemoryAndTakeTurns() {
    var server = DataServer()
    var read: [PeerID: Int] = [:]
    let peers = (0..<500).map(peer)
    for peer in peers {
      for reader in readers(server.receive(request(8), from: peer, size: size, at: now)) {
        read[reader, default: 0] += 1
      }
    }
    #expect(server.held == Limits.chunksInMemory)
    var rounds = 0
    while server.held > 0 {
      rounds += 1
      for (peer, _) in read where server.held > 0 {
        for reader in readers(server.noteFreed(by: peer, at: now)) {
          read[reader, default: 0] += 1
        }
        #expect(server.held <= Limits.chunksInMemory)
      }
    }
    #expect(read.count == 500 && read.values.allSatisfy { $0 == 8 })
    #expect(server.peerCount == 0)
  }

  @Test func workersTakeTurnsChunkByChunk() {
    var server = DataServer()
    let others = (10..<10 + Limits.chunksInMemory / Limits.chunkWindow).map(peer)
    for other in others {
      _ = server.receive(request(8), from: other, size: size, at: now)
      _ = server.receive(
        request(8, from: 8 * Limits.chunkBytes), from: other, size: size, at: now)
    }
    #expect(server.held == Limits.chunksInMemory)
    #expect(readers(server.receive(request(8), from: peer(1), size: size, at: now)).isEmpty)
    #expect(readers(server.receive(request(8), from: peer(2), size: size, at: now)).isEmpty)
    // A late comer waits for one round, not for all that the others want.
    var next: [PeerID] = []
    for _ in 0..<4 { next += readers(server.noteFreed(by: others[0], at: now)) }
    #expect(next == [peer(1), peer(2), others[0], peer(1)])
  }

  @Test func aNewStreamReplacesWhatTheOldOneWanted() {
    var server = DataServer()
    _ = server.receive(request(8), from: peer(1), size: size, at: now)
    _ = server.receive(
      request(8, from: 8 * Limits.chunkBytes), from: peer(1), size: size, at: now)
    _ = server.receive(
      request(2, from: Limits.chunkBytes, stream: 2), from: peer(1), size: size, at: now)
    guard case .read(_, let chunk, _)? = server.noteFreed(by: peer(1), at: now).first else {
      Issue.record("nothing is read")
      return
    }
    #expect(chunk == DataChunk(file: file, stream: 2, offset: Limits.chunkBytes))
  }

  @Test func whatNobodyServesAndWhatIsBeyondTheEndIsRefused() {
    var server = DataServer()
    for (size, offset) in [(nil, 0), (10, 10), (0, 0)] as [(Int?, Int)] {
      let actions = server.receive(request(1, from: offset), from: peer(1), size: size, at: now)
      guard actions.count == 1, case .refuse(let asker, let named, stream: 1, _) = actions[0] else {
        Issue.record("\(actions)")
        return
      }
      #expect(asker == peer(1) && named == file)
    }
    #expect(server.peerCount == 0)
  }

  @Test func theLastChunkIsAsLongAsTheFile() {
    var server = DataServer()
    let actions = server.receive(
      request(8), from: peer(1), size: Limits.chunkBytes + 5, at: now)
    #expect(
      actions.map { action in
        if case .read(_, _, let length) = action { length } else { 0 }
      } == [Limits.chunkBytes, 5])
  }

  @Test func whoDoesNotReadIsDisconnectedAndTheOthersGetItsShare() {
    var server = DataServer()
    _ = server.receive(request(8), from: peer(1), size: size, at: now)
    _ = server.receive(request(1), from: peer(2), size: size, at: now)
    _ = server.noteFreed(by: peer(2), at: now)
    let later = now.advanced(by: DataServer.patience + .seconds(1))
    #expect(server.passTime(at: later) == [.disconnect(peer(1))])
    #expect(server.passTime(at: later.advanced(by: .seconds(100))).isEmpty)
    // Its connection is gone, and with it what it held.
    for _ in 0..<Limits.chunkWindow { _ = server.noteFreed(by: peer(1), at: later) }
    #expect(server.held == 0 && server.peerCount == 0)
  }

  @Test func whatIsForgottenIsNotReadAndFreedChunksOfStrangersCountForNothing() {
    var server = DataServer()
    _ = server.receive(request(8), from: peer(1), size: size, at: now)
    _ = server.receive(
      request(8, from: 8 * Limits.chunkBytes), from: peer(1), size: size, at: now)
    server.forget(peer(1))
    #expect(server.noteFreed(by: peer(1), at: now).isEmpty)
    #expect(server.noteFreed(by: peer(9), at: now).isEmpty)
    #expect(server.held == Limits.chunkWindow - 1)
  }
}
