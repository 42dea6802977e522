import Foundation
import KerasFormat
import SweepModel
import Training

/// Models that Keras wrote, and what it computes with them: the folder `cases/keras` beside the project.
enum KnownAnswers {
  /// The folder; tests that need it are skipped where there is none.
  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("../shared/cases/keras").standardized

  static var isThere: Bool {
    FileManager.default.fileExists(atPath: folder.appendingPathComponent("README.md").path)
  }

  /// The path of a file of a case.
  static func path(_ name: String, _ file: String) -> String {
    folder.appendingPathComponent(name).appendingPathComponent(file).path
  }

  /// An array of numbers.
  struct Numbers: Decodable {
    let shape: [Int]
    let values: [Double]
    var floats: [Float] { values.map { Float($0) } }
  }

  /// What `io.json` says.
  struct Answers: Decodable {
    let inputs: [Numbers]
    let predictions: [Numbers]
    let predictions_if_float32: Numbers?
    let predictions_if_keras3: Numbers?
    let predictions_reordered_by_name: [Numbers]?
    let train_x: Numbers?
    let train_y: Numbers?
    let iterations_in_file: Int?
    let weights_after_next_step: [Numbers]?
  }

  static func answers(_ name: String) throws -> Answers {
    try JSONDecoder().decode(
      Answers.self, from: Data(contentsOf: URL(fileURLWithPath: path(name, "io.json"))))
  }
}

extension ImportedModel {
  /// What the model makes of inputs whose first axis is that of the samples.
  func predictions(_ inputs: KnownAnswers.Numbers) throws -> [Float] {
    try TrainingProbe.predictions(
      layers: layers, inputShape: Array(inputs.shape.dropFirst()),
      values: variables.map(\.values), inputs: inputs.floats)
  }
}

/// The largest difference.
func difference(_ own: [Float], _ other: KnownAnswers.Numbers) -> Float {
  guard own.count == other.values.count else { return .infinity }
  return zip(own, other.floats).map { abs($0 - $1) }.max() ?? 0
}
