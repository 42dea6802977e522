import Checkpoints
import Datasets
import Kernels
import SweepModel
import Training

/// A model that is known to be right on this machine: out of a file whose digests and probe were verified, or
/// trained again to the bits on record.
struct LoadedModel {
  /// What it is called in messages: its file, or its seed.
  let name: String
  let record: ModelRecord
  let predictor: Predictor
  let kernels: KernelSet
  let registry: ComponentRegistry

  /// A model that was trained in this process.
  init(
    _ record: ModelRecord, predictor: Predictor, kernels: KernelSet, registry: ComponentRegistry
  ) {
    name = "seed \(record.seed)"
    self.record = record
    self.predictor = predictor
    self.kernels = kernels
    self.registry = registry
  }

  /// Loads the model at `path`.
  ///
  /// - Throws: ``RuntimeError`` where it cannot be loaded, or is another model here.
  init(path: String, _ registry: ComponentRegistry) throws(RuntimeError) {
    self.registry = registry
    kernels = try KernelSet.ofThisProcess()
    let file: ModelFile
    do throws(CheckpointError) { file = try ModelFile(path: path) } catch {
      throw RuntimeError(error)
    }
    let contract = file.record.variant.variant.contractVersion
    guard contract == Versions.contract else {
      throw RuntimeError(
        .input,
        "\(path): it was trained under numeric contract \(contract), this is \(Versions.contract): "
          + "use the version that made it")
    }
    name = path
    record = file.record
    do throws(CheckpointError) {
      predictor = try file.predictor(
        kernels: kernels, threads: UsableResources.ofThisProcess.cores.value, registry: registry)
    } catch {
      throw RuntimeError(error)
    }
  }

  /// New samples, prepared as the model's training samples were.
  func data(
    _ path: String, identifier: String?, withTargets: Bool, files: DataFiles
  ) throws(RuntimeError) -> (PredictionData, PredictionData.Options) {
    var options = PredictionData.Options(
      identifier: identifier, configuration: record.variant.variant.data,
      representation: record.representation)
    options.readsTargets = withTargets
    let data: PredictionData
    do throws(DatasetError) {
      data = try PredictionData(path: path, options: options, files: files)
    } catch {
      throw RuntimeError(.input, error.message)
    }
    do throws(TrainingError) { try predictor.model.check(data.inputs) } catch {
      throw RuntimeError(.input, "\(path): \(error)")
    }
    return (data, options)
  }

  /// New samples with their targets, as samples that validate have them: for a model that learnt what another
  /// predicts, numbers of classes are one-hot vectors.
  ///
  /// - Parameters:
  ///   - path: The samples' file.
  ///   - targetsPath: A file with the targets, where the samples' own has none.
  func measured(
    _ samples: PredictionData, _ options: PredictionData.Options, path: String,
    targetsPath: String?, files: DataFiles
  ) throws(RuntimeError) -> TrainingData {
    let data: TrainingData
    do throws(DatasetError) {
      data = try samples.measured(
        path: path, options: options, targetsPath: targetsPath, files: files)
    } catch {
      throw RuntimeError(.input, error.message)
    }
    guard record.variant.variant.sources[.targets] != nil else { return data }
    let shape = predictor.model.outputShape
    do throws(TargetMismatch) {
      return data.withTargets(try data.ownTargets(predictedShape: shape), shape: shape)
    } catch {
      let problem =
        switch error {
        case .shape(let predicted, let targets):
          "values of shape \(predicted), and the targets have shape \(targets)"
        case .unknownClass(let value, let sample, let classes):
          "\(classes) classes, and sample \(sample) is of class "
            + (Int(exactly: value).map { String($0) } ?? "\(value)")
        }
      throw RuntimeError(.input, "\(targetsPath ?? path): the model predicts \(problem)")
    }
  }

  /// The model's measurements of samples with targets.
  func evaluation(of data: TrainingData, inItsOwnParts: Bool) throws(RuntimeError) -> Evaluation {
    var variant = record.variant.variant
    variant.dataDigest = data.digest
    // What training began with is over.
    variant.sources = ModelSources()
    if !inItsOwnParts {
      // All of the file is one part, which nothing is trained on.
      variant.dataParts = nil
      variant.training.validationSplit = 0
      variant.training.callbacks = []
      variant.training.classWeights = []
      variant.training.batchSize = .samples(min(64, data.sampleCount))
    }
    do {
      let plan = try TrainingPlan(variant: variant, data: data, registry: registry)
      return Trainer(
        plan: plan, kernels: kernels, lanes: 1,
        threads: plan.threads(upTo: UsableResources.ofThisProcess.cores.value)
      ).evaluate(values: predictor.variableValues())
    } catch {
      throw RuntimeError(.input, "\(name): \(error)")
    }
  }
}
