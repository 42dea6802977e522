import Kernels
import SweepModel
import Testing
import Training

/// Layers with windows: shapes, gradients as slopes of a loss in binary64, and errors.
@Suite struct WindowTests {
  // MARK: Shapes

  @Test(arguments: [
    (conv2d(4, [3]), [6, 5, 2], [4, 3, 4]),
    (conv2d(4, [3, 2], strides: [2]), [6, 5, 2], [2, 2, 4]),
    (conv2d(4, [3], strides: [2], padding: "same"), [6, 5, 2], [3, 3, 4]),
    (conv2d(4, [9], padding: "same"), [6, 5, 2], [6, 5, 4]),
    (maxPooling(), [6, 5, 2], [3, 2, 2]),
    (maxPooling(padding: "same"), [6, 5, 2], [3, 3, 2]),
    (maxPooling([3, 2], strides: [1, 2]), [6, 5, 2], [4, 2, 2]),
    (reshape([3, -1]), [6, 5, 2], [3, 20]),
    (Configuration(kind: "flatten"), [6, 5, 2], [60]),
    (Configuration(kind: "global_average_pooling1d"), [6, 5], [5]),
  ])
  func shapesAreThoseOfKeras(_ layer: Configuration, _ input: [Int], _ output: [Int]) throws {
    // A mean squared error takes targets of the output's shape alone.
    let count = input.reduce(1, *)
    var data = unevenData(samples: 3, inputs: count, targets: output.reduce(1, *))
    data = TrainingData(
      sampleCount: 3, inputShape: [count], targetShape: output, inputs: data.inputs,
      targets: data.targets)
    _ = try VariantSketch(layers: [reshape(input), layer], data: data).plan()
  }

  // MARK: Gradients

  private static let models: [(shape: [Int], layers: [Configuration])] = [
    ([5, 4, 1], [conv2d(3, [3, 2], "tanh"), Configuration(kind: "flatten"), dense(2)]),
    (
      [4, 5, 2],
      [
        conv2d(3, [2], "sigmoid", strides: [2, 1], padding: "same"),
        conv2d(2, [3], padding: "same", bias: false), Configuration(kind: "flatten"), dense(2),
      ]
    ),
    (
      [6, 5, 2],
      [
        conv2d(3, [3], padding: "same"), maxPooling([3, 2], strides: [2]),
        Configuration(kind: "flatten"), dense(2, "tanh"),
      ]
    ),
    (
      [3, 4, 2],
      [
        conv2d(3, [2], "tanh"), reshape([-1, 3]),
        Configuration(kind: "global_average_pooling1d"), dense(2),
      ]
    ),
  ]

  @Test(arguments: models.indices, [1, 3])
  func gradientsAreTheSlopesOfTheLoss(_ model: Int, _ samples: Int) throws {
    let (shape, layers) = Self.models[model]
    let data = unevenData(samples: samples, inputs: shape.reduce(1, *), targets: 2)
    let whole = [reshape(shape)] + layers
    // A step of rate 1 subtracts the gradient, a step of rate 0 leaves the first values.
    let start = try values(whole, data, rate: 0)
    let end = try values(whole, data, rate: 1)
    let network = PlainWindows(layers: layers, shape: shape, data: data)
    for variable in start.indices {
      for element in start[variable].indices {
        let gradient = Double(start[variable][element]) - Double(end[variable][element])
        let slope = network.slope(at: start, variable: variable, element: element)
        #expect(abs(gradient - slope) < 1e-6 + 1e-5 * abs(slope), "\(variable), \(element)")
      }
    }
  }

  private func values(
    _ layers: [Configuration], _ data: TrainingData, rate: Double
  ) throws -> [[Float]] {
    let sketch = VariantSketch(layers: layers, data: data, optimizer: sgd(rate: rate))
    let trainer = Trainer(plan: try sketch.plan(), kernels: try .selected, lanes: 1)
    _ = trainer.train([firstTrial], keepsHistory: false)
    return trainer.variableValues(lane: 0)
  }

