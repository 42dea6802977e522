import SweepModel

/// Seeds and their indices, as `seedsweep seeds` prints them.
public struct SeedList: Hashable, Sendable {
  /// The forms in which seeds can be had.
  public enum Format: String, Hashable, Sendable, CaseIterable {
    /// Two columns for a terminal.
    case text
    /// Two columns with a header.
    case csv
    /// One document (docs/json.md).
    case json
  }

  private let masterSeed: MasterSeed
  private let trials: [TrialReference]

  /// The seeds of some trials.
  public init(masterSeed: MasterSeed, trials: [TrialReference]) {
    self.masterSeed = masterSeed
    self.trials = trials
  }

  /// The list in a form, ending with a line feed.
  public func text(as format: Format) -> String {
    switch format {
    case .text: trials.map { "\($0.index)  \($0.seed)\n" }.joined()
    case .csv:
      CSV.line(["index", "seed"])
        + trials.map { CSV.line([$0.index.description, $0.seed.hex]) }.joined()
    case .json:
      JSONValue.object([
        .init("master_seed", .string(masterSeed.description)),
        .init(
          "seeds",
          .array(
            trials.map {
              // An index may be beyond what JSON's numbers hold exactly, so it is a text here.
              ["index": .string($0.index.description), "seed": .string($0.seed.hex)]
            })),
      ]).indentedText + "\n"
    }
  }
}

extension TrialReference {
  /// A trial by its index and seed.
  public init(_ index: TrialIndex, _ seed: TrialSeed) {
    self.init(index: index, seed: seed)
  }
}
