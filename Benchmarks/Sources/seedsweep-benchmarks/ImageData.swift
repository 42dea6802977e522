import Foundation
import SweepModel

/// The data of experiment 2, as peers/data.py writes them: 60,000 images of 784 values.
enum ImageData {
  /// How the images are made.
  enum Kind: String, CaseIterable {
    /// About 80% zeros, as handwritten digits have.
    case strokes
    /// No zeros.
    case dense
  }

  static let sampleCount = 60_000

  /// Reads them from the directory; without one, makes images as sparse of no meaning, which take
  /// the same time.
  static func load(_ kind: Kind, directory: String?) throws -> TrainingData {
    guard let directory else { return make(kind) }
    let root = URL(fileURLWithPath: directory, isDirectory: true)
    let read = { (name: String) in
      try Data(contentsOf: root.appendingPathComponent("\(kind.rawValue)-\(name).bin"))
    }
    let images = try read("images").withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    let labels = try read("labels").withUnsafeBytes { Array($0.bindMemory(to: Int32.self)) }
    return data(images: images, labels: labels.map { Float($0) })
  }

  private static func make(_ kind: Kind) -> TrainingData {
    var generator = SplitMix(state: 2)
    let zeros = kind == .strokes ? 0.8 : 0
    let images = (0..<sampleCount * Experiment2.widths[0]).map { _ in
      generator.unit() < zeros ? 0 : Float(generator.unit())
    }
    let labels = (0..<sampleCount).map { Float($0 % Experiment2.classes) }
    return data(images: images, labels: labels)
  }

  private static func data(images: [Float], labels: [Float]) -> TrainingData {
    TrainingData(
      sampleCount: labels.count, inputShape: [Experiment2.widths[0]], targetShape: [1],
      inputs: images, targets: labels)
  }
}
