import CustomWorkerComponents
import Foundation
import SeedSweep

// The program of examples/custom-worker, built with the tests. ACME_VERSION makes it another version of the
// program, in which the scale has another version; ACME_PROBLEM one that cannot start.
let environment = ProcessInfo.processInfo.environment
let scale: ComponentRegistry.Entry =
  environment["ACME_VERSION"] == nil ? .layer(LearnedScale.self) : .layer(RenewedScale.self)
let problem: [ComponentRegistry.Entry] =
  environment["ACME_PROBLEM"] == nil ? [] : [.layer(LearnedScale.self)]

SeedSweepProgram.main(
  components: [
    scale, .loss(LogCosh.self), .metric(Within.self), .initializer(SparseNormal.self),
  ] + problem)

/// The same layer as ``LearnedScale``, of a later version.
struct RenewedScale: CustomLayer {
  static let name = LearnedScale.name
  static let version = 2
  static let module = LearnedScale.module
  static let summary = LearnedScale.summary
  static let parameters = LearnedScale.parameters

  private let layer: LearnedScale
  var outputShape: [Int] { layer.outputShape }
  var variables: [CustomVariable] { layer.variables }

  init(_ configuration: Configuration, inputShape: [Int]) throws(ComponentError) {
    layer = try LearnedScale(configuration, inputShape: inputShape)
  }

  func forward(_ batch: ForwardBatch) { layer.forward(batch) }
  func backward(_ batch: BackwardBatch) { layer.backward(batch) }
}
