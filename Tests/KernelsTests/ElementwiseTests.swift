import Kernels
import Testing

/// Activations, losses and optimizers: every set against the reference and against binary64.
@Suite struct ElementwiseTests {
  @Test(arguments: KernelSet.available)
  func activationsAndTheirGradientsAreTheReferences(_ kernels: KernelSet) {
    var source = TensorSource()
    for activation in Activation.allCases {
      let specials: [Float] = [0, -0.0, .nan, .infinity, -.infinity, .leastNonzeroMagnitude, -100]
      let values = source.values(200) + specials
      let gradient = source.values(values.count)
      let run = { (kernels: KernelSet) -> [[UInt32]] in
        var y = values
        kernels.activate(activation, count: y.count, values: &y)
        var dz = gradient
        kernels.activationGradient(activation, count: dz.count, y: y, gradient: &dz)
        return [bits(y), bits(dz)]
      }
      #expect(run(kernels) == run(.reference), "seed \(source.seed), \(activation)")
    }
  }

  @Test func reluGivesZeroForWhatIsNotAboveIt() {
    var values: [Float] = [-1, -0.0, 0, .nan, 2, .infinity]
    KernelSet.reference.activate(.relu, count: values.count, values: &values)
    #expect(values.map(\.bitPattern) == ([0, 0, 0, 0, 2, .infinity] as [Float]).map(\.bitPattern))
    var gradient: [Float] = [5, 5, 5, 5, 5, 5]
    KernelSet.reference.activationGradient(.relu, count: 6, y: values, gradient: &gradient)
    #expect(gradient == [0, 0, 0, 0, 5, 5])
  }

  @Test(arguments: KernelSet.available, [1, 3, 16])
  func squaredErrorIsTheReferencesAndNearBinary64(_ kernels: KernelSet, _ lanes: Int) {
    var source = TensorSource()
    for width in [1, 2, 5, 31, 32, 33, 100] {
      let shape = RowsShape(lanes: lanes, rows: 3, width: width)
      let predictions = source.values(3 * width * lanes)
      let targets = source.values(3 * width * lanes)
      let run = { (kernels: KernelSet) -> [[Float]] in
        var losses = [Float](repeating: .nan, count: 3 * lanes)
        var gradient = [Float](repeating: .nan, count: predictions.count)
        kernels.squaredError(
          shape, predictions: predictions, targets: targets, losses: &losses, gradient: &gradient,
          scale: 0.125)
        return [losses, gradient]
      }
      let results = run(kernels)
      #expect(results.map(bits) == run(.reference).map(bits), "seed \(source.seed), \(width)")
      for row in 0..<3 {
        for number in 0..<lanes {
          let places = (0..<width).map { (row * width + $0) * lanes + number }
          let differences = places.map { Double(predictions[$0]) - Double(targets[$0]) }
          let mean = differences.reduce(0) { $0 + $1 * $1 } / Double(width)
          let loss = Double(results[0][row * lanes + number])
          #expect(abs(loss - mean) <= mean * 1e-6, "seed \(source.seed), \(width)")
        }
      }
    }
  }

  /// One step of every optimizer: (kernels, tensors, m, v).
  typealias Step = @Sendable (KernelSet, OptimizerTensors, MutableTensor, MutableTensor) -> Void

  static let steps: [(name: String, step: Step)] = [
    ("sgd", { kernels, tensors, _, _ in kernels.sgd(tensors, rate: 0.1) }),
    (
      "momentum",
      { kernels, tensors, m, _ in
        kernels.sgd(tensors, rate: 0.1, momentum: 0.9, nesterov: false, m: m)
      }
    ),
    (
      "nesterov",
      { kernels, tensors, m, _ in
        kernels.sgd(tensors, rate: 0.1, momentum: 0.9, nesterov: true, m: m)
      }
    ),
    (
      "adam",
      { kernels, tensors, m, v in
        kernels.adam(
          tensors, rate: 0.1, firstShare: 0.1, secondShare: 0.001, epsilon: 1e-7, m: m, v: v)
      }
    ),
    (
      "rmsprop",
      { kernels, tensors, _, v in
        kernels.rmsprop(tensors, rate: 0.1, decay: 0.9, share: 0.1, epsilon: 1e-7, v: v)
      }
    ),
  ]

  @Test(arguments: KernelSet.available, steps.indices)
  func optimizersAreTheReferences(_ kernels: KernelSet, _ number: Int) {
    var source = TensorSource()
    let (name, step) = Self.steps[number]
    for count in [1, 15, 16, 17, 100] {
      let gradient = source.values(count)
      let start = [source.values(count), source.values(count), source.values(count).map(abs)]
      let run = { (kernels: KernelSet) -> [[UInt32]] in
        var (w, m, v) = (start[0], start[1], start[2])
        w.withUnsafeMutableBufferPointer { weights in
          gradient.withUnsafeBufferPointer { gradient in
            guard let weights = weights.baseAddress, let gradient = gradient.baseAddress
            else { return }
            step(
              kernels, OptimizerTensors(count: count, gradient: gradient, weights: weights), &m, &v)
          }
        }
        return [bits(w), bits(m), bits(v)]
      }
      #expect(run(kernels) == run(.reference), "seed \(source.seed), \(name), \(count)")
    }
  }

  @Test(arguments: KernelSet.available)
  func sumsOverSamplesAreBinary64InOrder(_ kernels: KernelSet) {
    // Binary32 would lose the ones, and another order would keep them.
    let values: [Float] = [0x1p53, 1, -1, 1, -0x1p53, 3]
    var sums = [0.5, -1]
    kernels.accumulate(
      lanes: 2, rows: 6, values: values.flatMap { [$0, -$0] }, sums: &sums)
    #expect(
      sums
        == values.reduce(into: [0.5, -1]) {
          $0[0] += Double($1); $0[1] -= Double($1)
        })
  }

  @Test(arguments: KernelSet.available)
  func columnSumsAscendOverRows(_ kernels: KernelSet) {
    var sum: [Float] = [.nan, .nan]
    let rows: [Float] = [0x1p24, -0.0, 1, -0.0, 1, -0.0, -0x1p24, -0.0]
    kernels.columnSum(RowsShape(lanes: 1, rows: 4, width: 2), x: rows, sum: &sum)
    // 2²⁴ + 1 rounds back to 2²⁴; and sums start from +0.
    #expect(sum.map(\.bitPattern) == [0, 0])
  }

  @Test(arguments: KernelSet.available)
  func gatherTakesEachLanesOwnRows(_ kernels: KernelSet) {
    let source: [Float] = [0, 1, 10, 11, 20, 21]
    let permutation: [UInt32] = [2, 0, 1, 1, 0, 2]
    var rows = [Float](repeating: .nan, count: 8)
    let shape = RowsShape(lanes: 2, rows: 2, width: 2)
    kernels.gather(shape, source: source, permutation: permutation, first: 1, rows: &rows)
    #expect(rows == [10, 10, 11, 11, 0, 20, 1, 21])
    kernels.gather(shape, source: source, permutation: nil, first: 1, rows: &rows)
    #expect(rows == [10, 10, 11, 11, 20, 20, 21, 21])
  }
}
