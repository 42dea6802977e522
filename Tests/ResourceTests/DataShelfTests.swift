import Datasets
import Foundation
import Logging
import SweepModel
import Synchronization
import Testing
import Training

@testable import SweepRuntime

/// A worker loads data once, whatever the order of the variants that use them.
@Suite struct DataShelfTests {
  private static let specification = """
    name: shelf
    master_seed: 1
    trials: 2
    data: {kind: sequence, length: 10}
    model:
      - dense: {units: 1}
    training: {loss: mean_squared_error, optimizer: sgd, epochs: 1, batch_size: all}
    metrics: [mean_squared_error]
    grid:
      training.epochs: [1, 2]
      data.length: [10, 20]
    """

  /// Where the values of the inputs lie: arrays that are shared lie at the same place.
  private func place(_ plan: TrainingPlan) -> UInt? {
    plan.data.inputs.withUnsafeBufferPointer { $0.baseAddress.map { UInt(bitPattern: $0) } }
  }

  @Test func variantsWithTheSameDataShareThem() throws {
    let sweep = try PreparedSweep(
      text: Array(Self.specification.utf8), file: "shelf.yaml", files: DataFiles()
    ).sweep
    let variants = sweep.variants.map(\.variant)
    #expect(Set(variants.map(\.dataDigest)).count == 2)
    // Other data come in between.
    #expect(zip(variants, variants.dropFirst()).contains { $0.dataDigest != $1.dataDigest })

    let plans = PlanCollector()
    let stock = DataStock(
      own: nil, location: CacheLocation(limit: 1), port: try DataPort { _ in },
      log: Logger(label: "library"))
    let library = Library(stock: stock) { digest, result in
      plans.add((try? result.get()).map { (digest, $0) })
    }
    defer { library.close() }
    for variant in variants {
      library.add(
        .compile(variant.digest, canonicalJSON: Array(variant.canonicalJSON.utf8), files: []))
    }
    let compiled = plans.wait(for: variants.count)
    #expect(compiled.count == variants.count)
    var places: [DataDigest: Set<UInt>] = [:]
    for plan in compiled.values {
      places[plan.data.digest, default: []].insert(try #require(place(plan)))
    }
    #expect(places.values.allSatisfy { $0.count == 1 }, "data were loaded again")
  }

  @Test func dataThatNobodyNeedsAreLetGo() throws {
    var shelf = DataShelf()
    let variants = try PreparedSweep(
      text: Array(Self.specification.utf8), file: "shelf.yaml", files: DataFiles()
    ).sweep.variants.map(\.variant)
    let loader = VariantLoader(files: DataFiles(), registry: .builtIn)
    let first = try shelf.load(.init(variants[0].data, ModelSources()), by: loader)
    let second = try #require(variants.first { $0.dataDigest != first.digest })
    _ = try shelf.load(.init(second.data, ModelSources()), by: loader)
    #expect(shelf.digests == [first.digest, second.dataDigest])
    shelf.keep([second.dataDigest])
    #expect(shelf.digests == [second.dataDigest])
  }
}

/// Plans as a thread reports them.
private final class PlanCollector: @unchecked Sendable {
  // Safe: every access to the variables is under the condition's lock.
  private let condition = NSCondition()
  private var plans: [VariantDigest: TrainingPlan] = [:]
  private var reports = 0

  func add(_ plan: (VariantDigest, TrainingPlan)?) {
    condition.withLock {
      if let plan { plans[plan.0] = plan.1 }
      reports += 1
      condition.signal()
    }
  }

  func wait(for count: Int) -> [VariantDigest: TrainingPlan] {
    condition.withLock {
      while reports < count { condition.wait() }
      return plans
    }
  }
}
