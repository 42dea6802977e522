import ArgumentParser
import Randomness
import SweepModel
import SweepReport

extension SeedList.Format: ExpressibleByArgument {}

/// `seedsweep seeds`: from indices to seeds and back.
struct SeedsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "seeds",
    abstract: "List the seeds of trials, or find the index of a seed.",
    discussion: """
      A trial's seed is a permutation of its index under the key of the master seed: no two trials of a \
      sweep share a seed, and seed i does not depend on how many trials there are.
      """)

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The master seed: decimal, or hex with 0x.", valueName: "seed"))
  var masterSeed: MasterSeed

  @Option(parsing: .unconditional, help: "How many seeds to list, from index 0 (default: 10).")
  var count: UInt64?

  @Option(parsing: .unconditional, help: "The one index to list.")
  var index: UInt64?

  @Option(
    help: ArgumentHelp("The seed whose index to find: 16 hexadecimal digits.", valueName: "seed"),
    transform: TrialSeed.init(parsing:))
  var invert: TrialSeed?

  @Option(help: ArgumentHelp("The form of the output.", valueName: "format"))
  var format: SeedList.Format = .text

  private static let mostSeeds: UInt64 = 10_000_000

  func validate() throws {
    if [count != nil, index != nil, invert != nil].count(where: { $0 }) > 1 {
      throw ValidationError("--count, --index and --invert: give one of them")
    }
    if let count, count > Self.mostSeeds {
      throw ValidationError("--count \(count): at most \(Self.mostSeeds) at a time")
    }
  }

  func run() throws {
    let indices: [TrialIndex] =
      if let index {
        [TrialIndex(index)]
      } else if let invert {
        [masterSeed.index(of: invert)]
      } else {
        (0..<(count ?? 10)).map(TrialIndex.init)
      }
    let trials = indices.map { TrialReference($0, masterSeed.trialSeed(at: $0)) }
    try Output.write(SeedList(masterSeed: masterSeed, trials: trials).text(as: format))
  }
}
