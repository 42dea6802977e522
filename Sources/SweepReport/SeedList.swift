import SweepModel

/// Seeds and their indices, as `seedsweep seeds` prints them.
public struct SeedList: Hashable, Sendable {
  /// The forms in which seeds can be had.
  public enum Format: String, Hashable, Sendable, CaseIterable {
    /// Two aligned columns for a terminal, without a header.
    case text
    /// Two columns.
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
    case .text: alignedText
    case .csv:
      trials.reduce(into: CSV.line(["index", "seed"])) {
        $0 += CSV.line([$1.index.description, $1.seed.hex])
      }
    case .json: json.indentedText + "\n"
    }
  }

  private var alignedText: String {
    let width = trials.map(\.index).max()?.description.count ?? 0
    return trials.reduce(into: "") { text, trial in
      let index = trial.index.description
      text += String(repeating: " ", count: width - index.count) + index + "  \(trial.seed)\n"
    }
  }

  private var json: JSONValue {
    [
      "master_seed": .string(masterSeed.description),
      "seeds": .array(
        trials.map { ["index": .count($0.index.rawValue), "seed": .string($0.seed.hex)] }),
    ]
  }
}
