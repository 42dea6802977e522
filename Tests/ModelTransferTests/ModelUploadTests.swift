import Scheduling
import SweepModel
import Testing

@testable import SweepRuntime

@Suite struct ModelUploadTests {
  private static let chunk = Limits.chunkBytes
  private let now = Instant(.zero)

  private func parts(_ upload: inout ModelUpload, at now: Instant) -> [Range<Int>] {
    var parts: [Range<Int>] = []
    while let part = upload.next(at: now) { parts.append(part) }
    return parts
  }

  @Test func aSmallModelGoesAtOnce() {
    var upload = ModelUpload(size: 1_000, at: now)
    #expect(parts(&upload, at: now) == [0..<1_000])
    #expect(!upload.isComplete)
    upload.noteKept(upTo: 1_000, limit: 1_000, at: now)
    #expect(upload.isComplete && parts(&upload, at: upload.nextDeadline).isEmpty)
  }

  @Test func aLargeOneIsSentAsFarAsItIsAllowed() {
    let size = 20 * Self.chunk + 1
    var upload = ModelUpload(size: size, at: now)
    #expect(parts(&upload, at: now) == [0..<0], "a question")
    upload.noteKept(upTo: 0, limit: 2 * Self.chunk, at: now)
    #expect(parts(&upload, at: now) == [0..<Self.chunk, Self.chunk..<2 * Self.chunk])
    upload.noteKept(upTo: Self.chunk, limit: 3 * Self.chunk, at: now)
    #expect(parts(&upload, at: now) == [2 * Self.chunk..<3 * Self.chunk])
    while !upload.isComplete {
      let next = min(size, upload.position + Self.chunk)
      upload.noteKept(upTo: next, limit: min(size, next + 2 * Self.chunk), at: now)
      _ = parts(&upload, at: now)
    }
    #expect(upload.position == size)
  }

  @Test func itGoesOnFromWhatACoordinatorHas() {
    var upload = ModelUpload(size: 4 * Self.chunk, at: now)
    _ = parts(&upload, at: now)
    upload.noteKept(upTo: 3 * Self.chunk + 5, limit: 4 * Self.chunk, at: now)
    #expect(parts(&upload, at: now) == [3 * Self.chunk + 5..<4 * Self.chunk])
  }

  @Test func silenceMakesItAskAgain() {
    var upload = ModelUpload(size: 3 * Self.chunk, at: now)
    _ = parts(&upload, at: now)
    upload.noteKept(upTo: 0, limit: 3 * Self.chunk, at: now)
    #expect(parts(&upload, at: now).count == 3)
    upload.noteKept(upTo: Self.chunk, limit: 3 * Self.chunk, at: now)
    // Said again, because the next part was lost: no news.
    upload.noteKept(upTo: Self.chunk, limit: 3 * Self.chunk, at: now.advanced(by: .seconds(1)))
    let later = upload.nextDeadline
    #expect(later == now.advanced(by: .seconds(2)))
    #expect(parts(&upload, at: later) == [Self.chunk..<Self.chunk])
    upload.noteKept(upTo: Self.chunk, limit: 3 * Self.chunk, at: later)
    #expect(parts(&upload, at: later).first == Self.chunk..<2 * Self.chunk)
  }

  @Test func aCoordinatorThatLostItIsSentItFromTheBeginning() {
    var upload = ModelUpload(size: 3 * Self.chunk, at: now)
    _ = parts(&upload, at: now)
    upload.noteKept(upTo: 2 * Self.chunk, limit: 3 * Self.chunk, at: now)
    _ = parts(&upload, at: now)
    upload.noteKept(upTo: 0, limit: Self.chunk, at: now)
    #expect(parts(&upload, at: now) == [0..<Self.chunk])
  }

  @Test func whatCannotBeIsIgnored() {
    var upload = ModelUpload(size: 3 * Self.chunk, at: now)
    _ = parts(&upload, at: now)
    upload.noteKept(upTo: 4 * Self.chunk, limit: 4 * Self.chunk, at: now)
    upload.noteKept(upTo: 2, limit: 1, at: now)
    #expect(upload.position == 0 && parts(&upload, at: now).isEmpty)
  }
}

@Suite struct UploadTurnsTests {
  private let now = Instant(.zero)

  private func key(_ number: Int) -> UploadTurns.Key {
    UploadTurns.Key(peer: PeerID([UInt8(number)]), file: FileDigest(hashing: [UInt8(number)]))
  }

  private func admit(_ number: Int, to turns: inout UploadTurns, at now: Instant) -> Bool {
    turns.admit(key(number), at: now)
  }

  @Test func noMoreThanSoManyAreSentAtATime() {
    var turns = UploadTurns()
    for number in 0..<Limits.modelUploads { #expect(admit(number, to: &turns, at: now)) }
    #expect(!admit(99, to: &turns, at: now))
    #expect(admit(3, to: &turns, at: now), "it has its turn")
    turns.end(key(5))
    #expect(admit(99, to: &turns, at: now))
    #expect(turns.count == Limits.modelUploads)
  }

  @Test func whoIsSilentLosesItsTurn() {
    var turns = UploadTurns()
    for number in 0..<Limits.modelUploads { _ = admit(number, to: &turns, at: now) }
    let later = now.advanced(by: UploadTurns.patience)
    #expect(admit(0, to: &turns, at: later.advanced(by: .zero - .milliseconds(1))))
    #expect(admit(99, to: &turns, at: later))
    #expect(turns.count == 2)
  }
}
