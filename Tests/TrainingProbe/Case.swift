import Datasets
import Foundation
import Kernels
import SweepModel
import SweepSpecification
import Training

/// One model to train, in a folder.
struct Case {
  let folder: URL

  /// What `data.json` says.
  private struct Shapes: Decodable {
    let samples: Int
    let inputs: [Int]
    let targets: [Int]
  }

  /// A case that cannot be run.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  func run() throws {
    let shapes = try JSONDecoder().decode(
      Shapes.self, from: Data(contentsOf: folder.appendingPathComponent("data.json")))
    let data = TrainingData(
      sampleCount: shapes.samples, inputShape: shapes.inputs, targetShape: shapes.targets,
      inputs: try read("inputs"), targets: try read("targets"))
    let vocabulary = TrainingVocabulary.vocabulary.merging(DatasetVocabulary.vocabulary)
    let specification = try SpecificationReader(vocabulary: vocabulary)
      .read(path: folder.appendingPathComponent("specification.json").path)
    let variant = specification.variants[0].setting.resolved(dataDigest: data.digest)
    let plan = try TrainingPlan(variant: variant, data: data)
    let probe = TrainingProbe(
      plan: plan, kernels: KernelSet.available[KernelSet.available.count - 1])

    let values = try split(try read("variables"), by: plan.variables)
    try write(probe.predictions(values: values), "predictions")
    guard let training = probe.train(values: values) else {
      throw Failure(description: "the training diverged")
    }
    try write(training.gradients.flatMap { $0 }, "gradients")
    try write(training.values.flatMap { $0 }, "trained")
    try write(training.history, "history")
    try write(training.metrics, "metrics")
  }

  private func split(_ values: [Float], by variables: [PlannedVariable]) throws -> [[Float]] {
    let count = variables.reduce(0) { $0 + $1.count }
    guard values.count == count else {
      let names = variables.map { "\($0.path) \($0.shape)" }.joined(separator: ", ")
      throw Failure(description: "\(values.count) values for \(count): \(names)")
    }
    var first = 0
    return variables.map { variable in
      defer { first += variable.count }
      return Array(values[first..<first + variable.count])
    }
  }

  private func read(_ name: String) throws -> [Float] {
    let bytes = try Data(contentsOf: folder.appendingPathComponent(name))
    return bytes.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
  }

  private func write<Value: BitwiseCopyable>(_ values: [Value], _ name: String) throws {
    try values.withUnsafeBytes { Data($0) }.write(to: folder.appendingPathComponent(name))
  }
}
