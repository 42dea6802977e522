import Scheduling
import SweepModel
import Testing

@testable import SweepRuntime

@Suite struct DataUploadTests {
  private static let chunk = Limits.chunkBytes
  private let now = Instant(.zero)

  private func parts(_ upload: inout DataUpload, at now: Instant) -> [Range<Int>] {
    var parts: [Range<Int>] = []
    while let part = upload.next(at: now) { parts.append(part) }
    return parts
  }

  @Test func noMoreThanTheWindowIsUnderWay() {
    let size = 20 * Self.chunk + 1
    var upload = DataUpload(size: size, from: 0, at: now)
    let first = parts(&upload, at: now)
    #expect(first.count == Limits.chunkWindow && first[0] == 0..<Self.chunk)
    upload.noteKept(upTo: Self.chunk, at: now)
    #expect(
      parts(&upload, at: now)
        == [Limits.chunkWindow * Self.chunk..<(Limits.chunkWindow + 1) * Self.chunk])
    while !upload.isComplete {
      upload.noteKept(upTo: min(size, upload.position + Self.chunk), at: now)
      _ = parts(&upload, at: now)
    }
    #expect(parts(&upload, at: now).isEmpty)
  }

  @Test func whatGetsLostIsSentAgainAfterAWhile() {
    var upload = DataUpload(size: 3 * Self.chunk, from: 5, at: now)
    #expect(parts(&upload, at: now).last == 5 + 2 * Self.chunk..<3 * Self.chunk)
    upload.noteKept(upTo: 5 + Self.chunk, at: now)
    #expect(parts(&upload, at: now).isEmpty)
    let later = upload.nextDeadline
    #expect(parts(&upload, at: later).first?.lowerBound == 5 + Self.chunk)
  }

  @Test func aCoordinatorThatLostItsDiskIsSentItAgain() {
    var upload = DataUpload(size: 3 * Self.chunk, from: 2 * Self.chunk, at: now)
    _ = parts(&upload, at: now)
    upload.noteKept(upTo: 0, at: now)
    #expect(upload.position == 2 * Self.chunk)
    #expect(parts(&upload, at: upload.nextDeadline).first?.lowerBound == 0)
  }

  @Test func aPartThatCouldNotBeSentIsTheNextOneAgain() {
    var upload = DataUpload(size: 3 * Self.chunk, from: 0, at: now)
    guard let part = upload.next(at: now) else { return }
    upload.takeBack(part)
    #expect(upload.next(at: now) == part)
  }
}
