import ArgumentParser
import Datasets
import Foundation
import SweepModel
import SweepReport
import SweepRuntime
import Training

/// `seedsweep predict`: what saved models say of new samples.
struct PredictCommand: ComponentCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Predict new samples with a saved model, or with several together.",
    discussion: """
      The samples are prepared with what the model file holds: columns are found by name, categories and \
      words keep their numbers, and values are standardized with the training samples' statistics. \
      Before anything is predicted, the file's digests and its probe are verified.

      With several models, the output has their mean, their standard deviation (n - 1) and, for classes, \
      the share of the models that agree with the mean's class. --sweep takes the models of a sweep's \
      completed trials: as the coordinator kept them, or else trained again, to the bits on record.
      """)

  @Argument(help: ArgumentHelp("The model files.", valueName: "model"))
  var models: [String] = []

  @Option(
    help: ArgumentHelp("Use the trials of this sweep instead of model files.", valueName: "name"))
  var sweep: String?

  @Option(help: ArgumentHelp("The variant, if the sweep has several.", valueName: "name"))
  var variant: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Use only the first trials of the sweep.", valueName: "n"))
  var trials: UInt64?

  @OptionGroup var store: StoreOption

  @Option(
    help: ArgumentHelp(
      "Base directory for relative paths of the sweep's training data (default: the current directory).",
      valueName: "directory"))
  var trainingData = ""

  @Option(
    help: ArgumentHelp(
      "The samples: a table (.csv), JSON Lines (.jsonl), an array of NumPy (.npy), or sentences as in "
        + "the model's training data; plain or gzipped.", valueName: "file"))
  var data: String

  @Option(
    help: ArgumentHelp(
      "The column or key that names the samples (default: their number).", valueName: "name"))
  var id: String?

  @Flag(help: "Add the loss of each sample. The file must have the targets.")
  var losses = false

  @Option(
    help: ArgumentHelp(
      "An array of NumPy with the targets, if the file has none.", valueName: "file"))
  var targets: String?

  @Option(help: ArgumentHelp("The form of the output.", valueName: "format"))
  var format: PredictionReport.Format = .csv

  func validate() throws {
    guard models.isEmpty != (sweep == nil) else {
      throw ValidationError("name model files, or a sweep with --sweep")
    }
    guard sweep != nil || variant == nil && trials == nil && store.chosenPath == nil else {
      throw ValidationError("--store, --variant and --trials go with --sweep")
    }
    if trials == 0 { throw ValidationError("--trials 0: an ensemble has at least one model") }
  }

  func run(_ registry: ComponentRegistry) throws {
    let options = ModelPrediction.Options(
      dataPath: data, identifier: id, withLosses: losses || targets != nil, targetsPath: targets)
    let prediction = try perform { () throws(RuntimeError) in
      guard let sweep else {
        return try ModelPrediction(paths: models, options, registry: registry)
      }
      return try ModelPrediction(
        storePath: store.path, sweep: sweep, variant: variant, trials: trials,
        files: DataFiles(directory: trainingData, option: "--training-data"), options,
        registry: registry)
    }
    if prediction.leftOut > 0 {
      Diagnostics.line(
        "warning: \(prediction.leftOut) trials diverged or failed and have no part in the predictions"
      )
    }
    try Output.write(prediction.report.text(as: format))
  }
}

extension PredictionReport.Format: ExpressibleByArgument {}

/// `seedsweep evaluate`: the metrics of a saved model, measured anew.
struct EvaluateCommand: ComponentCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure the metrics of a saved model.",
    discussion: """
      Without --samples the model is measured on the data that it was trained with, which must not have \
      changed, and the metrics are compared with those on record. Exit status 0: the same bits, or other \
      samples; 1: different.
      """)

  @Argument(help: ArgumentHelp("The model file.", valueName: "model"))
  var model: String

  @Option(
    help: ArgumentHelp(
      "Other samples to measure: a file as for `predict`, with targets.", valueName: "file"))
  var samples: String?

  @Option(
    help: ArgumentHelp(
      "An array of NumPy with the targets, if the file has none.", valueName: "file"))
  var targets: String?

  @OptionGroup var data: DataOption

  @Option(help: ArgumentHelp("The form of the output.", valueName: "format"))
  var format: TextFormat = .text

  func validate() throws {
    if targets != nil, samples == nil {
      throw ValidationError("--targets are those of the file that --samples names")
    }
  }

  func run(_ registry: ComponentRegistry) throws {
    let evaluation = try perform { () throws(RuntimeError) in
      try ModelEvaluation(
        path: model, dataPath: samples, targetsPath: targets, files: data.files, registry: registry)
    }
    switch format {
    case .text: try Output.write(evaluation.text)
    case .json: try Output.line(evaluation.json.indentedText)
    }
    try Output.finish()
    if evaluation.isAsRecorded == false { throw CommandFailure(.answerIsNo) }
  }
}

/// `seedsweep show`: where a model came from.
struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show where a saved model came from.",
    discussion: """
      Prints the trial, the specification, the data and their digests, the machine and the versions, and \
      the command that makes the model again.
      """)

  @Argument(help: ArgumentHelp("The model file.", valueName: "model"))
  var model: String

  @Option(help: ArgumentHelp("The form of the output.", valueName: "format"))
  var format: TextFormat = .text

  func run() throws {
    let shown = try perform { () throws(RuntimeError) in try ShownModel(path: model) }
    switch format {
    case .text: try Output.write(shown.text)
    case .json: try Output.line(shown.json.indentedText)
    }
  }
}

/// `seedsweep export-model`: a saved model as Keras writes it.
struct ExportModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export-model",
    abstract: "Write a saved model as a Keras file.",
    discussion: """
      The ending of the new file says what is written: .keras (the whole model, with the optimizer's state), \
      .weights.h5 (the weights), or .json (the architecture, as to_json() has it). Keras 3 loads them. See \
      docs/keras-files.md.
      """)

  @Argument(help: ArgumentHelp("The model file.", valueName: "model"))
  var model: String

  @Option(help: ArgumentHelp("The Keras file to write.", valueName: "file"))
  var save: String

  func run() throws {
    let missing = try perform { () throws(RuntimeError) in
      try KerasExport.write(path: model, to: save)
    }
    if let missing { Diagnostics.line("warning: \(missing)") }
  }
}
