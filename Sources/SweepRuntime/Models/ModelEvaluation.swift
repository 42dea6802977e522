import Checkpoints
import Datasets
import SweepModel
import Training

/// The metrics of a saved model, measured anew.
public struct ModelEvaluation: Sendable {
  /// What the model's file says.
  public let record: ModelRecord
  /// The metrics by name, in the specification's order.
  public let metrics: [(name: String, value: Double)]
  /// The samples that were measured.
  public let sampleCount: Int
  /// Whether the metrics are those that training gave, to the bit; nil where other samples were measured,
  /// or the training is not over.
  public let isAsRecorded: Bool?

  /// Measures the model at `path` on the data that it was trained with, or on a file.
  ///
  /// - Throws: ``RuntimeError`` where the model cannot be loaded, or the data are others than those that
  ///   it was trained with, naming the first difference.
  public init(
    path: String, dataPath: String?, targetsPath: String?, files: DataFiles = DataFiles(),
    registry: ComponentRegistry = .builtIn
  ) throws(RuntimeError) {
    let model = try LoadedModel(path: path, registry)
    record = model.record
    let variant = record.variant.variant
    guard let dataPath else {
      let data = try Self.ownData(of: model, files)
      let values = try model.evaluation(of: data, inItsOwnParts: true).metrics
      metrics = zip(variant.metricNames, values).map { ($0, $1) }
      sampleCount = data.sampleCount
      isAsRecorded = record.result?.measurements.map { recorded in
        recorded.metrics.map(\.bitPattern) == values.map(\.bitPattern)
      }
      return
    }
    let (samples, options) = try model.data(
      dataPath, identifier: nil, withTargets: targetsPath == nil, files: files)
    let data = try model.measured(
      samples, options, path: dataPath, targetsPath: targetsPath, files: files)
    let values = try model.evaluation(of: data, inItsOwnParts: false).metrics
    metrics = zip(variant.metrics.map(\.kind), values).map { ($0, $1) }
    sampleCount = data.sampleCount
    isAsRecorded = nil
  }

  /// The data that the model was trained with.
  private static func ownData(
    of model: LoadedModel, _ files: DataFiles
  ) throws(RuntimeError) -> TrainingData {
    let variant = model.record.variant.variant
    let data: TrainingData
    do throws(VariantError) {
      data = try VariantLoader(files: files, registry: model.registry)
        .data(.init(variant.data, variant.sources))
    } catch {
      throw RuntimeError(.input, "\(model.name): its data cannot be loaded: \(error)")
    }
    if let difference = model.record.representation.firstDifference(from: data.representation) {
      throw RuntimeError(
        .input,
        "\(model.name): the data are represented otherwise than when it was trained: "
          + "\(difference); evaluate it on other samples with --samples")
    }
    guard data.digest == variant.dataDigest else {
      throw RuntimeError(
        .input,
        "\(model.name): the data have changed since it was trained: their digest is "
          + "\(data.digest) now and was \(variant.dataDigest); evaluate it on other samples with "
          + "--samples")
    }
    return data
  }
}
