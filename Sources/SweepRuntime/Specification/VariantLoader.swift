import Datasets
import Kernels
import SweepModel
import Training

/// Makes variants ready to be trained: loads their data and what training begins with, and compiles
/// their plans.
struct VariantLoader {
  /// Where files are.
  let files: DataFiles
  /// The components that the program has.
  let registry: ComponentRegistry

  /// What data are made of.
  struct DataRequest: Hashable {
    /// The dataset.
    let configuration: Configuration
    /// The model that makes the targets; nil where they are the dataset's own.
    let targets: Configuration?

    /// The data of a variant.
    init(_ data: Configuration, _ sources: ModelSources) {
      configuration = data
      targets = sources[.targets]
    }
  }

  /// Loads data.
  func data(_ request: DataRequest) throws(VariantError) -> TrainingData {
    let data: TrainingData
    do throws(DatasetError) {
      data = try Dataset.load(request.configuration, from: files)
    } catch {
      throw VariantError(error)
    }
    guard let source = request.targets else { return data }
    return try TargetModel(source, files, registry).targets(of: data)
  }

  /// The plan of a variant for data that were loaded, which must be those that it is for.
  func plan(
    of variant: ResolvedVariant, _ data: TrainingData
  ) throws(VariantError) -> TrainingPlan {
    guard data.digest == variant.dataDigest else {
      throw VariantError(
        .difference, "",
        "the data have changed: their digest is \(data.digest) now and was \(variant.dataDigest)")
    }
    let state = try start(of: variant, inputShape: data.inputShape)?.state
    if let state, let expected = variant.sources.startDigest, state.digest != expected {
      let paths = variant.sources.all.map { $0.text("path") }.listed
      throw VariantError(
        .difference, "",
        "what training begins with (\(paths)) has changed: its digest is \(state.digest) now and was "
          + "\(expected)")
    }
    do throws(TrainingError) {
      return try TrainingPlan(
        variant: variant, data: data, startingState: state, registry: registry)
    } catch {
      throw VariantError(error)
    }
  }

  /// What the training of a variant begins with; nil where all of it comes from the seed.
  func start(
    of variant: ResolvedVariant, inputShape: [Int]
  ) throws(VariantError) -> StartReader.Reading? {
    guard variant.sources.hasStart else { return nil }
    let reader: StartReader
    do throws(TrainingError) {
      reader = try StartReader(variant, inputShape: inputShape, files: files, registry)
    } catch {
      throw VariantError(error)
    }
    return try reader.reading()
  }

  /// The plan of a variant, with its data loaded.
  func plan(of variant: ResolvedVariant) throws(VariantError) -> TrainingPlan {
    do throws(TrainingError) { try registry.check(variant) } catch { throw VariantError(error) }
    return try plan(of: variant, try data(DataRequest(variant.data, variant.sources)))
  }
}

/// Keeps the data that were loaded last: the variants of a sweep mostly share them.
struct LastData {
  private var last: (request: VariantLoader.DataRequest, data: TrainingData)?

  /// The data of a request, which are loaded unless they are those of the last call.
  mutating func load(
    _ request: VariantLoader.DataRequest, by loader: VariantLoader
  ) throws(VariantError) -> TrainingData {
    if let last, last.request == request { return last.data }
    // The last data go first: two of them need not fit in memory.
    last = nil
    let data = try loader.data(request)
    last = (request, data)
    return data
  }
}
