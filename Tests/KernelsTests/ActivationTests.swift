import Foundation
import Kernels
import Testing

/// Activations that no product applies itself: every set against the reference, and the reference
/// against binary64.
@Suite struct ActivationTests {
  private static let specials: [Float] = [
    0, -0.0, .nan, .infinity, -.infinity, .leastNonzeroMagnitude, -100, 100, -20, 20, -1e-6, 1e-6,
    -3, 3, -2.5, 2.5,
  ]

  @Test(arguments: KernelSet.available, Pointwise.allCases)
  func resultsAndGradientsAreTheReferences(_ kernels: KernelSet, _ function: Pointwise) {
    var source = TensorSource()
    for count in [0, 1, 7, 511, 512, 513, 1100] {
      let z = source.values(count) + Self.specials
      let gradient = source.values(z.count)
      let run = { (kernels: KernelSet) -> [[UInt32]] in
        var y = z
        // In place, as layers that need not keep z have it.
        y.withUnsafeMutableBufferPointer { buffer in
          guard let start = buffer.baseAddress else { return }
          kernels.pointwise(function, argument: 0.3, count: buffer.count, z: start, y: start)
        }
        var dz = gradient
        kernels.pointwiseGradient(
          function, argument: 0.3, count: dz.count, value: function.needsArgument ? z : y,
          gradient: &dz)
        return [bits(y), bits(dz)]
      }
      let areTheSame = run(kernels) == run(.reference)
      #expect(areTheSame, "seed \(source.seed), \(function), \(count)")
    }
  }

  /// The function and its slope in binary64, by the system's libm.
  private func exact(_ function: Pointwise, _ argument: Double, _ z: Double) -> (Double, Double) {
    let sigmoid = 1 / (1 + exp(-z))
    switch function {
    case .leakyRelu: return z > 0 ? (z, 1) : (argument * z, argument)
    case .elu: return z > 0 ? (z, 1) : (argument * expm1(z), argument * exp(z))
    case .selu:
      let (scale, alpha) = (1.0507009873554805, 1.6732632423543772)
      return z > 0 ? (scale * z, scale) : (scale * alpha * expm1(z), scale * alpha * exp(z))
    case .silu: return (z * sigmoid, sigmoid * (1 + z * (1 - sigmoid)))
    case .softplus: return (max(z, 0) + log1p(exp(-abs(z))), sigmoid)
    case .gelu:
      let share = 0.5 * (1 + erf(z / 2.0.squareRoot()))
      return (z * share, share + z * exp(-0.5 * z * z) / (2 * Double.pi).squareRoot())
    case .geluTanh:
      let scale = (2 / Double.pi).squareRoot()
      let t = tanh(scale * (z + 0.044715 * z * z * z))
      let slope = scale * (1 + 3 * 0.044715 * z * z)
      return (0.5 * z * (1 + t), 0.5 * (1 + t) + 0.5 * z * (1 - t * t) * slope)
    case .hardSigmoid: return (min(max(z / 6 + 0.5, 0), 1), abs(z) < 3 ? 1.0 / 6 : 0)
    case .hardSigmoidKeras2: return (min(max(0.2 * z + 0.5, 0), 1), abs(z) < 2.5 ? 0.2 : 0)
    }
  }

  @Test(arguments: Pointwise.allCases)
  func theReferenceIsNearBinary64(_ function: Pointwise) {
    let argument: Float = 0.3
    for step in -4000...4000 {
      let z = Float(step) * Float(0.005) + 1e-5
      var (y, slope): (Float, Float) = (0, 1)
      KernelSet.reference.pointwise(function, argument: argument, count: 1, z: [z], y: &y)
      KernelSet.reference.pointwiseGradient(
        function, argument: argument, count: 1, value: function.needsArgument ? [z] : [y],
        gradient: &slope)
      let (value, derivative) = exact(function, Double(argument), Double(z))
      // What cancels far below 0 is small beside z; of elu and softplus nothing cancels.
      let isRelative = [.leakyRelu, .elu, .selu, .softplus].contains(function)
      let room = isRelative ? 5e-7 * abs(value) : 5e-7 * (abs(value) + abs(Double(z)))
      #expect(abs(Double(y) - value) <= room, "\(function)(\(z)) = \(y), not \(value)")
      #expect(abs(Double(slope) - derivative) <= 2e-6, "\(function)'(\(z)) = \(slope)")
    }
  }

