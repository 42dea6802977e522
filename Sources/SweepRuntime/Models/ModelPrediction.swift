import Checkpoints
import Datasets
import SweepModel
import SweepReport
import Training

/// The predictions of one saved model, or of several together, for the samples of a file.
public struct ModelPrediction: Sendable {
  /// What was predicted.
  public let report: PredictionReport

  /// Predicts the samples of the file at `dataPath` by the models of the files at `paths`.
  ///
  /// - Parameters:
  ///   - identifier: The column or key with the samples' names.
  ///   - withLosses: Whether each sample's loss is wanted, for which the file must have targets.
  /// - Throws: ``RuntimeError`` where a model or the file cannot be loaded, or the models do not take
  ///   the same inputs and give the same outputs.
  public init(
    paths: [String], dataPath: String, identifier: String?, withLosses: Bool,
    targetsPath: String?, files: DataFiles = DataFiles(), registry: ComponentRegistry = .builtIn
  ) throws(RuntimeError) {
    var models: [PredictionReport.Model] = []
    var identifiers: [String] = []
    var first: (path: String, record: ModelRecord)?
    var words: [[String]]?
    for path in paths {
      let model = try LoadedModel(path: path, registry)
      if let first { try Self.check(path, model.record, predictsLike: first) }
      let (data, options) = try model.data(
        dataPath, identifier: identifier, withTargets: withLosses && targetsPath == nil,
        files: files)
      if first == nil {
        identifiers = data.identifiers
        words = Self.words(data, model.record.representation)
      }
      first = first ?? (path, model.record)
      var losses: [Float]?
      if withLosses {
        let measured: TrainingData
        do throws(DatasetError) {
          measured = try data.measured(options: options, targetsPath: targetsPath, files: files)
        } catch {
          throw RuntimeError(.input, "\(dataPath): \(error.message)")
        }
        losses = try model.evaluation(of: measured, inItsOwnParts: false).sampleLosses
      }
      models.append(
        PredictionReport.Model(
          predictions: model.predictor.predictions(data.inputs), losses: losses))
    }
    guard let first else { throw RuntimeError(.input, "there is no model") }
    let variant = first.record.variant.variant
    let shape: [Int]
    do throws(TrainingError) {
      shape = try Model(
        variant: variant, inputShape: first.record.representation.inputShape,
        registry: registry
      )
      .outputShape
    } catch {
      throw RuntimeError(.input, "\(first.path): \(error)")
    }
    report = PredictionReport(
      identifiers: identifiers, words: words, outputShape: shape,
      classNames: first.record.representation.classNames,
      areClasses: Self.areClasses(variant.training.loss.kind), models: models)
  }

  /// Whether the outputs for a sample, or a position, are the probabilities of classes.
  private static func areClasses(_ loss: String) -> Bool {
    ["categorical_crossentropy", "sparse_categorical_crossentropy"].contains(loss)
  }

  private static func check(
    _ path: String, _ record: ModelRecord, predictsLike first: (path: String, record: ModelRecord)
  ) throws(RuntimeError) {
    let own = record.representation
    guard own.classNames == first.record.representation.classNames,
      own.inputShape == first.record.representation.inputShape,
      record.variant.variant.layers.last == first.record.variant.variant.layers.last,
      record.variant.variant.training.loss == first.record.variant.variant.training.loss
    else {
      throw RuntimeError(
        .input,
        "\(path) predicts something else than \(first.path): their predictions cannot be put together"
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
