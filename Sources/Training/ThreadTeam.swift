import Foundation
import Synchronization

/// Threads that do the parts of one piece of work together, again and again.
///
/// Pieces of work are matrix products, some as short as the waking of a thread; so a member that
/// has nothing to do looks for more a little while before it sleeps.
final class ThreadTeam {
  /// Members, the caller of ``run(_:)`` included.
  let count: Int
  private let board: Board

  /// A team of `count` threads, of which it starts all but one.
  init(count: Int) {
    precondition(count > 0, "a team has members")
    self.count = count
    board = Board()
    for number in 1..<count {
      // The threads hold the board, not the team, whose end is their end.
      let thread = Thread { [board] in board.work(as: number) }
      thread.name = "part \(number)"
      thread.start()
    }
  }

  deinit { board.close() }

  /// Calls `body` with 0 ..< ``count``, each on its own thread, and returns when all have returned.
  func run(_ body: (Int) -> Void) {
    guard count > 1 else { return body(0) }
    withoutActuallyEscaping(body) { body in
      board.post(body, members: count - 1)
      body(0)
      board.awaitMembers()
    }
  }
}

/// Where the work of a team is posted.
///
/// `@unchecked`: `body` is written before `round` rises and while no member works, and read after
/// it has risen.
private final class Board: @unchecked Sendable {
  private let round = Atomic<UInt64>(0)
  private let working = Atomic<Int>(0)
  private let isClosed = Atomic<Bool>(false)
  private let wake = NSCondition()
  private var body: ((Int) -> Void)?

  /// Looks that a member takes before it sleeps: some tens of microseconds.
  private static let patience = 10_000

  func post(_ body: @escaping (Int) -> Void, members: Int) {
    self.body = body
    working.store(members, ordering: .relaxed)
    nextRound()
  }

  func awaitMembers() {
    var looks = 0
    while working.load(ordering: .acquiring) > 0 {
      looks += 1
      // There may be more threads than cores.
      if looks > Self.patience { sched_yield() }
    }
    body = nil
  }

  func close() {
    isClosed.store(true, ordering: .releasing)
    nextRound()
  }

  func work(as number: Int) {
    var seen: UInt64 = 0
    while true {
      seen = awaitRound(after: seen)
      if isClosed.load(ordering: .acquiring) { return }
      perform(number)
      working.subtract(1, ordering: .releasing)
    }
  }

  /// A function of its own, so that this thread has let go of the work when it returns.
  @inline(never) private func perform(_ number: Int) { body?(number) }

  private func nextRound() {
    wake.lock()
    round.add(1, ordering: .releasing)
    wake.broadcast()
    wake.unlock()
  }

  private func awaitRound(after seen: UInt64) -> UInt64 {
    for _ in 0..<Self.patience {
      let current = round.load(ordering: .acquiring)
      if current != seen { return current }
    }
    wake.lock()
    defer { wake.unlock() }
    while round.load(ordering: .acquiring) == seen { wake.wait() }
    return round.load(ordering: .acquiring)
  }
}
