import Checkpoints
import Foundation
import KerasFormat
import SweepModel
import Training

/// A saved model, written as Keras writes it.
public enum KerasExport {
  /// Writes the model of the file at `path` to `destination`, whose ending says how: `.keras`,
  /// `.weights.h5`, or `.json` for the architecture alone.
  ///
  /// The file is written whole or not at all.
  ///
  /// - Returns: What of the model is not in the new file; nil where all of it is.
  /// - Throws: ``RuntimeError`` where the model cannot be loaded, Keras has no such layer, or the file
  ///   cannot be written.
  public static func write(
    path: String, to destination: String
  ) throws(RuntimeError) -> String? {
    let file: Checkpoints.ModelFile
    let contents: Checkpoints.ModelFile.Contents
    do throws(CheckpointError) {
      file = try Checkpoints.ModelFile(path: path)
      contents = try file.contents()
    } catch {
      throw RuntimeError(error)
    }
    if let component = file.record.variant.variant.components.first {
      throw RuntimeError(.input, "\(path): Keras has no \(component): it cannot be written so")
    }
    // Then the optimizer's state belongs to the last weights, and these are the best.
    let lacksState = file.record.position.restored != nil
    try write(model(file, contents, withState: !lacksState), to: destination)
    let isArchitecture = destination.hasSuffix(".json")
    let preparation = file.record.representation.preparation.map {
      "the model in \(destination) expects prepared inputs, and Keras does not prepare them: \($0)"
    }
    guard lacksState, !isArchitecture else { return preparation }
    let prefix = preparation.map { $0 + "; " } ?? ""
    return prefix
      + "the optimizer's state is not in \(destination): a callback restored the weights of an "
      + "earlier epoch, and the state belongs to the last one"
  }

  private static func model(
    _ file: Checkpoints.ModelFile, _ contents: Checkpoints.ModelFile.Contents, withState: Bool
  ) -> ExportedModel {
    let record = file.record
    let training = record.variant.variant.training
    var model = ExportedModel(
      layers: record.variant.variant.layers, inputShape: record.representation.inputShape)
    model.variables = contents.variables
    // Where the layers do not fit, writing says so.
    let architecture = try? KerasArchitecture(layers: model.layers, inputShape: model.inputShape)
    model.frozen = architecture?.frozen ?? []
    model.loss = training.loss
    model.metrics = record.variant.variant.metrics
    model.optimizer = training.optimizer
    if withState {
      model.optimizerState = OptimizerState(
        iterations: Int64(record.position.steps) &+ Int64(record.position.earlierSteps),
        learningRate: record.position.optimizer["learning_rate"].map { Float($0) },
        slots: contents.slots,
        momentumProduct: record.position.optimizer["momentum_product"].map { Float($0) })
    }
    return model
  }

  private static func write(
    _ model: ExportedModel, to destination: String
  ) throws(RuntimeError) {
    let bytes: [UInt8]
    do throws(KerasFileError) {
      if destination.hasSuffix(".keras") {
        bytes = try KerasModelFile.archive(of: model, date: date, name: destination)
      } else if destination.hasSuffix(".weights.h5") {
        bytes = try KerasModelFile.weights(of: model, name: destination)
      } else if destination.hasSuffix(".json") {
        bytes = Array((try KerasModelFile.architecture(of: model, name: destination) + "\n").utf8)
      } else {
        throw KerasFileError(
          .unsupported, file: destination,
          "the ending says what to write: .keras, .weights.h5, or .json for the architecture")
      }
    } catch {
      throw RuntimeError(.input, "\(error)")
    }
    try WritablePlace.check(destination)
    do throws(KerasFileError) {
      try KerasFormat.ModelFile.write(bytes, to: destination)
    } catch {
      throw RuntimeError(.environment, "\(error)")
    }
  }

  /// Now, as Keras writes it.
  private static var date: String {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(identifier: "UTC")
    formatter.dateFormat = "yyyy-MM-dd@HH:mm:ss"
    return formatter.string(from: .now)
  }
}

extension DataRepresentation {
  /// What is done with raw values before they are a model's inputs; nil where nothing is.
  fileprivate var preparation: String? {
    var steps: [String] = []
    if scale != 1 { steps.append("multiply them by \(scale)") }
    if standardization != nil {
      steps.append("standardize them with the means and deviations that the model file has")
    }
    if vocabulary != nil {
      steps.append("give words by their numbers in the model file's vocabulary")
    }
    if inputColumns.contains(where: { $0.categories != nil }) {
      steps.append("give categories by their numbers in the model file")
    }
    return steps.isEmpty ? nil : steps.joined(separator: ", then ")
  }
}
