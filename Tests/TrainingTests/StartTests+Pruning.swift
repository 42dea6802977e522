import SweepModel
import Testing

@testable import Training

/// Weights that stay 0 where an optimizer goes on.
extension StartTests {
  /// What the optimizer kept of a weight before it was pruned does not move it.
  @Test(arguments: optimizers, [1, 3])
  func momentsMoveNoPrunedWeight(_ optimizer: Configuration, lanes: Int) throws {
    var sketch = VariantSketch(
      layers: [dense(5, "tanh"), dense(2)], data: unevenData(samples: 12, inputs: 4, targets: 2))
    (sketch.epochs, sketch.batchSize, sketch.optimizer) = (2, .samples(5), optimizer)
    let slots = try sketch.plan().optimizer.slotCount
    var state = StartingState(variableCount: 4)
    state.pruned[0] = [0, 7, 19]
    let moments = [20, 5, 10, 2].map { [Float](repeating: 0.5, count: $0) }
    state.optimizer = .init(steps: 9, slots: Array(repeating: moments, count: slots))
    sketch.start = state
    let values = try trained(sketch.plan(), lanes: lanes).values
    for (place, value) in values[0].enumerated() {
      #expect((value.bitPattern == 0) == [0, 7, 19].contains(place))
    }
  }
}
