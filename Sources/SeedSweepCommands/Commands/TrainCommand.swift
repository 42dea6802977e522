import ArgumentParser
import Foundation
import SweepModel
import SweepRuntime
import Training

/// `seedsweep train`: one trial, here, and its model in a file.
struct TrainCommand: ComponentCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train one trial here and save its model.",
    discussion: """
      The model file is in the safetensors format. It holds the weights, the resolved specification, the \
      vocabulary and statistics of the training data, the metrics, and the optimizer's state, so that \
      `predict`, `evaluate` and `show` need nothing else.

      A checkpoint is written to the same file at intervals and when the training is interrupted. Run the \
      same command again to resume: the bits are those of a training that was never interrupted. To train \
      a finished model for more epochs, raise `training.epochs` and pass the model to --continue.
      """)

  @OptionGroup var trial: TrialOption

  @Option(
    help: ArgumentHelp("The specification, a YAML file.", valueName: "spec"),
    completion: .specification)
  var spec: String?

  @Option(help: ArgumentHelp("A model file whose specification to use.", valueName: "file"))
  var model: String?

  @Option(
    help: ArgumentHelp(
      "The model file to write, or a directory for a file named after the trial.", valueName: "path"
    ))
  var save: String?

  @Option(
    name: .customLong("continue"),
    help: ArgumentHelp("The model of the same trial to continue from.", valueName: "file"))
  var start: String?

  @OptionGroup var data: DataOption

  @Option(help: ArgumentHelp("The form of the output.", valueName: "format"))
  var format: TextFormat = .text

  func validate() throws {
    guard (spec == nil) != (model == nil) else {
      throw ValidationError(
        "give the specification with --spec, or a model that has it with --model")
    }
  }

  func run(_ registry: ComponentRegistry) throws {
    let request = StopRequest()
    let interruption = try Interruption { request.make() }
    let training = try perform { () throws(RuntimeError) in
      let options = trial.options(save: save, start: start)
      if let model {
        return try ModelTraining(
          options, modelPath: model, files: data.files, registry: registry,
          mayContinue: { request.mayContinue })
      }
      let prepared = try PreparedSweep(path: spec ?? "", files: data.files, registry: registry)
      Diagnostics.warn(prepared.warnings)
      return try ModelTraining(
        options, of: prepared, files: data.files, registry: registry,
        mayContinue: { request.mayContinue })
    }
    try training.conclude(format, signal: interruption.signal)
  }
}

/// `seedsweep fetch-model`: the model of a trial that a store knows.
struct FetchModelCommand: ComponentCommand {
  static let configuration = CommandConfiguration(
    commandName: "fetch-model",
    abstract: "Write the model of a recorded trial to a file.",
    discussion: """
      With `save: last` in its specification, the coordinator kept the model, and it is copied. Otherwise the \
      store has the digest of the trial's weights, not the weights: the trial is trained again on this \
      machine, and the model is written only if its bits are those on record. An interrupted command \
      resumes when it is run again.
      """)

  @OptionGroup var trial: TrialOption

  @OptionGroup var store: StoreOption

  @Option(help: ArgumentHelp("The sweep, if the store has several.", valueName: "name"))
  var sweep: String?

  @Option(
    help: ArgumentHelp(
      "The model file to write, or a directory for a file named after the trial.", valueName: "path"
    ))
  var save = "."

  @OptionGroup var data: DataOption

  @Option(help: ArgumentHelp("The form of the output.", valueName: "format"))
  var format: TextFormat = .text

  func run(_ registry: ComponentRegistry) throws {
    let request = StopRequest()
    let interruption = try Interruption { request.make() }
    let training = try perform { () throws(RuntimeError) in
      try ModelTraining(
        trial.options(save: save), storePath: store.path, sweep: sweep, files: data.files,
        registry: registry, mayContinue: { request.mayContinue })
    }
    try training.conclude(format, signal: interruption.signal)
  }
}
