import Checkpoints
import Datasets
import SweepModel
import SweepReport
import Training

/// The predictions of one saved model, or of several together, for the samples of a file.
public struct ModelPrediction: Sendable {
  /// What was predicted.
  public let report: PredictionReport

  /// The trials of the sweep that have no model: they diverged or failed.
  public let leftOut: Int

  /// What is predicted, and how.
  public struct Options: Sendable {
    /// The file with the samples.
    public var dataPath: String
    /// The column or key with the samples' names.
    public var identifier: String?
    /// Whether each sample's loss is wanted, for which the file must have targets.
    public var withLosses: Bool
    /// A file with the targets, where the samples' own has none.
    public var targetsPath: String?

    /// Options.
    public init(
      dataPath: String, identifier: String?, withLosses: Bool, targetsPath: String?
    ) {
      self.dataPath = dataPath
      self.identifier = identifier
      self.withLosses = withLosses
      self.targetsPath = targetsPath
    }
  }

  /// Predicts by the models of the files at `paths`.
  ///
  /// - Throws: ``RuntimeError`` where a model or the file cannot be loaded, or the models do not take
  ///   the same inputs and give the same outputs.
  public init(
    paths: [String], _ options: Options, registry: ComponentRegistry = .builtIn
  ) throws(RuntimeError) {
    var builder = Builder(options)
    for path in paths { try builder.add(try LoadedModel(path: path, registry)) }
    report = try builder.report()
    leftOut = 0
  }

  /// Predicts by the models of a sweep's trials: those that were kept, and the others trained again, one after
  /// the other, to the bits on record.
  ///
  /// - Parameters:
  ///   - trials: How many of them, from index 0; nil for all.
  ///   - files: Where the sweep's data are.
  /// - Throws: ``RuntimeError`` also where a trial gives other bits here than are recorded.
  public init(
    storePath: String, sweep: String?, variant: String?, trials: UInt64?, files: DataFiles,
    _ options: Options, registry: ComponentRegistry = .builtIn
  ) throws(RuntimeError) {
    var ensemble = try SweepEnsemble(
      storePath: storePath, sweep: sweep, variant: variant, trials: trials, files: files, registry)
    var builder = Builder(options)
    for recorded in ensemble.completed {
      try builder.add(try ensemble.model(of: recorded))
    }
    report = try builder.report()
    leftOut = ensemble.leftOut
  }
}

/// Puts the predictions of models together, one model at a time.
private struct Builder {
  private let options: ModelPrediction.Options
  private var models: [PredictionReport.Model] = []
  private var identifiers: [String] = []
  private var words: [[String]]?
  private var first: (name: String, record: ModelRecord, outputShape: [Int])?

  init(_ options: ModelPrediction.Options) { self.options = options }

  mutating func add(_ model: LoadedModel) throws(RuntimeError) {
    if let first { try Self.check(model.name, model.record, predictsLike: first) }
    let files = DataFiles()
    let (data, reading) = try model.data(
      options.dataPath, identifier: options.identifier,
      withTargets: options.withLosses && options.targetsPath == nil, files: files)
    if first == nil {
      identifiers = data.identifiers
      words = Self.words(data, model.record.representation)
      first = (model.name, model.record, model.predictor.model.outputShape)
    }
    var losses: [Float]?
    if options.withLosses {
      let measured = try model.measured(
        data, reading, path: options.dataPath, targetsPath: options.targetsPath, files: files)
      losses = try model.evaluation(of: measured, inItsOwnParts: false).sampleLosses
    }
    models.append(
      PredictionReport.Model(
        predictions: model.predictor.predictions(data.inputs), losses: losses))
  }

  func report() throws(RuntimeError) -> PredictionReport {
    guard let first else {
      throw RuntimeError(.input, "there is no model: no trial of the sweep is completed")
    }
    return PredictionReport(
      identifiers: identifiers, words: words, outputShape: first.outputShape,
      classNames: first.record.representation.classNames,
      areClasses: Self.areClasses(first.record.variant.variant.training.loss.kind),
      models: models)
  }

  /// Whether the outputs for a sample, or a position, are the probabilities of classes.
  private static func areClasses(_ loss: String) -> Bool {
    ["categorical_crossentropy", "sparse_categorical_crossentropy"].contains(loss)
  }

  private static func check(
    _ name: String, _ record: ModelRecord,
    predictsLike first: (name: String, record: ModelRecord, outputShape: [Int])
  ) throws(RuntimeError) {
    let own = record.representation
    guard own.classNames == first.record.representation.classNames,
      own.inputShape == first.record.representation.inputShape,
      record.variant.variant.layers.last == first.record.variant.variant.layers.last,
      record.variant.variant.training.loss == first.record.variant.variant.training.loss
    else {
      throw RuntimeError(
        .input,
        "\(name) predicts something else than \(first.name): their predictions cannot be put together"
      )
    }
  }

  /// The words of each sample, up to the sentence's end, where inputs are such.
  private static func words(
    _ data: PredictionData, _ representation: DataRepresentation
  ) -> [[String]]? {
    guard let vocabulary = representation.vocabulary else { return nil }
    let width = representation.inputShape.reduce(1, *)
    return data.identifiers.indices.map { sample in
      data.inputs[sample * width..<(sample + 1) * width].prefix { $0 != 0 }.map {
        vocabulary.indices.contains(Int($0)) ? vocabulary[Int($0)] : "?"
      }
    }
  }
}
