import Foundation
import Scheduling
import SweepModel
import Testing

@testable import SweepRuntime

/// Who comes and goes all the time has to wait; others do not.
struct BriefConnectionTests {
  private let start = Instant(.seconds(1_000))
  private let here = BriefConnections.Address(bytes: [10, 0, 0, 1])
  private let there = BriefConnections.Address(bytes: [10, 0, 0, 2])

  @Test func anAddressOfManyBriefConnectionsWaits() {
    let brief = Held(BriefConnections())
    for _ in 0..<Limits.briefConnections {
      #expect(brief.with { $0.isWelcome(here, at: start) })
      brief.with { $0.note(here, at: start) }
    }
    #expect(!brief.with { $0.isWelcome(here, at: start) })
    #expect(brief.with { $0.isWelcome(there, at: start) })
    // Then so many a second.
    let later = start.advanced(by: .seconds(1))
    var welcome = 0
    while brief.with({ $0.isWelcome(here, at: later) }) {
      brief.with { $0.note(here, at: later) }
      welcome += 1
    }
    #expect(welcome == Limits.briefConnectionsPerSecond)
    #expect(brief.with { $0.isWelcome(here, at: start.advanced(by: .seconds(60))) })
  }

  @Test func connectionsThatStayAreNotCounted() {
    let brief = Held(BriefConnections())
    for _ in 0..<100_000 { #expect(brief.with { $0.isWelcome(here, at: start) }) }
  }

  @Test func memoryIsBounded() {
    let brief = Held(BriefConnections())
    for number in 0..<(3 * BriefConnections.mostAddresses) {
      let bytes = [UInt8(number >> 16 & 255), UInt8(number >> 8 & 255), UInt8(number & 255), 1]
      brief.with { $0.note(BriefConnections.Address(bytes: bytes), at: start) }
    }
    #expect(brief.value.count <= BriefConnections.mostAddresses)
  }

  /// Real connections of the loopback interface, which end at once.
  @Test func aTableClosesWhatComesAndGoes() throws {
    let listener = try LoopbackListener()
    let table = ConnectionTable(most: 10_000)
    for number in 0...(2 * Limits.briefConnections) where table.refusals.refused == 0 {
      let pair = try listener.connect()
      table.note(.accepted(descriptor: pair.own))
      if table.refusals.refused > 0 { #expect(number >= Limits.briefConnections) }
      table.note(.disconnected(descriptor: pair.own))
    }
    #expect(table.refusals.refused == 1)
    #expect(table.count == 0)
  }
}
