import Datasets
import SweepModel

/// Loads data for one variant after the other; those of one sweep mostly share them.
struct DataLoader {
  private var last: (configuration: Configuration, data: TrainingData)?

  /// The data of a configuration, which are loaded from `files` unless they are those of the last call.
  mutating func load(
    _ configuration: Configuration, from files: DataFiles
  ) throws(DatasetError) -> TrainingData {
    if let last, last.configuration == configuration { return last.data }
    // The last data go first: two of them need not fit in memory.
    last = nil
    let data = try Dataset.load(configuration, from: files)
    last = (configuration, data)
    return data
  }
}
