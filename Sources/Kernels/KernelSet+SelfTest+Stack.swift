/// What a set trains in one call or hashes side by side, for its test of itself. The reference has
/// no such kernels; its answers are made of those it has.
enum StackTest {
  private static let lanes = KernelSet.maximumLanes
  private static let seeds = (0..<lanes).map { UInt64($0) &* 0x9E37_79B9_7F4A_7C15 }
  private static let epochs = 3
  private static let rate: Float = 0.01

  /// The first kernel that differs from the reference; nil where none does, or where there are none.
  static func firstDifference(_ kernels: KernelSet) -> String? {
    guard kernels.trainsStacks else { return nil }
    // A step in registers, and one of several layers; few samples and many.
    let shapes = [
      shape(widths: [1, 10, 1], samples: 9, batch: 9),
      shape(widths: [3, 5, 4, 2], samples: 20, batch: 8),
    ]
    for shape in shapes {
      let (own, expected) = (trained(shape, kernels), layerByLayer(shape))
      // The last means are those of an evaluation.
      if own.dropLast(lanes) != expected.dropLast(lanes) { return "train_stack" }
      if own != expected { return "evaluate_stack" }
    }
    if digestDiffers(kernels, ofDoubles: false) { return "digest_floats" }
    return digestDiffers(kernels, ofDoubles: true) ? "digest_doubles" : nil
  }

  private static func shape(widths: [Int], samples: Int, batch: Int) -> StackShape {
    StackShape(
      layers: zip(widths, widths.dropFirst()).map {
        StackLayer(inputs: $0, outputs: $1, activation: .linear, hasBias: true)
      },
      samples: samples, batch: batch, shuffles: true, rule: .sgd)
  }

  private static func inputs(_ shape: StackShape) -> [Float] {
    (0..<shape.samples * shape.inputWidth).map { Float($0 * 7 % 11) / 11 }
  }

  private static func targets(_ shape: StackShape) -> [Float] {
    (0..<shape.samples * shape.outputWidth).map { Float($0 * 5 % 13) / 13 }
  }

  private static func firstWeights(_ shape: StackShape) -> [Float] {
    (0..<shape.parameterCount * lanes).map { Float($0 * 37 % 101) / 101 - 0.5 }
  }

  /// The bits of the weights and of the mean losses.
  private static func trained(_ shape: StackShape, _ kernels: KernelSet) -> [UInt64] {
    let stack = Stack(shape)
    let first = firstWeights(shape)
    for (place, weight) in first.enumerated() { stack.weights[place] = weight }
    for (lane, seed) in seeds.enumerated() { stack.seeds[lane] = seed }
    var means = [Double](repeating: 0, count: (epochs + 1) * lanes)
    means.withUnsafeMutableBufferPointer { means in
      guard let means = means.baseAddress else { return }
      let (inputs, targets) = (inputs(shape), targets(shape))
      let rates = [Float](repeating: rate, count: epochs * shape.steps)
      _ = stack.train(
        kernels, inputs: inputs, targets: targets, epochs: 0..<epochs, rates: rates,
        live: .max >> 16, means: means)
      stack.evaluate(
        kernels, inputs: inputs, targets: targets, means: means + epochs * lanes)
    }
    return (0..<first.count).map { UInt64(stack.weights[$0].bitPattern) } + means.map(\.bitPattern)
  }
}

/// The same training by the reference's kernels, layer by layer.
extension StackTest {
  private static func layerByLayer(_ shape: StackShape) -> [UInt64] {
    var run = LayerByLayer(shape, weights: firstWeights(shape))
    let (inputs, targets) = (inputs(shape), targets(shape))
    var means: [Double] = []
    var order = [UInt32](repeating: 0, count: shape.samples * lanes)
    for epoch in 0...epochs {
      if epoch < epochs {
        KernelSet.reference.shuffle(
          lanes: lanes, count: shape.samples, seeds: seeds, epoch: UInt32(epoch),
          permutation: &order)
      } else {
        for place in order.indices { order[place] = UInt32(place / lanes) }
      }
      var sums = [Double](repeating: 0, count: lanes)
      for first in stride(from: 0, to: shape.samples, by: shape.batch) {
        run.step(
          inputs: inputs, targets: targets, order: order, first: first,
          rate: epoch < epochs ? rate : nil, sums: &sums)
      }
      means += sums.map { $0 / Double(shape.samples) }
    }
    return run.weights.map { UInt64($0.bitPattern) } + means.map(\.bitPattern)
  }

