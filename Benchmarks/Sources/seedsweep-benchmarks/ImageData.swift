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
    let read = { (name: String) in try Data(contentsOf: file(kind, name, in: directory)) }
    let images = try read("images").withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    let labels = try read("labels").withUnsafeBytes { Array($0.bindMemory(to: Int32.self)) }
    return data(images: images, labels: labels.map { Float($0) })
  }

  /// Throws an ``OptionError`` unless the directory has all files of these kinds in full length.
  static func checkFiles(of kinds: [Kind], in directory: String) throws(OptionError) {
    let bytes = [
      ("images", sampleCount * Experiment2.widths[0] * MemoryLayout<Float>.size),
      ("labels", sampleCount * MemoryLayout<Int32>.size),
    ]
    for kind in kinds {
      for (name, count) in bytes {
        let path = file(kind, name, in: directory).path
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        guard FileManager.default.isReadableFile(atPath: path),
          (attributes?[.size] as? NSNumber)?.intValue == count
        else {
          throw OptionError(
            message: "--data-directory: there is no \(path) of \(count) bytes; "
              + "Benchmarks/peers/data.py writes it")
        }
      }
    }
  }

  private static func file(_ kind: Kind, _ name: String, in directory: String) -> URL {
    URL(fileURLWithPath: directory, isDirectory: true)
      .appendingPathComponent("\(kind.rawValue)-\(name).bin")
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
