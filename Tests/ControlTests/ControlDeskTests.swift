import Scheduling
import SweepModel
import SweepProtocol
import Testing

@testable import SweepRuntime

/// What clients ask is done once, however often they ask.
@Suite struct ControlDeskTests {
  private let anne = PeerID([1])
  private let bert = PeerID([2])
  private let submission = Submission(file: "a.yaml", specification: [])

  private func id(_ number: Int) -> RequestID {
    let bytes = withUnsafeBytes(of: number.bigEndian, Array.init)
    guard let id = RequestID(bytes: [UInt8](repeating: 0, count: 8) + bytes) else {
      preconditionFailure("eight zeros and a number are sixteen bytes")
    }
    return id
  }

  private func seconds(_ value: Int) -> Instant { Instant(.seconds(value)) }

  private func receive(
    _ desk: inout ControlDesk, _ number: Int, _ command: ControlCommand?, from peer: PeerID,
    at now: Int = 0, isAllowed: Bool = true, version: Int = Versions.wireProtocol
  ) -> [ControlDesk.Action] {
    desk.receive(
      ControlRequest(id: id(number), wireProtocol: version, command: command), from: peer,
      isAllowed: isAllowed, at: seconds(now))
  }

  private func refusal(_ actions: [ControlDesk.Action]) -> ControlRefusal.Code? {
    guard actions.count == 1, case .answer(_, let answer) = actions[0],
      case .refused(let refusal) = answer.outcome
    else { return nil }
    return refusal.code
  }

  @Test func aLostAnswerIsGivenAgain() {
    var desk = ControlDesk()
    let working = ControlAnswer(id: id(1), outcome: .working)
    #expect(
      receive(&desk, 1, .submit(submission), from: anne)
        == [.answer(anne, working), .begin(.submit(submission))])
    // Asked again while it is done: nothing is begun twice, and the newest address is told.
    #expect(receive(&desk, 1, .submit(submission), from: bert) == [.answer(bert, working)])
    #expect(desk.openCount == 1)
    let outcome = ControlAnswer.Outcome.refused(ControlRefusal(.input, "no"))
    let answer = ControlAnswer(id: id(1), outcome: outcome)
    #expect(desk.finish(outcome) == [.answer(bert, answer)])
    #expect(desk.openCount == 0)
    for _ in 0..<3 {
      #expect(receive(&desk, 1, .submit(submission), from: anne) == [.answer(anne, answer)])
    }
  }

  @Test func whatIsKeptIsBounded() {
    var desk = ControlDesk()
    for number in 0..<(3 * Limits.keptAnswers) {
      #expect(receive(&desk, number, .cancel(sweep: "x"), from: anne).count == 2)
      _ = desk.finish(.working)
    }
    // The first was forgotten: it is done again, which does no harm.
    #expect(receive(&desk, 0, .cancel(sweep: "x"), from: anne).count == 2)
    #expect(receive(&desk, 3 * Limits.keptAnswers - 1, .cancel(sweep: "x"), from: anne).count == 1)
  }

  @Test func tooManySubmissionsAreRefused() {
    var desk = ControlDesk()
    for number in 0..<Limits.waitingSubmissions {
      #expect(refusal(receive(&desk, number, .submit(submission), from: anne)) == nil)
    }
    #expect(refusal(receive(&desk, 99, .submit(submission), from: anne)) == .environment)
    _ = desk.finish(.working)
    #expect(refusal(receive(&desk, 99, .submit(submission), from: anne)) == nil)
  }

  @Test func changesAreMadeOneAfterTheOther() {
    var desk = ControlDesk()
    func working(_ number: Int, _ peer: PeerID) -> ControlDesk.Action {
      .answer(peer, ControlAnswer(id: id(number), outcome: .working))
    }
    #expect(
      receive(&desk, 1, .submit(submission), from: anne)
        == [working(1, anne), .begin(.submit(submission))])
    // Bert cancels what Anne submits, and Anne submits it again, while its data are loaded.
    #expect(receive(&desk, 2, .cancel(sweep: "a"), from: bert) == [working(2, bert)])
    #expect(receive(&desk, 3, .submit(submission), from: anne) == [working(3, anne)])
    #expect(receive(&desk, 2, .cancel(sweep: "a"), from: bert) == [working(2, bert)])
    #expect(receive(&desk, 4, .status, from: anne) == [.readStatus])
    let outcome = ControlAnswer.Outcome.refused(ControlRefusal(.input, "no"))
    func answer(_ number: Int, _ peer: PeerID) -> ControlDesk.Action {
      .answer(peer, ControlAnswer(id: id(number), outcome: outcome))
    }
    #expect(desk.openCount == 3)
    #expect(desk.finish(outcome) == [answer(1, anne), .begin(.cancel(sweep: "a"))])
    #expect(desk.finish(outcome) == [answer(2, bert), .begin(.submit(submission))])
    let refused = desk.abandon()
    #expect(refused.count == 1 && refusal(refused) == .environment)
    #expect(desk.finish(outcome) == [answer(3, anne)])
    #expect(desk.openCount == 0)
    #expect(desk.abandon().isEmpty)
    #expect(
      receive(&desk, 5, .cancel(sweep: "a"), from: bert)
        == [working(5, bert), .begin(.cancel(sweep: "a"))])
  }

  @Test func strangersAndOtherVersionsAreTurnedAway() {
    var desk = ControlDesk()
    for command in [.submit(submission), .cancel(sweep: "x"), .status] as [ControlCommand] {
      #expect(
        refusal(receive(&desk, 1, command, from: anne, isAllowed: false)) == .notAllowed)
    }
    #expect(refusal(receive(&desk, 1, nil, from: anne, version: 99)) == .wireProtocol)
    desk.isEnding = true
    #expect(refusal(receive(&desk, 2, .submit(submission), from: anne)) == .environment)
  }

  @Test func statusIsReadOnceForAllThatWait() {
    var desk = ControlDesk()
    #expect(receive(&desk, 1, .status, from: anne) == [.readStatus])
    #expect(receive(&desk, 2, .status, from: bert).isEmpty)
    #expect(receive(&desk, 3, .status, from: anne).isEmpty)
    let status = CoordinatorStatus()
    #expect(
      desk.answerStatus(status) == [
        .answer(bert, ControlAnswer(id: id(2), outcome: .status(status))),
        .answer(anne, ControlAnswer(id: id(3), outcome: .status(status))),
      ])
    #expect(desk.answerStatus(status).isEmpty)
    #expect(receive(&desk, 4, .status, from: anne) == [.readStatus])
  }

  @Test func listenersHearOfTheEnd() {
    var desk = ControlDesk()
    _ = receive(&desk, 1, .status, from: anne, at: 0)
    _ = receive(&desk, 2, .status, from: bert, at: 8)
    _ = desk.answerStatus(CoordinatorStatus())
    // Anne has not asked for so long that she is gone.
    let status = CoordinatorStatus()
    #expect(
      desk.farewell(status, at: seconds(12)) == [
        .answer(bert, ControlAnswer(id: id(2), outcome: .status(status)))
      ])
  }

  @Test func clientsAreBounded() {
    var desk = ControlDesk()
    for number in 0..<Limits.clients {
      let peer = PeerID([UInt8(number >> 8), UInt8(number & 255), 0])
      _ = receive(&desk, number, .status, from: peer)
    }
    #expect(refusal(receive(&desk, 999, .status, from: anne)) == .environment)
    // Those who do not ask again make room.
    #expect(refusal(receive(&desk, 999, .status, from: anne, at: 60)) == nil)
  }
}
