import Checkpoints
import Datasets
import Kernels
import SweepModel
import Training

/// Makes targets of what a trained model predicts (`targets_from`), for another to learn from.
///
/// Source: G. Hinton, O. Vinyals and J. Dean, "Distilling the knowledge in a neural network", 2015.
struct TargetModel {
  private let source: Configuration
  private let record: ModelRecord
  private let predictor: Predictor

  /// Loads the model; its digests and its probe were verified.
  init(
    _ source: Configuration, _ files: DataFiles, _ registry: ComponentRegistry
  ) throws(VariantError) {
    self.source = source
    let weights = try source.savedWeights(try files.bytes(of: source))
    do {
      let kernels = try KernelSet.ofThisProcess()
      predictor = try weights.predictor(
        kernels: kernels, threads: UsableResources.ofThisProcess.cores.value, registry: registry)
    } catch {
      throw VariantError("\(source.kind).path", file: source.text("path"), "\(error)")
    }
    guard let record = weights.record else { preconditionFailure("a predictor has a record") }
    self.record = record
  }

  /// The same samples: those for training have the model's predictions as targets, the others keep
  /// their own, one-hot where they are numbers of classes.
  func targets(of data: TrainingData) throws(VariantError) -> TrainingData {
    try checkRepresentation(of: data)
    do throws(TrainingError) { try predictor.model.check(data.inputs) } catch {
      throw source.error("\(error)")
    }
    let width = data.inputShape.reduce(1, *)
    let training = data.parts.training
    var targets = predictor.predictions(Array(data.inputs[..<(training * width)]))
    guard targets.allSatisfy(\.isFinite) else {
      throw source.error("it predicts values that are not finite")
    }
    if training < data.sampleCount { targets += try ownTargets(of: data, from: training) }
    return data.withTargets(targets, shape: predictor.model.outputShape)
  }

  /// The model must be given what it was trained with, in the same representation.
  private func checkRepresentation(of data: TrainingData) throws(VariantError) {
    var (own, new) = (record.representation, data.representation)
    (own.targetColumns, own.classNames) = ([], nil)
    (new.targetColumns, new.classNames) = ([], nil)
    if let difference = own.firstDifference(from: new) {
      throw source.error(
        "the data are represented otherwise than when it was trained: \(difference)")
    }
  }

  /// The targets of the samples from `first` on, in the shape of predictions.
  private func ownTargets(
    of data: TrainingData, from first: Int
  ) throws(VariantError) -> [Float] {
    do throws(TargetMismatch) {
      return try data.ownTargets(from: first, predictedShape: predictor.model.outputShape)
    } catch {
      switch error {
      case .shape(let predicted, let targets):
        throw source.error(
          "it predicts values of shape \(predicted), and the targets of the samples that validate or "
            + "test have shape \(targets)")
      case .unknownClass(let value, _, let classes):
        throw source.error(
          "it predicts \(classes) classes, and a sample that validates or tests is of class \(value)"
        )
      }
    }
  }
}
