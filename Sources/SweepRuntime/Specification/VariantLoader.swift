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
      let targets = variant.sources[.targets].map { " (targets from \($0.text("path")))" } ?? ""
      throw VariantError(
        .difference, "",
        "the data\(targets) have changed: their digest is \(data.digest) now and was \(variant.dataDigest)"
      )
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

/// Keeps what was loaded last: the variants of a sweep mostly share their data, and what their training
/// begins with.
struct LastLoaded {
  private var data: (request: VariantLoader.DataRequest, data: TrainingData)?
  private var start: (request: StartRequest, reading: StartReader.Reading?)?

  /// All that a start depends on.
  private struct StartRequest: Hashable {
    let layers: [Configuration]
    let inputShape: [Int]
    let sources: [Configuration]
    /// Only where its state is read.
    let optimizer: Configuration?

    init(_ variant: ResolvedVariant, inputShape: [Int]) {
      layers = variant.layers
      self.inputShape = inputShape
      sources = variant.sources.all
      let readsState = sources.contains { $0.arguments["optimizer_state"] == .boolean(true) }
      optimizer = readsState ? variant.training.optimizer : nil
    }
  }

  /// The data of a request.
  mutating func data(
    _ request: VariantLoader.DataRequest, by loader: VariantLoader
  ) throws(VariantError) -> TrainingData {
    if let data, data.request == request { return data.data }
    // The last data go first: two of them need not fit in memory.
    data = nil
    let loaded = try loader.data(request)
    data = (request, loaded)
    return loaded
  }

  /// What the training of a variant begins with.
  mutating func start(
    of variant: ResolvedVariant, inputShape: [Int], by loader: VariantLoader
  ) throws(VariantError) -> StartReader.Reading? {
    guard variant.sources.hasStart else { return nil }
    let request = StartRequest(variant, inputShape: inputShape)
    if let start, start.request == request { return start.reading }
    start = nil
    let reading = try loader.start(of: variant, inputShape: inputShape)
    start = (request, reading)
    return reading
  }
}