  /// More windows than one block, in a pack, alone, on several threads and with every set.
  @Test func manyWindowsGiveTheSameBitsHowever() throws {
    let layers = [
      reshape([48, 40, 1]), conv2d(6, [3], "relu"), maxPooling(), conv2d(20, [3], padding: "same"),
      maxPooling([4]), Configuration(kind: "flatten"), dense(2),
    ]
    let data = unevenData(samples: 5, inputs: 48 * 40, targets: 2)
    let plan = try VariantSketch(layers: layers, data: data, batchSize: .samples(3)).plan()
    let expected = train(plan, .reference, lanes: 1, threads: 1)
    for kernels in KernelSet.available {
      #expect(train(plan, kernels, lanes: 1, threads: 1) == expected, "\(kernels)")
      #expect(train(plan, kernels, lanes: 1, threads: 3) == expected, "\(kernels), threads")
      #expect(train(plan, kernels, lanes: 16, threads: 2) == expected, "\(kernels), packed")
    }
  }

  private func train(
    _ plan: TrainingPlan, _ kernels: KernelSet, lanes: Int, threads: Int
  ) -> [[Float]] {
    let trainer = Trainer(plan: plan, kernels: kernels, lanes: lanes, threads: threads)
    _ = trainer.train(Array(repeating: firstTrial, count: lanes), keepsHistory: false)
    return trainer.variableValues(lane: lanes - 1)
  }

  // MARK: Errors

  @Test func whatDoesNotFitIsAnError() {
    expectError("model[1].conv2d", "three axes", [reshape([3, 8]), conv2d(2, [2])])
    expectError(
      "model[1].conv2d.kernel_size", "height 5 does not fit samples of height 4",
      [reshape([4, 6, 1]), conv2d(2, [5])])
    expectError(
      "model[1].max_pooling2d.pool_size", "width 7 does not fit",
      [reshape([4, 6, 1]), maxPooling([2, 7])])
    expectError("model[0].reshape.target_shape", "does not hold the 24", [reshape([5, 5])])
    expectError("model[0].reshape.target_shape", "does not hold", [reshape([5, -1])])
    expectError("model[0].reshape.target_shape", "no shape", [reshape([-1, -1])])
    expectError("model[0].reshape.target_shape", "no shape", [reshape([0, -1])])
    expectError(
      "model[0].global_average_pooling1d", "two axes",
      [Configuration(kind: "global_average_pooling1d")])
    expectError(
      "model[1].conv2d.kernel_size[0]", "0 is not from 1", [reshape([4, 6, 1]), conv2d(2, [0])])
    expectError(
      "model[1].conv2d.strides", "3 values",
      [
        reshape([4, 6, 1]), conv2d(2, [1], strides: [1, 1, 1]),
      ])
    expectError(
      "model[1].conv2d.padding", "not one of",
      [
        reshape([4, 6, 1]), conv2d(2, [1], padding: "causal"),
      ])
  }

  /// The first window is allowed, and its parameters or its memory are too many.
  @Test func whatIsTooLargeIsAnError() {
    expectError(
      "model[1].conv2d", "parameters",
      [
        reshape([4, 6, 1]), conv2d(1 << 20, [4096], padding: "same"),
      ])
    expectError(
      "model", "memory",
      [
        reshape([4, 6, 1]), conv2d(1 << 24, [1]), maxPooling(padding: "same"),
      ])
  }

  private func expectError(
    _ path: String, _ part: String, _ layers: [Configuration],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let sketch = VariantSketch(
      layers: layers + [Configuration(kind: "flatten"), dense(2)],
      data: unevenData(samples: 3, inputs: 24, targets: 2))
    let error = #expect(throws: TrainingError.self, sourceLocation: sourceLocation) {
      try sketch.plan()
    }
    #expect(error?.path == path, sourceLocation: sourceLocation)
    #expect(error?.message.contains(part) == true, sourceLocation: sourceLocation)
  }
}
