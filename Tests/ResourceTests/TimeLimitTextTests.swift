import Testing

@testable import SweepRuntime

/// Time limits as Slurm prints them, and as it tells its jobs.
@Suite struct TimeLimitTextTests {
  @Test(arguments: [
    ("1", 1), ("90", 90), ("01:30", 90), ("90:00", 5_400), ("1:00:00", 3_600),
    ("2-03:04:05", 183_845), ("0-00:00:01", 1), ("864000000", 864_000_000),
  ]) func timesAreRead(text: String, seconds: Int) { #expect(TimeLimit.seconds(text) == seconds) }

  @Test(arguments: [
    "", "0", "0:00", "-1", "+1", "1.5", "1:", ":1", "1-2", "1-2:3", "1:2:3:4", "1-2-3:4:5", "5m",
    "864000001", "999999999999", "99999-00:00:00", "٣",
  ]) func whatIsNoTimeIsRefused(text: String) { #expect(TimeLimit.seconds(text) == nil) }

  @Test func slurmTellsWhenItsJobsEnd() {
    func limit(_ text: String?) -> Duration? {
      TimeLimit(
        environment: text.map { ["SLURM_JOB_END_TIME": $0] } ?? [:], secondsSince1970: 1_000.5)?
        .duration
    }
    #expect(limit("1060") == .milliseconds(59_500))
    #expect(limit("900") == .zero)
    for text in [nil, "", "0", "-5", "soon", "99999999999999", "9223372036854775807"] {
      #expect(limit(text) == nil)
    }
  }
}
