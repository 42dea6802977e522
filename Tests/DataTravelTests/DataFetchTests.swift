import Randomness
import Scheduling
import SweepModel
import SweepProtocol
import Testing

@testable import SweepRuntime

@Suite struct DataFetchTests {
  private static let chunk = Limits.chunkBytes
  private let file = DataFile(
    path: "a.npz", size: 40 * Limits.chunkBytes + 17, digest: FileDigest(hashing: "a".utf8))

  private func start(_ seconds: Double = 0) -> Instant { Instant(.seconds(seconds)) }

  /// The chunks that answer a request, as the coordinator cuts them.
  private func chunks(_ request: DataRequest) -> [(chunk: DataChunk, size: Int)] {
    (0..<request.chunks).compactMap { position in
      let offset = request.offset + position * Self.chunk
      guard offset < file.size else { return nil }
      return (
        DataChunk(file: request.file, stream: request.stream, offset: offset),
        min(Self.chunk, file.size - offset)
      )
    }
  }

  @Test func chunksInOrderCompleteTheFileAndTheWindowIsNeverExceeded() {
    var fetch = DataFetch(file, from: 0, stream: 7, at: start())
    var underway = chunks(fetch.begin(at: start()))
    var requests = 1
    while !underway.isEmpty {
      #expect(underway.count <= Limits.chunkWindow)
      let (chunk, size) = underway.removeFirst()
      guard case .append(let request) = fetch.receive(chunk, size: size, at: start(0.1)) else {
        Issue.record("the next chunk is not taken")
        return
      }
      if let request {
        requests += 1
        underway += chunks(request)
      }
    }
    #expect(fetch.isComplete && fetch.position == file.size)
    #expect(requests < 15)
    #expect(fetch.passTime(at: start(1_000)) == nil)
  }

  @Test func aResumedFileIsAskedForFromWhereItIs() {
    var fetch = DataFetch(file, from: file.size - 3, stream: 0, at: start())
    let request = fetch.begin(at: start())
    #expect(request.offset == file.size - 3 && request.chunks == 1)
    #expect(
      fetch.receive(
        DataChunk(file: file.digest, stream: request.stream, offset: file.size - 3), size: 3,
        at: start()) == .append(nil))
    #expect(fetch.isComplete)
  }

  @Test func whatIsRepeatedOrOfAnotherFileOrStreamIsIgnored() {
    var fetch = DataFetch(file, from: 0, stream: 0, at: start())
    let request = fetch.begin(at: start())
    let first = chunks(request)[0]
    #expect(fetch.receive(first.chunk, size: first.size, at: start()) == .append(nil))
    #expect(fetch.receive(first.chunk, size: first.size, at: start()) == .ignore)
    var other = chunks(request)[1].chunk
    other.file = FileDigest(hashing: "b".utf8)
    #expect(fetch.receive(other, size: Self.chunk, at: start()) == .ignore)
    var old = chunks(request)[3].chunk
    old.stream = request.stream &- 1
    #expect(fetch.receive(old, size: Self.chunk, at: start()) == .ignore)
    // But what an older stream asked for is as good as any where it is next.
    old.offset = Self.chunk
    #expect(fetch.receive(old, size: Self.chunk, at: start()) == .append(nil))
    #expect(fetch.receive(old, size: 0, at: start()) == .ignore)
    #expect(fetch.position == 2 * Self.chunk)
  }

  @Test func aGapIsAskedForAgainOnce() {
    var fetch = DataFetch(file, from: 0, stream: 0, at: start())
    let answers = chunks(fetch.begin(at: start()))
    guard
      case .askAgain(let request) = fetch.receive(
        answers[2].chunk, size: answers[2].size, at: start())
    else {
      Issue.record("the gap is not seen")
      return
    }
    #expect(request.offset == 0 && request.stream != answers[0].chunk.stream)
    // The rest of what came beyond the gap asks for nothing more.
    #expect(fetch.receive(answers[3].chunk, size: answers[3].size, at: start()) == .ignore)
  }

  @Test func chunksThatAreTooLargeOrTooLongForTheFileAreNotTaken() {
    var fetch = DataFetch(file, from: 0, stream: 0, at: start())
    let request = fetch.begin(at: start())
    let chunk = DataChunk(file: file.digest, stream: request.stream, offset: 0)
    #expect(fetch.receive(chunk, size: Self.chunk + 1, at: start()) == .ignore)
    var end = DataFetch(file, from: file.size - 3, stream: 0, at: start())
    let last = end.begin(at: start())
    #expect(
      end.receive(
        DataChunk(file: file.digest, stream: last.stream, offset: file.size - 3), size: 4,
        at: start()) == .ignore)
  }

  @Test func silenceIsAskedAgainAtGrowingIntervals() {
    var fetch = DataFetch(file, from: 0, stream: 0, at: start())
    _ = fetch.begin(at: start())
    var deadlines: [Double] = []
    for _ in 0..<6 {
      let deadline = fetch.nextDeadline
      #expect(fetch.passTime(at: Instant(deadline.offset - .milliseconds(1))) == nil)
      #expect(fetch.passTime(at: deadline)?.offset == 0)
      deadlines.append(deadline.offset.seconds)
    }
    #expect(deadlines == [5, 15, 35, 75, 135, 195])
  }

  @Test("Over any network that loses, repeats and reorders, the file arrives", arguments: 0..<50)
  func lossyNetwork(seed: Int) {
    var random = SplitMix64(state: UInt64(seed))
    var fetch = DataFetch(file, from: 0, stream: 0, at: start())
    var server = DataServer()
    let peer = PeerID([1])
    var now = start()
    var network: [(chunk: DataChunk, size: Int)] = []
    var content: [Int: Int] = [:]
    func ask(_ request: DataRequest) {
      guard !Bool.random(percent: 10, using: &random) else { return }
      for action in server.receive(request, from: peer, size: file.size, at: now) { send(action) }
    }
    func send(_ action: DataServer.Action) {
      guard case .read(_, let chunk, let length) = action else { return }
      if !Bool.random(percent: 10, using: &random) { network.append((chunk, length)) }
      if Bool.random(percent: 10, using: &random) { network.append((chunk, length)) }
      if network.count > 1, Bool.random(percent: 10, using: &random) {
        network.swapAt(network.count - 1, network.count - 2)
      }
      for action in server.noteFreed(by: peer, at: now) { send(action) }
    }
    ask(fetch.begin(at: now))
    var turns = 0
    while !fetch.isComplete, turns < 10_000 {
      turns += 1
      now = now.advanced(by: .milliseconds(10))
      #expect(server.held <= Limits.chunkWindow)
      guard !network.isEmpty else {
        now = fetch.nextDeadline
        if let request = fetch.passTime(at: now) { ask(request) }
        continue
      }
      let (chunk, size) = network.removeFirst()
      switch fetch.receive(chunk, size: size, at: now) {
      case .ignore: break
      case .askAgain(let request): ask(request)
      case .append(let request):
        #expect(content.updateValue(size, forKey: chunk.offset) == nil)
        if let request { ask(request) }
      }
    }
    #expect(fetch.isComplete, "seed \(seed)")
    #expect(content.values.reduce(0, +) == file.size)
  }
}

extension Bool {
  fileprivate static func random(percent: Int, using random: inout SplitMix64) -> Bool {
    Int.random(in: 0..<100, using: &random) < percent
  }
}
