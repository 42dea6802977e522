import Randomness
import SweepModel

/// Pictures of handwritten-like digits that the project draws itself, in the form of MNIST.
///
/// Shapes: input `[28, 28]` (or `shape`), pixels 0 to 255 × `scale`, 0 where nothing is drawn; target
/// `[1]`, the digit. Sample i of all parts together shows the digit i mod 10.
enum DigitsDataset: DatasetKind {
  static let readsFiles = false
  static let schema = ConfigurationSchema(
    kind: "digits",
    summary: "Drawn digits of 28 × 28 pixels, like MNIST's but made from a seed, without a file.",
    parameters: GeneratorArguments.parameters(training: 60_000, test: 10_000)
      + Preparation.inputParameters + Preparation.targetParameters)

  static func load(
    _ configuration: Configuration, from files: DataFiles
  ) throws(DatasetError) -> TrainingData {
    do {
      let width = DigitDrawing.side * DigitDrawing.side
      let parts = try GeneratorArguments.parts(configuration, width: width)
      let samples = Samples(
        inputShape: [DigitDrawing.side, DigitDrawing.side],
        inputs: .bytes(
          pixels(of: parts.sampleCount, seed: GeneratorArguments.seed(configuration))),
        targetShape: [1],
        targets: .bytes((0..<parts.sampleCount).map { UInt8($0 % DigitDrawing.classes) }),
        parts: parts)
      return try Preparation(configuration).prepare(samples)
    } catch {
      throw Self.error(error.argument ?? "samples", error.message)
    }
  }

  private static func pixels(of count: Int, seed: TrialSeed) -> [UInt8] {
    let instance = RandomStream.instance(ofPath: "data/digits")
    let width = DigitDrawing.side * DigitDrawing.side
    return [UInt8](unsafeUninitializedCapacity: count * width) { pixels, filled in
      for sample in 0..<count {
        DigitDrawing(seed: seed, instance: instance, sample: sample)
          .draw(
            into: UnsafeMutableBufferPointer(
              rebasing: pixels[sample * width..<(sample + 1) * width]))
      }
      filled = count * width
    }
  }
}
