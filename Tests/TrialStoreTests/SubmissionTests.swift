import SweepModel
import Testing
import TrialStore

/// What the store remembers of submissions.
@Suite struct SubmissionTests {
  @Test func openSubmissionsComeBack() throws {
    let scratch = try Scratch()
    let path = scratch.path("s.sqlite")
    do {
      let store = try TrialStore(path: path, access: .readWrite)
      #expect(try store.openSubmissions().isEmpty)
      let a = try store.register(Sample.sweep(name: "a", trials: 100))
      let b = try store.register(Sample.sweep(name: "b", trials: 100))
      _ = try store.register(Sample.sweep(name: "c", trials: 100))
      try store.submit(b.id, trials: 7)
      try store.submit(a.id, trials: 40)
      try store.submit(a.id, trials: 30)
    }
    let store = try TrialStore(path: path, access: .readWrite)
    let open = try store.openSubmissions()
    // In order of creation; a submission gets no shorter.
    #expect(open.map(\.sweep.name) == ["a", "b"])
    #expect(open.map(\.sweep.trials) == [40, 7])
    #expect(try store.trialsOfEndedSubmission(of: open[0].id) == nil)
    try store.endSubmission(of: open[0].id)
    try store.endSubmission(of: open[0].id)
    #expect(try store.openSubmissions().map(\.sweep.name) == ["b"])
    #expect(try store.trialsOfEndedSubmission(of: open[0].id) == 40)
    #expect(try store.trialsOfEndedSubmission(of: open[1].id) == nil)
    // Submitted again it begins anew, with what is wanted now.
    try store.submit(open[0].id, trials: 5)
    #expect(try store.openSubmissions().map(\.sweep.trials) == [5, 7])
  }

  @Test func aSubmissionEndsWhenItsTrialsAreThere() throws {
    let scratch = try Scratch()
    let store = try TrialStore(path: scratch.path("s.sqlite"), access: .readWrite)
    let sweep = try store.register(Sample.sweep(name: "a", trials: 100)).id
    // Of a sweep that nobody submitted nothing is noted.
    try store.noteSubmission(of: sweep, trials: 100, isOver: true)
    try store.noteSubmission(of: sweep, trials: 100, isOver: false)
    #expect(try store.openSubmissions().isEmpty)
    try store.submit(sweep, trials: 40)
    // Whoever has fewer of them does not know.
    try store.noteSubmission(of: sweep, trials: 39, isOver: true)
    #expect(try store.openSubmissions().count == 1)
    try store.noteSubmission(of: sweep, trials: 40, isOver: true)
    #expect(try store.openSubmissions().isEmpty)
    // Its trials may have to be trained again, and are then gone on with after a restart.
    try store.noteSubmission(of: sweep, trials: 40, isOver: false)
    #expect(try store.openSubmissions().map(\.sweep.trials) == [40])
  }

  @Test func prioritiesStayUntilTheyAreChanged() throws {
    let scratch = try Scratch()
    let path = scratch.path("s.sqlite")
    let sweep: SweepKey
    do {
      let store = try TrialStore(path: path, access: .readWrite)
      sweep = try store.register(Sample.sweep(name: "a")).id
      #expect(try store.priorities().isEmpty)
      try store.submit(sweep, trials: 7)
      #expect(try store.priorities() == [sweep: 0])
      try store.submit(sweep, trials: 7, priority: -3)
      try store.submit(sweep, trials: 9)
    }
    let store = try TrialStore(path: path, access: .readWrite)
    #expect(try store.priorities() == [sweep: -3])
    try store.endSubmission(of: sweep)
    try store.submit(sweep, trials: 9, priority: 4)
    #expect(try store.priorities() == [sweep: 4])
    try store.close()
    try scratch.execute("UPDATE submission SET priority = 100000", "s.sqlite")
    let damaged = try TrialStore(path: path, access: .readWrite)
    #expect(throws: StoreError.self) { try damaged.priorities() }
  }
}
