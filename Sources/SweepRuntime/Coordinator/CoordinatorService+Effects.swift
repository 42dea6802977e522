import Scheduling
import SweepModel
import SweepProtocol
import TrialStore
import ZeroMQTransport

/// What the state machine wants done, and who does it.
extension CoordinatorService {
  func handle(_ event: Coordinator.Event) throws(RuntimeError) {
    for effect in machine.handle(event, at: clock.now) { try perform(effect) }
  }

  private func perform(_ effect: Coordinator.Effect) throws(RuntimeError) {
    switch effect {
    case .send(let peer, let message): try send(withCheckpoints(message), to: peer)
    case .commit(let commit):
      uncommittedResults += commit.results.count
      monitor.noteReceived(commit.id)
      noteModels(of: commit)
      writer.add(commit)
      try noteNews(of: commit)
    case .distrust(let worker):
      dropCheckpoints(from: worker)
      writer.distrust(worker)
    case .notice(let notice):
      tellWriter(notice)
      write(notice)
    case .allFinished:
      isFinished = true
      onFinish()
      farewellDeadline = clock.now.advanced(by: machine.policy.farewellLimit)
    }
  }

  /// A message that brings what was asked for is free.
  private func noteNews(of commit: Coordinator.Commit) throws(RuntimeError) {
    guard commit.worker != nil, let (peer, size) = latestFrame else { return }
    try take(
      access.noteResults(
        commit.results.count, repetitions: commit.repetitions, size: size, from: peer,
        at: clock.now))
  }

  /// Sends a frame to a client. One that is gone, or does not read, asks again.
  func sendToClient(_ frame: [UInt8], to peer: PeerID) throws(RuntimeError) {
    do { _ = try access.socket.send(frame, to: peer.bytes) } catch {
      throw RuntimeError(.environment, error.description)
    }
  }

  /// Results are stored with what their worker said about itself when it was welcomed.
  private func tellWriter(_ notice: Coordinator.Notice) {
    switch notice {
    case .workerJoined(let worker, _, _):
      guard let (hello, key) = latestHello, hello.worker == worker else { return }
      writer.introduce(worker, StoredWorker(hello, key: key))
    case .workerLeft(let worker), .workerLost(let worker, _, _): writer.forget(worker)
    default: break
    }
  }

  func send(_ message: CoordinatorMessage, to peer: PeerID) throws(RuntimeError) {
    do {
      switch try access.socket.send(message.encoded, to: peer.bytes) {
      case .sent: break
      case .unreachable: try handle(.peerLost(peer))
      case .queueFull:
        // The peer does not read. What it misses it gets when it says hello again.
        log.write(
          "the queue of a worker is full", kind: "full",
          ["message": "\(message.name)", "peer": "\(Hexadecimal.text(peer.bytes.prefix(16)))"])
        try handle(.peerLost(peer))
      }
    } catch let error as ZeroMQError {
      throw RuntimeError(.environment, error.description)
    } catch let error as RuntimeError {
      throw error
    } catch {
      preconditionFailure("\(error)")
    }
  }
}
