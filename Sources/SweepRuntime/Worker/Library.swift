import Datasets
import Foundation
import Scheduling
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
    report: @escaping @Sendable (VariantDigest, Result<TrainingPlan, VariantRejection>) -> Void
  ) {
    let queue = queue
    startThread(named: "library") {
      var loader = DataLoader(files)
      while let order = queue.takeFirst() {
        report(
          order.digest, Result { () throws(VariantRejection) in try Self.compile(order, &loader) })
      }
    }
  }

  func add(_ order: Order) { queue.add(order) }

  func close() { queue.close() }

  private static func compile(
    _ order: Order, _ loader: inout DataLoader
  ) throws(VariantRejection) -> TrainingPlan {
    do {
      let variant = try ResolvedVariant(canonicalJSON: order.canonicalJSON)
      let data = try loader.load(variant.data)
      guard data.digest == variant.dataDigest else {
        throw VariantRejection(.dataDiffer, Self.difference(data.digest, variant))
      }
      return try TrainingPlan(variant: variant, data: data)
    } catch let error as VariantRejection {
      throw error
    } catch let error as DatasetError {
      throw VariantRejection(.dataMissing, error.description)
    } catch {
      throw VariantRejection(.unusable, "\(error)")
    }
  }

  /// How the data here differ from those that the coordinator has.
  private static func difference(_ found: DataDigest, _ variant: ResolvedVariant) -> String {
    let files = variant.data.arguments.filter { $0.key.hasSuffix("path") }
      .sorted { $0.key < $1.key }
      .compactMap { if case .text(let path) = $0.value { path } else { nil } }
    let names = files.isEmpty ? "" : " (\(files.joined(separator: ", ")))"
    return "local data\(names) differ from the coordinator's: data_sha256 "
      + "\(found.hex.prefix(shownDigits)) here, \(variant.dataDigest.hex.prefix(shownDigits)) there"
  }

  /// Enough of a digest to tell it from others.
  private static let shownDigits = 12
}
