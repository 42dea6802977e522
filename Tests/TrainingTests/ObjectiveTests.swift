import Kernels
import SweepModel
import Testing

@testable import Training

/// Losses and metrics against an independent program, on every instruction set, alone and packed.
@Suite struct ObjectiveTests {
  @Test(arguments: KernelSet.available, [1, 3, 16])
  func lossesAreTheContracts(_ kernels: KernelSet, _ lanes: Int) throws {
    for example in ObjectiveCase.all.losses {
      let resolver = ObjectiveResolver(comparison: example.comparison)
      let loss = try resolver.loss(example.configuration)
      let run = ObjectiveRun(example, kernels: kernels, lanes: lanes)
      let (losses, gradient) = run.evaluate(loss)
      let (stated, slopes) = (try #require(example.losses), try #require(example.gradient))
      let (expectedLosses, expected) = (ObjectiveCase.floats(stated), ObjectiveCase.floats(slopes))
      for lane in 0..<lanes {
        let own = stride(from: lane, to: losses.count, by: lanes).map { losses[$0] }
        #expect(own == expectedLosses, "\(example)")
        let slopes = stride(from: lane, to: gradient.count, by: lanes).map { gradient[$0] }
        #expect(slopes == expected, "\(example)")
      }
    }
  }

  @Test(arguments: KernelSet.available, [1, 3, 16])
  func metricsAreTheContracts(_ kernels: KernelSet, _ lanes: Int) throws {
    for example in ObjectiveCase.all.metrics {
      let resolver = ObjectiveResolver(comparison: example.comparison)
      let metric = try #require(try resolver.metrics([example.configuration]).first)
      let run = ObjectiveRun(example, kernels: kernels, lanes: lanes)
      let expected = try #require(example.value.flatMap(Double.init))
      for value in run.measure(metric) {
        // Sums of squares are taken in another order there.
        #expect(abs(value - expected) <= 1e-6 * max(1, abs(expected)), "\(example)")
      }
    }
  }

  @Test func aMetricIsTheLossOfItsName() throws {
    for example in ObjectiveCase.all.losses {
      let resolver = ObjectiveResolver(comparison: example.comparison)
      let metric = try #require(try resolver.metrics([example.configuration]).first)
      let run = ObjectiveRun(example, kernels: .reference, lanes: 1)
      let (losses, _) = run.evaluate(try resolver.loss(example.configuration))
      let mean = losses.reduce(0.0) { $0 + Double($1) } / Double(losses.count)
      #expect(run.measure(metric) == [mean], "\(example)")
    }
  }

  /// A prediction that is no number is above no threshold and among no first k.
  @Test(arguments: ["binary_accuracy", "precision", "recall", "auc"])
  func predictionsThatAreNoNumbersCountAsLow(_ kind: String) throws {
    let example = try #require(
      ObjectiveCase.all.metrics.first { $0.kind == kind && $0.width == 1 && $0.mask == nil })
    let numbers = Array(repeating: "7fc00000", count: example.rows).joined()
    let low = Array(repeating: "bf800000", count: example.rows).joined()
    let values = try [numbers, low].map { predictions in
      let changed = ObjectiveCase(
        kind: kind, lastActivation: "sigmoid", arguments: example.arguments, width: 1,
        targetWidth: 1, predictions: predictions, targets: example.targets, mask: nil, losses: nil,
        gradient: nil, value: "0")
      let resolver = ObjectiveResolver(comparison: changed.comparison)
      let metric = try #require(try resolver.metrics([changed.configuration]).first)
      return ObjectiveRun(changed, kernels: .reference, lanes: 1).measure(metric)
    }
    #expect(values[0] == values[1])
    #expect(values[0][0].isFinite)
  }

  /// Every metric whose mask leaves nothing.
  @Test func masksThatLeaveNothingGiveNoCounts() throws {
    for example in ObjectiveCase.all.metrics where example.mask != nil {
      let empty = ObjectiveCase(
        kind: example.kind, lastActivation: example.lastActivation, arguments: example.arguments,
        width: example.width, targetWidth: example.targetWidth, predictions: example.predictions,
        targets: example.targets, mask: String(repeating: "00000000", count: example.rows),
        losses: nil, gradient: nil, value: "0")
      let resolver = ObjectiveResolver(comparison: empty.comparison)
      let metric = try #require(try resolver.metrics([empty.configuration]).first)
      let value = ObjectiveRun(empty, kernels: .reference, lanes: 1).measure(metric)[0]
      // As Keras has it: nothing to tell is 0.
      #expect(value == 0, "\(example)")
    }
  }
}