  /// Source: FIPS 180-4's example of two blocks; its 56 bytes are 14 words or 7 numbers of 64 bits.
  private static func digestDiffers(_ kernels: KernelSet, ofDoubles: Bool) -> Bool {
    let message = Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8)
    let expected: (UInt64, UInt64, UInt64, UInt64) = (
      0x248D_6A61_D206_38B8, 0xE5C0_2693_0C3E_6039, 0xA33C_E459_64FF_2167, 0xF6EC_EDD4_19DB_06C1
    )
    let words = stride(from: 0, to: message.count, by: 8).map { start in
      message[start..<start + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    }
    let doubles = words.flatMap { Array(repeating: Double(bitPattern: $0), count: lanes) }
    let floats = words.flatMap { [UInt32(truncatingIfNeeded: $0), UInt32($0 >> 32)] }
      .flatMap { Array(repeating: Float(bitPattern: $0), count: lanes) }
    let digests = PackDigests()
    digests.begin(kernels)
    if ofDoubles {
      digests.update(kernels, doubles: doubles, rows: words.count, columns: 1)
    } else {
      digests.update(kernels, floats: floats, count: 2 * words.count)
    }
    digests.end(kernels)
    return (0..<lanes).contains { digests.words(lane: $0) != expected }
  }
}

/// A training of linear layers by gradient descent.
private struct LayerByLayer {
  private let shape: StackShape
  private(set) var weights: [Float]
  private let lanes = KernelSet.maximumLanes

  init(_ shape: StackShape, weights: [Float]) {
    self.shape = shape
    self.weights = weights
  }

  /// One batch; it learns where there is a rate.
  mutating func step(
    inputs: [Float], targets: [Float], order: [UInt32], first: Int, rate: Float?,
    sums: inout [Double]
  ) {
    let kernels = KernelSet.reference
    let rows = min(shape.batch, shape.samples - first)
    func gathered(_ source: [Float], width: Int) -> [Float] {
      var batch = [Float](repeating: 0, count: rows * width * lanes)
      kernels.gather(
        RowsShape(lanes: lanes, rows: rows, width: width), source: source, permutation: order,
        first: first, rows: &batch)
      return batch
    }
    // Of each layer what goes in, and behind the last the predictions.
    var values = [gathered(inputs, width: shape.inputWidth)]
    var place = 0
    var places: [Int] = []
    for layer in shape.layers {
      let kernel = layer.inputs * layer.outputs
      var output = [Float](repeating: 0, count: rows * layer.outputs * lanes)
      var workspace = self.workspace(rows)
      kernels.denseForward(
        dense(layer, rows), .linear, x: values[values.count - 1], kernel: part(place, kernel),
        bias: part(place + kernel, layer.outputs), y: &output, workspace: &workspace)
      values.append(output)
      places.append(place)
      place += layer.parameterCount
    }
    let width = shape.outputWidth
    var losses = [Float](repeating: 0, count: rows * lanes)
    var dz = [Float](repeating: 0, count: rows * width * lanes)
    kernels.squaredError(
      RowsShape(lanes: lanes, rows: rows, width: width), predictions: values[values.count - 1],
      targets: gathered(targets, width: width), losses: &losses, gradient: &dz,
      scale: Float(2 / (Double(rows) * Double(width))))
    kernels.accumulate(lanes: lanes, rows: rows, values: losses, sums: &sums)
    guard let rate else { return }
    for number in shape.layers.indices.reversed() {
      dz = learn(number, place: places[number], rows: rows, x: values[number], dz: dz, rate: rate)
    }
  }

  /// A layer's step; the gradient by its input.
  private mutating func learn(
    _ number: Int, place: Int, rows: Int, x: [Float], dz: [Float], rate: Float
  ) -> [Float] {
    let kernels = KernelSet.reference
    let layer = shape.layers[number]
    let kernel = layer.inputs * layer.outputs
    var workspace = self.workspace(rows)
    var dx = [Float](repeating: 0, count: rows * layer.inputs * lanes)
    kernels.denseInputGradient(
      dense(layer, rows), dz: dz, kernel: part(place, kernel), dx: &dx, workspace: &workspace)
    var dkernel = [Float](repeating: 0, count: kernel * lanes)
    kernels.denseKernelGradient(
      dense(layer, rows), x: x, dz: dz, dkernel: &dkernel, workspace: &workspace)
    var dbias = [Float](repeating: 0, count: layer.outputs * lanes)
    kernels.columnSum(
      RowsShape(lanes: lanes, rows: rows, width: layer.outputs), x: dz, sum: &dbias)
    let gradient = dkernel + dbias
    weights.withUnsafeMutableBufferPointer { weights in
      gradient.withUnsafeBufferPointer { gradient in
        guard let start = weights.baseAddress, let gradient = gradient.baseAddress else { return }
        kernels.sgd(
          OptimizerTensors(
            count: layer.parameterCount * lanes, gradient: gradient,
            weights: start + place * lanes), rate: rate)
      }
    }
    return dx
  }

  private func dense(_ layer: StackLayer, _ rows: Int) -> DenseShape {
    DenseShape(lanes: lanes, rows: rows, inputs: layer.inputs, outputs: layer.outputs)
  }

  private func part(_ place: Int, _ count: Int) -> [Float] {
    Array(weights[place * lanes..<(place + count) * lanes])
  }

  private func workspace(_ rows: Int) -> [Float] {
    let longest = shape.layers.reduce(rows) { max($0, $1.inputs, $1.outputs) }
    return [Float](
      repeating: 0,
      count: KernelSet.workspaceCount(rows: longest, inner: longest))
  }
}
