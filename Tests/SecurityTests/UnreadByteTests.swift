import Foundation
import SweepModel
import Testing
import ZeroMQTransport

@testable import SweepRuntime

#if os(Linux)
  /// Connections of which more comes than should be waiting.
  struct UnreadByteTests {
    /// Sends so many bytes from one end of a connection to the other.
    private func pass(_ count: Int, by pair: LoopbackListener.Pair) throws {
      var buffer = [UInt8](repeating: 7, count: 1 << 16)
      var left = count
      while left > 0 {
        let sent = send(pair.other, buffer, min(left, buffer.count), 0)
        try #require(sent > 0)
        var read = 0
        while read < sent {
          let more = recv(pair.own, &buffer, sent - read, 0)
          try #require(more > 0)
          read += more
        }
        left -= sent
      }
    }

    private func isOpen(_ pair: LoopbackListener.Pair) -> Bool {
      var byte: UInt8 = 0
      return recv(pair.other, &byte, 1, Int32(MSG_DONTWAIT)) < 0
    }

    @Test func strangersSendAHelloAndNotMuchMore() throws {
      let listener = try LoopbackListener()
      let table = ConnectionTable(most: 10)
      let (small, large) = (try listener.connect(), try listener.connect())
      for pair in [small, large] { table.note(.accepted(descriptor: pair.own)) }
      try pass(Int(ConnectionTable.unknownBytes) / 2, by: small)
      try pass(Int(ConnectionTable.unknownBytes) + 1, by: large)
      table.tick()
      #expect(isOpen(small))
      #expect(!isOpen(large))
      #expect(table.refusals.refused == 1)
    }

    @Test func whatIsReadIsNotCounted() throws {
      let listener = try LoopbackListener()
      let table = ConnectionTable(most: 10)
      let (read, unread) = (try listener.connect(), try listener.connect())
      for pair in [read, unread] {
        table.note(.accepted(descriptor: pair.own))
        table.noteMessage(of: 100, by: pair.own)
      }
      let count = Int(ConnectionTable.unreadBytes) / 8 + (1 << 20)
      for _ in 0..<8 {
        for pair in [read, unread] { try pass(count, by: pair) }
        table.noteMessage(of: count, by: read.own)
      }
      // Known connections are looked at in every fourth tick.
      for _ in 0..<4 { table.tick() }
      #expect(isOpen(read))
      #expect(!isOpen(unread))
      #expect(table.refusals.refused == 1)
    }
  }
#endif
