import SweepReport
import Testing

@Suite struct ProgressLineTests {
  @Test func showsHowFarAndHowFast() {
    let line = ProgressLine(
      done: 1_500, total: 10_000, before: 500, diverged: 0, failed: 2, workers: 4, seconds: 8)
    #expect(
      line.text == "1,500 of 10,000 trials (15%)  125 trials/s  ETA 1:08  4 workers  2 failed")
    #expect(line.text(width: line.text.count + 22) == "━━━─────────────────  " + line.text)
  }

  @Test(arguments: [0, 1, 20, 40, 79, 80, 120, 300])
  func fitsItsTerminal(width: Int) {
    let line = ProgressLine(
      done: 12_345_678, total: 100_000_000, before: 0, diverged: 3, failed: 2, workers: 16,
      seconds: 100)
    #expect(line.text(width: width).count <= width)
  }

  @Test func beforeTheFirstResultThereIsNoRate() {
    let line = ProgressLine(
      done: 0, total: 1, before: 0, diverged: 0, failed: 0, workers: 1, seconds: 0)
    #expect(line.text == "0 of 1 trial (0%)  0.00 trials/s  ETA –  1 worker")
  }

  /// A store may have more trials than are asked for now.
  @Test func moreThanAskedForIsAllOfThem() {
    let line = ProgressLine(
      done: 20, total: 10, before: 20, diverged: 1, failed: 0, workers: 0, seconds: 1)
    #expect(line.text(width: 200).hasPrefix("━━━━━━━━━━━━━━━━━━━━━━━━  20 of 10 trials (100%)"))
    #expect(line.text.hasSuffix("0 workers  1 diverged"))
  }

  @Test(
    arguments: [
      (1, 1.0, "1.00 trials/s  ETA 0:09"), (1, 400, "0.00 trials/s  ETA 1:00:00"),
      (9, 0.5, "18.0 trials/s  ETA 0:01"), (1, 36_000, "ETA 3 days"),
      (1, 1e300, "ETA over a million days"),
    ] as [(UInt64, Double, String)])
  func timesAreReadable(done: UInt64, seconds: Double, expected: String) {
    let line = ProgressLine(
      done: done, total: 10, before: 0, diverged: 0, failed: 0, workers: 1, seconds: seconds)
    #expect(line.text.contains(expected), "\(line.text)")
  }
}
