import Scheduling
import SweepModel
import SweepProtocol

/// Peers that are no honest workers, and what they send.
extension Simulation {
  func inflictByStrangers(_ fault: Fault) {
    switch fault {
    case .otherVersion:
      startWorker(traits: WorkerProcess.Traits(wireProtocol: Versions.wireProtocol + 1))
    case .wrongResults:
      startWorker(
        traits: WorkerProcess.Traits(
          lie: random.pick(WorkerProcess.Lie.allCases.filter { $0.isImpossible })))
    case .rejectVariant:
      startWorker(traits: WorkerProcess.Traits(missing: random.integer(0...(setup.jobs - 1))))
    case .wrongBits:
      let slots = 1
      let number = startWorker(traits: WorkerProcess.Traits(lie: .otherBits), slots: slots)
      oracle.addLiar(workers[number].id)
    case .claimFailures:
      let number = startWorker(traits: WorkerProcess.Traits(lie: .failures))
      oracle.claimers.insert(workers[number].id)
    case .cloneWorker:
      let living = livingWorkers
      guard !living.isEmpty, livingWorkers.count < setup.workers + 4 else { return }
      let original = workers[random.pick(living)]
      startWorker(traits: original.traits, id: original.id)
    case .helloFlood: flood(with: random.integer(10...300))
    case .garbage: sendByStranger(makeGarbage())
    case .wrongFrames: sendByStranger(nil)
    case .oversizedMessage: sendByStranger(Self.oversizedMessage)
    case .replay:
      guard !recordings.isEmpty else { return }
      sendByStranger(random.pick(recordings))
    default: break
    }
  }

  /// Somebody connects, sends one message and may stay or go.
  private func sendByStranger(_ bytes: [UInt8]?) {
    guard coordinator != nil, refusesUntil <= now, splitUntil <= now else { return }
    let connection = makeConnection(worker: nil)
    _ = transmit(bytes, on: connection, .toCoordinator)
    if random.chance(0.7) {
      let last = connection.toCoordinator.lastArrival
      queue.add(
        .closedAtCoordinator(connection), at: last + Time(seconds: random.magnitude(0.001...30)))
    }
  }

  /// A byte more than a message may have, as a transport would bring it that does not look at sizes: it is
  /// refused before it is looked at further.
  private static let oversizedMessage = [UInt8](repeating: 0, count: Limits.messageBytes + 1)

  /// Hellos of workers that never say another word.
  public func flood(with count: Int) {
    for _ in 0..<count {
      let hello = WorkerHello(
        worker: makeWorkerID(), incarnation: 1, host: "flood", processor: "processor-0",
        instructionSet: "reference", slots: 1, goldenWeights: SimulatedSweep.goldenWeights,
        held: [])
      sendByStranger(WorkerMessage.hello(hello).encoded)
    }
  }

  private func makeGarbage() -> [UInt8] {
    switch random.integer(0...3) {
    case 0: return Array("GET / HTTP/1.1\r\nHost: seedsweep\r\n\r\n".utf8)
    case 1: return []
    case 2:
      guard !recordings.isEmpty else { return [255] }
      var bytes = random.pick(recordings)
      guard !bytes.isEmpty else { return bytes }
      bytes[random.integer(0...(bytes.count - 1))] ^= 1 << UInt8(random.integer(0...7))
      return bytes
    default:
      return (0..<random.integer(1...100)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }
  }

  /// Keeps some messages, to be replayed long after.
  func record(_ bytes: [UInt8]) {
    guard setup.faults.contains(where: { $0.fault == .replay || $0.fault == .garbage }) else {
      return
    }
    if recordings.count < 64 {
      recordings.append(bytes)
    } else if random.chance(0.05) {
      recordings[random.integer(0...63)] = bytes
    }
  }
}