  /// z, y and the derivative there.
  @Test(arguments: KernelSet.available)
  func hardSigmoidsHaveTheContractsBits(_ kernels: KernelSet) {
    for (function, z, y, slope) in Self.hardSigmoidBits {
      var values: [Float] = [0]
      kernels.pointwise(
        function, argument: 0, count: 1, z: [Float(bitPattern: z)], y: &values)
      var gradient: [Float] = [1]
      kernels.pointwiseGradient(
        function, argument: 0, count: 1, value: values, gradient: &gradient)
      #expect(bits(values) == [y])
      #expect(bits(gradient) == [slope])
    }
  }

  /// The contract's vectors, which `scripts/contract-reference.py --check` computes with NumPy. Those at
  /// the corners and their derivatives are also Keras 3.15's, on JAX.
  private static let hardSigmoidBits: [(Pointwise, UInt32, UInt32, UInt32)] = [
    (.hardSigmoid, 0x40400000, 0x3f800000, 0x00000000),
    (.hardSigmoid, 0x403fffff, 0x3f800000, 0x00000000),
    (.hardSigmoid, 0xc0400000, 0x00000000, 0x00000000),
    (.hardSigmoid, 0xc03fffff, 0x332aaaab, 0x3e2aaaab),
    (.hardSigmoid, 0x3f8ccccd, 0x3f2eeeef, 0x3e2aaaab),
    (.hardSigmoid, 0x40161e4f, 0x3f641435, 0x3e2aaaab),
    (.hardSigmoid, 0xff800000, 0x00000000, 0x00000000),
    (.hardSigmoidKeras2, 0x40200000, 0x3f800000, 0x00000000),
    (.hardSigmoidKeras2, 0x401ffffe, 0x3f7ffffe, 0x3e4ccccd),
    (.hardSigmoidKeras2, 0xc0200000, 0x00000000, 0x00000000),
    (.hardSigmoidKeras2, 0xc01fffff, 0x33000000, 0x3e4ccccd),
    (.hardSigmoidKeras2, 0xbf333333, 0x3eb851ec, 0x3e4ccccd),
    (.hardSigmoidKeras2, 0x40161e4f, 0x3f781840, 0x3e4ccccd),
    (.hardSigmoidKeras2, 0x7f800000, 0x3f800000, 0x00000000),
  ]

  private static let widths = [2, 3, 10, 31, 32, 33, 64, 100]

  @Test(arguments: KernelSet.available, [1, 3, 8, 16])
  func softmaxIsTheReferences(_ kernels: KernelSet, _ lanes: Int) {
    var source = TensorSource()
    for width in Self.widths {
      let shape = RowsShape(lanes: lanes, rows: 5, width: width)
      let z = source.values(5 * width * lanes)
      let dy = source.values(z.count)
      let run = { (kernels: KernelSet) -> [[UInt32]] in
        var y = z
        kernels.softmax(shape, z: z, y: &y)
        var dz = dy
        kernels.softmaxGradient(shape, y: y, gradient: &dz)
        return [bits(y), bits(dz)]
      }
      let areTheSame = run(kernels) == run(.reference)
      #expect(areTheSame, "seed \(source.seed), \(shape)")
    }
  }

  @Test(arguments: widths)
  func softmaxIsNearBinary64(_ width: Int) {
    var source = TensorSource()
    let shape = RowsShape(lanes: 2, rows: 4, width: width)
    let z = source.values(4 * width * 2)
    let dy = source.values(z.count)
    var (y, dz) = (z, dy)
    KernelSet.reference.softmax(shape, z: z, y: &y)
    KernelSet.reference.softmaxGradient(shape, y: y, gradient: &dz)
    for row in 0..<8 {
      let places = (0..<width).map { (row / 2 * width + $0) * 2 + row % 2 }
      let powers = places.map { exp(Double(z[$0])) }
      let shares = powers.map { $0 / powers.reduce(0, +) }
      let dot = zip(places, shares).reduce(0) { $0 + Double(dy[$1.0]) * $1.1 }
      for (place, share) in zip(places, shares) {
        let slope = share * (Double(dy[place]) - dot)
        #expect(abs(Double(y[place]) - share) <= 1e-6, "seed \(source.seed)")
        #expect(abs(Double(dz[place]) - slope) <= 2e-3, "seed \(source.seed)")
      }
    }
  }

  @Test func aSoftmaxOfWhatIsNotFiniteIsNaN() {
    for bad in [[1, .nan, 2], [1, .infinity, 2], [-Float.infinity, -.infinity, -.infinity]] {
      var y = bad
      KernelSet.reference.softmax(RowsShape(lanes: 1, rows: 1, width: 3), z: bad, y: &y)
      let areNaN = y.allSatisfy(\.isNaN)
      #expect(areNaN, "\(bad)")
    }
  }
}
