import Datasets
import Foundation
import SweepModel
import Training

/// The plans of the variants that a worker trains, compiled on a thread of its own.
final class Library: Sendable {
  /// A variant's canonical JSON to compile.
  struct Order: Sendable {
    let digest: VariantDigest
    let canonicalJSON: [UInt8]
  }

  private let queue = WorkQueue<Order>()

  /// Starts the thread, which takes data from `files`. `report` is called on it.
  init(
    files: DataFiles,
    report: @escaping @Sendable (VariantDigest, Result<TrainingPlan, RuntimeError>) -> Void
  ) {
    let queue = queue
    startThread(named: "library") {
      var loader = DataLoader(files)
      while let order = queue.takeFirst() {
        report(order.digest, Result { () throws(RuntimeError) in try Self.compile(order, &loader) })
      }
    }
  }

  func add(_ order: Order) { queue.add(order) }

  func close() { queue.close() }

  private static func compile(
    _ order: Order, _ loader: inout DataLoader
  ) throws(RuntimeError) -> TrainingPlan {
    do {
      let variant = try ResolvedVariant(canonicalJSON: order.canonicalJSON)
      let data = try loader.load(variant.data)
      guard data.digest == variant.dataDigest else {
        throw RuntimeError(.input, "its data are others here than the specification's data_sha256")
      }
      return try TrainingPlan(variant: variant, data: data)
    } catch let error as RuntimeError {
      throw error
    } catch {
      throw RuntimeError(.input, "\(error)")
    }
  }
}
