import Scheduling
import SweepModel
import SweepProtocol
import Testing

/// Frames that were damaged on their way are recognised, and what was not damaged is not.
struct FrameSealTests {
  private static let message = WorkerMessage.registered(
    WireTests.stamp, .heartbeat(progress: [7, 1 << 40]))

  /// Sums of `(i² + 7i + 3) mod 256` for i below the length, by xxhsum 0.8.1 (`xxhsum -H1`).
  @Test(
    arguments: [
      (0, 0xef46_db37_51d8_e999), (1, 0x1f25_c8d0_bc1f_4bb6), (3, 0x0392_5f88_1277_ed8a),
      (4, 0xbb19_9537_cf42_fa2d), (7, 0xf9ca_f656_1dc2_f2cc), (8, 0xf1fa_9f9c_6f97_69c9),
      (31, 0xab0f_2550_d70d_4af5), (32, 0x6e11_0801_eeea_f7c8), (33, 0xc297_56a3_5d78_df17),
      (63, 0xc80f_552c_40dd_fd81), (64, 0xa410_2a8c_8c51_e2b4), (100, 0x958b_c87a_8531_9d2a),
      (1000, 0xd1fa_83cb_03a9_542a),
    ] as [(Int, UInt64)])
  func checksumsAreThoseOfXXH64(length: Int, sum: UInt64) {
    var frame = (0..<length).map { UInt8(truncatingIfNeeded: $0 * $0 + 7 * $0 + 3) }
    FrameSeal.seal(&frame)
    #expect(frame.count == length + 9)
    #expect(frame[length] == 0x79)
    #expect(frame.suffix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) } == sum)
  }

  @Test func everyFlippedBitIsSeen() throws {
    let batch = ResultBatch(number: BatchNumber(1), job: JobID(1), results: WireTests.results)
    for message in [Self.message, .registered(WireTests.stamp, .results(batch))] {
      let whole = message.encoded
      for bit in 0..<(whole.count * 8) {
        var frame = whole
        frame[bit / 8] ^= 1 << (bit % 8)
        #expect(throws: ProtocolError.self) { try WorkerMessage(encoded: frame) }
      }
      #expect(try WorkerMessage(encoded: whole) == message)
    }
    for message in WireTests.coordinatorMessages {
      let whole = message.encoded
      for bit in 0..<(whole.count * 8) {
        var frame = whole
        frame[bit / 8] ^= 1 << (bit % 8)
        #expect(throws: ProtocolError.self) { try CoordinatorMessage(encoded: frame) }
      }
    }
  }

  @Test func lostOrRepeatedBytesAreSeen() {
    let whole = Self.message.encoded
    for start in whole.indices {
      for end in (start + 1)...whole.count {
        let without = Array(whole[..<start] + whole[end...])
        #expect(throws: ProtocolError.self) { try WorkerMessage(encoded: without) }
        let twice = Array(whole[..<end] + whole[start...])
        #expect(throws: ProtocolError.self) { try WorkerMessage(encoded: twice) }
      }
    }
  }

  /// Version 1 had no checksums: its hello must be read, so that its sender is told why it is refused,
  /// and its refusal too.
  @Test func versionOneIsReadWithoutAChecksum() throws {
    guard case .hello(var hello) = try WireTests.workerMessages[0] else { return }
    hello.wireProtocol = 1
    let frame = Array(WorkerMessage.hello(hello).encoded.dropLast(9))
    #expect(try WorkerMessage(encoded: frame) == .hello(hello))
    let refusal = CoordinatorMessage.refused(Refusal(.wireProtocol, "no"))
    var bytes = Array(refusal.encoded.dropLast(9))
    #expect(throws: ProtocolError.self) { try CoordinatorMessage(encoded: bytes) }
    // Field 1, the version, comes first.
    bytes[1] = 1
    #expect(try CoordinatorMessage(encoded: bytes) == refusal)
  }
}
