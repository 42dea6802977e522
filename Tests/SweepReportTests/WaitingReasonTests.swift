import SweepModel
import SweepReport
import Testing

/// What people read of what is waited for.
@Suite struct WaitingReasonTests {
  private func reason(
    _ code: WaitingReason.Code, isBlocking: Bool = true,
    _ change: (inout WaitingReason) -> Void = { _ in }
  ) -> WaitingReason {
    var reason = WaitingReason(code, isBlocking: isBlocking)
    change(&reason)
    return reason
  }

  @Test func sentencesNameWhatIsInvolvedAndWhatToDo() {
    let none = reason(.noWorkers) { $0.seconds = 42 }
    #expect(
      none.line
        == "waiting: no worker has been connected for 42 s: start one with `seedsweep worker`")
    let missing = reason(.dataMissing, isBlocking: false) {
      ($0.workers, $0.connected, $0.variants) = (1, 3, 2)
      ($0.sweep, $0.variant, $0.host) = ("table", "small", "node7:12")
      $0.detail = "data.csv.path: a.csv: there is\nno such file"
      $0.retrySeconds = 20
    }
    #expect(
      missing.line
        == "note: 1 of 3 workers (last: node7:12) cannot read the data of variant small and 1 more of "
        + "sweep table: data.csv.path: a.csv: there is no such file; tried again in 20 s")
    let key = reason(.unknownKey) { ($0.key, $0.address) = ("rq:rM", "10.0.0.7") }
    #expect(key.line.contains("rq:rM, from 10.0.0.7"))
    #expect(key.line.contains("seedsweep keys allow"))
  }

  /// Nothing about a reason is needed to make a line of it.
  @Test(arguments: WaitingReason.Code.allCases)
  func everyCodeHasALine(code: WaitingReason.Code) {
    let line = reason(code).line
    #expect(line.hasPrefix("waiting: ") && line.count > 20)
    #expect(!line.contains("\n") && !line.contains("Optional"))
  }

  @Test func theMostImportantComesFirst() {
    var reasons = [
      reason(.lastTrials, isBlocking: false), reason(.workerLost), reason(.noWorkers),
      reason(.unknownKey, isBlocking: false),
    ]
    WaitingReason.sort(&reasons)
    #expect(reasons.map(\.code) == [.noWorkers, .workerLost, .unknownKey, .lastTrials])
  }

  @Test func eachReasonIsToldOnce() {
    var changes = WaitingChanges()
    let missing = reason(.dataMissing) { $0.host = "a" }
    #expect(changes.update([missing]).new == [missing])
    var later = missing
    (later.host, later.seconds, later.workers) = ("b", 10, 5)
    #expect(changes.update([later]).new.isEmpty)
    // Another machine was refused: that is news.
    let refused = reason(.workerRefused) { $0.host = "a" }
    #expect(changes.update([later, refused]).new == [refused])
    #expect(changes.update([later, reason(.workerRefused) { $0.host = "b" }]).new.count == 1)
    #expect(changes.update([]).isOver)
    #expect(!changes.update([]).isOver)
  }

  @Test func statusShowsReasonsBeforeSweeps() throws {
    var status = CoordinatorStatus()
    status.waiting = [reason(.noWorkers) { $0.seconds = 60 }]
    let text = status.text(as: .table)
    #expect(text.contains("\n\nwaiting: no worker has been connected for 60 s"))
    let json = try JSONValue(parsing: status.text(as: .json).utf8)
    guard case .array(let reasons)? = json["waiting"] else {
      Issue.record("no reasons")
      return
    }
    #expect(reasons.first?["code"] == .string("no_workers"))
    #expect(reasons.first?["blocking"] == .boolean(true))
    #expect(reasons.first?["host"] == .null)
  }
}
