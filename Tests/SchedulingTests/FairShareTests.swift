import SweepModel
import Testing

@testable import Scheduling

/// Which sweep is served next.
struct FairShareTests {
  private var share = FairShare()

  /// Serves `leases` times, each for as long as `seconds` says of its job; returns how often each job was.
  private mutating func serve(
    _ leases: Int, jobs: Int, patience: Double = 0, _ seconds: (Int) -> Double = { _ in 1 }
  ) throws -> [Int] {
    var counts = Array(repeating: 0, count: jobs)
    var last: Int?
    for _ in 0..<leases {
      let sweep = try #require(
        share.sweepToStayWith(after: last, patience: patience) ?? share.sweep(at: 0))
      let job = try #require(share.job(at: 0, ofSweep: sweep))
      counts[job] += 1
      share.charge(seconds(job), to: job)
      share.checkInvariants()
      last = job
    }
    return counts
  }

  private mutating func add(_ sweep: String, priority: Int = 0, jobs: Range<Int>) {
    for job in jobs {
      share.register(sweep, priority: priority)
      share.insert(job)
    }
  }

  @Test mutating func sweepsOfOnePriorityShareTheTimeAndNotTheLeases() throws {
    add("a", jobs: 0..<1)
    add("b", jobs: 1..<2)
    add("c", jobs: 2..<3)
    let counts = try serve(1_100, jobs: 3) { [1, 10, 0.5][$0] }
    let times = zip(counts, [1, 10, 0.5]).map { Double($0) * $1 }
    for time in times { #expect(abs(time - times[0]) <= 10, "\(times)") }
  }

  @Test mutating func theHigherPriorityComesFirst() throws {
    add("low", priority: -1, jobs: 0..<1)
    add("high", priority: 5, jobs: 1..<2)
    add("usual", jobs: 2..<3)
    #expect(try serve(10, jobs: 3) == [0, 10, 0])
    share.remove(1)
    #expect(share.highestPriority == 0)
    #expect(try serve(10, jobs: 3) == [0, 0, 10])
    share.setPriority(of: "low", to: 9)
    #expect(try serve(10, jobs: 3) == [10, 0, 0])
  }

  @Test mutating func variantsOfOneSweepAreServedInTheirOrder() throws {
    add("a", jobs: 0..<3)
    #expect(share.job(at: 0, ofSweep: 0) == 0)
    share.remove(0)
    #expect(share.job(at: 0, ofSweep: 0) == 1)
    share.insert(0)
    #expect(share.job(at: 0, ofSweep: 0) == 0)
    #expect(share.job(at: 3, ofSweep: 0) == nil)
    #expect(share.sweep(at: 1) == nil)
  }

  @Test mutating func manyVariantsAreNoGreaterShare() throws {
    add("wide", jobs: 0..<100)
    add("narrow", jobs: 100..<101)
    let counts = try serve(200, jobs: 101)
    #expect(counts[100] == 100)
  }

  @Test mutating func aNewcomerMakesUpForNothing() throws {
    add("old", jobs: 0..<1)
    _ = try serve(1_000, jobs: 1)
    add("new", jobs: 1..<2)
    let counts = try serve(100, jobs: 2)
    #expect(abs(counts[0] - counts[1]) <= 2, "\(counts)")
  }

  @Test mutating func timeWithoutWishesIsNoCredit() throws {
    add("a", jobs: 0..<1)
    add("b", jobs: 1..<2)
    share.remove(1)
    _ = try serve(500, jobs: 2)
    share.insert(1)
    var counts = try serve(100, jobs: 2)
    #expect(abs(counts[0] - counts[1]) <= 2, "\(counts)")
    // Nor where nobody waited meanwhile.
    share.remove(0)
    share.remove(1)
    share.insert(1)
    _ = try serve(300, jobs: 2)
    share.remove(1)
    share.insert(0)
    share.insert(1)
    counts = try serve(100, jobs: 2)
    #expect(abs(counts[0] - counts[1]) <= 2, "\(counts)")
  }

  @Test mutating func aWorkerStaysWithItsSweepForAWhile() throws {
    add("a", jobs: 0..<1)
    add("b", jobs: 1..<2)
    var switches = 0
    var last: Int?
    var counts = [0, 0]
    for _ in 0..<1_000 {
      let sweep = try #require(
        share.sweepToStayWith(after: last, patience: 10) ?? share.sweep(at: 0))
      let job = try #require(share.job(at: 0, ofSweep: sweep))
      if let last, last != job { switches += 1 }
      counts[job] += 1
      share.charge(1, to: job)
      last = job
    }
    #expect(switches <= 100, "\(switches)")
    #expect(abs(counts[0] - counts[1]) <= 25, "\(counts)")
    // But not while a more important one waits.
    share.setPriority(of: "b", to: 1)
    #expect(share.sweepToStayWith(after: 0, patience: 10) == nil)
  }

  @Test mutating func whatWasChargedTooMuchIsGivenBack() throws {
    add("a", jobs: 0..<1)
    add("b", jobs: 1..<2)
    share.charge(100, to: 0)
    #expect(share.sweep(at: 0) == 1)
    share.charge(-101, to: 0)
    #expect(share.sweep(at: 0) == 0)
    share.charge(.nan, to: 0)
    share.charge(.infinity, to: 0)
    share.checkInvariants()
    #expect(share.sweep(at: 0) == 0)
  }

  /// The largest coordinator: what a lease costs does not grow with the jobs.
  @Test mutating func tenMillionJobsAreServedAsFastAsFew() throws {
    let (sweeps, variants) = (Limits.sweeps, 1_000)
    for sweep in 0..<sweeps {
      add("sweep-\(sweep)", jobs: sweep * variants..<(sweep + 1) * variants)
    }
    let clock = ContinuousClock()
    let start = clock.now
    for _ in 0..<20_000 {
      let sweep = try #require(share.sweep(at: 0))
      let job = try #require(share.job(at: 0, ofSweep: sweep))
      share.charge(1, to: job)
      share.remove(job)
    }
    // A debug build takes microseconds each; a walk over all jobs would take hours.
    #expect(start.duration(to: clock.now) < .seconds(30))
  }
}
