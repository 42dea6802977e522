import Kernels
import Testing

/// The products of a dense layer: every set of kernels against the reference, packs against trials
/// alone, the reference against sums that were made another way.
@Suite struct ProductTests {
  /// The three products of one random layer.
  private struct Products {
    var shape: DenseShape
    let x: [Float]
    let kernel: [Float]
    let bias: [Float]
    let dz: [Float]

    init(shape: DenseShape, from source: inout TensorSource) {
      self.shape = shape
      x = source.values(shape.rows * shape.inputs * shape.lanes)
      kernel = source.values(shape.inputs * shape.outputs * shape.lanes)
      bias = source.values(shape.outputs * shape.lanes)
      dz = source.values(shape.rows * shape.outputs * shape.lanes)
    }

    init(shape: DenseShape, x: [Float], kernel: [Float], bias: [Float], dz: [Float]) {
      self.shape = shape
      self.x = x
      self.kernel = kernel
      self.bias = bias
      self.dz = dz
    }

    func alone(_ number: Int) -> Products {
      var single = shape
      single.lanes = 1
      return Products(
        shape: single, x: lane(number, of: shape.lanes, x),
        kernel: lane(number, of: shape.lanes, kernel), bias: lane(number, of: shape.lanes, bias),
        dz: lane(number, of: shape.lanes, dz))
    }

    /// The products computed in `parts` parts.
    func results(_ kernels: KernelSet, parts: Int = 1) -> [[Float]] {
      let lanes = shape.lanes
      let longest = max(shape.rows, shape.inputs, shape.outputs)
      let parts = (0..<parts).map { ProductPart($0, of: parts) }
      var space = [Float](
        repeating: .nan,
        count: KernelSet.workspaceCount(rows: longest, inner: longest))
      var results: [[Float]] = []
      for activation in [Activation.linear, .relu] {
        for bias in [bias, nil] {
          var y = [Float](repeating: .nan, count: shape.rows * shape.outputs * lanes)
          for part in parts {
            if let bias {
              kernels.denseForward(
                shape, part: part, activation, x: x, kernel: kernel, bias: bias, y: &y,
                workspace: &space)
            } else {
              kernels.denseForward(
                shape, part: part, activation, x: x, kernel: kernel, bias: nil, y: &y,
                workspace: &space)
            }
          }
          results.append(y)
        }
      }
      var dkernel = [Float](repeating: .nan, count: shape.inputs * shape.outputs * lanes)
      var dx = [Float](repeating: .nan, count: shape.rows * shape.inputs * lanes)
      for part in parts {
        kernels.denseKernelGradient(
          shape, part: part, x: x, dz: dz, dkernel: &dkernel, workspace: &space)
        kernels.denseInputGradient(
          shape, part: part, dz: dz, kernel: kernel, dx: &dx, workspace: &space)
      }
      return results + [dkernel, dx]
    }
  }

  private func randomShape(_ source: inout TensorSource, lanes: Int) -> DenseShape {
    DenseShape(
      lanes: lanes, rows: source.number(in: 1...70), inputs: source.number(in: 1...40),
      outputs: source.number(in: 1...80))
  }

  @Test(arguments: KernelSet.available, [1, 2, 3, 4, 8, 12, 16])
  func everySetGivesTheReferencesBits(_ kernels: KernelSet, _ lanes: Int) {
    var source = TensorSource()
    for _ in 0..<(lanes == 1 ? 30 : 6) {
      let shape = randomShape(&source, lanes: lanes)
      let products = Products(shape: shape, from: &source)
      #expect(
        products.results(kernels).map(bits) == products.results(.reference).map(bits),
        "seed \(source.seed), \(shape)")
    }
  }

  @Test(arguments: KernelSet.available)
  func aLaneOfAPackIsTheTrialAlone(_ kernels: KernelSet) {
    var source = TensorSource()
    for lanes in [2, 5, 8, 16] {
      let products = Products(shape: randomShape(&source, lanes: lanes), from: &source)
      let packed = products.results(kernels)
      for number in 0..<lanes {
        let alone = products.alone(number).results(.reference)
        #expect(
          packed.map { bits(lane(number, of: lanes, $0)) } == alone.map(bits),
          "seed \(source.seed), \(products.shape)")
      }
    }
  }

  @Test(arguments: KernelSet.available)
  func valuesThatAreNotFinitePassThrough(_ kernels: KernelSet) {
    var source = TensorSource()
    for lanes in [1, 8, 16] {
      var shape = randomShape(&source, lanes: lanes)
      shape.rows = max(shape.rows, 2)
      let clean = Products(shape: shape, from: &source)
      var x = clean.x
      x[0] = .nan
      x[x.count - 1] = .infinity
      let products = Products(
        shape: shape, x: x, kernel: clean.kernel, bias: clean.bias, dz: clean.dz)
      #expect(
        products.results(kernels).map(bits) == products.results(.reference).map(bits),
        "seed \(source.seed), \(shape)")
    }
  }

  /// Threads take parts; more parts than rows leave some empty.
  @Test(arguments: KernelSet.available)
  func partsMakeTheWhole(_ kernels: KernelSet) {
    var source = TensorSource()
    for lanes in [1, 16] {
      for parts in [2, 3, 7] {
        let products = Products(shape: randomShape(&source, lanes: lanes), from: &source)
        #expect(
          products.results(kernels, parts: parts).map(bits)
            == products.results(.reference).map(bits),
          "seed \(source.seed), \(products.shape), \(parts) parts")
      }
    }
  }

  /// Small whole numbers: every order of summation is exact, so any formula gives the same values.
  @Test(arguments: KernelSet.available)
  func productsOfWholeNumbersAreExact(_ kernels: KernelSet) {
    let shape = DenseShape(lanes: 1, rows: 9, inputs: 21, outputs: 35)
    let whole = { (count: Int, step: Int) in (0..<count).map { Float($0 * step % 13 - 6) } }
    let products = Products(
      shape: shape, x: whole(9 * 21, 5), kernel: whole(21 * 35, 7), bias: whole(35, 3),
      dz: whole(9 * 35, 11))
    let results = products.results(kernels)
    var y: [Float] = []
    var dx: [Float] = []
    for row in 0..<9 {
      for column in 0..<35 {
        y.append(
          (0..<21).reduce(products.bias[column]) {
            $0 + products.x[row * 21 + $1] * products.kernel[$1 * 35 + column]
          })
      }
      for input in 0..<21 {
        dx.append(
          (0..<35).reduce(0) {
            $0 + products.dz[row * 35 + $1] * products.kernel[input * 35 + $1]
          })
      }
    }
    var dkernel: [Float] = []
    for input in 0..<21 {
      for column in 0..<35 {
        dkernel.append(
          (0..<9).reduce(0) {
            $0 + products.x[$1 * 21 + input] * products.dz[$1 * 35 + column]
          })
      }
    }
    #expect(results[0] == y)
    #expect(results[2] == y.map { max($0, 0) })
    #expect(results[4] == dkernel)
    #expect(results[5] == dx)
  }
}
