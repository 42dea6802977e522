import Kernels

/// The benchmark `convolution`: forward and backward pass of one layer on a batch of 128, with a
/// bias and without activation, for each set of kernels.
///
/// The first layer of a model needs no gradient by its input; the deeper one does. The share of the
/// peak counts the operations of the passes' products.
func measureConvolutions() -> [Measurement] {
  // The fastest first: it is what others are compared with.
  KernelSet.available.reversed().flatMap { kernels in
    guard let peak = Peak.of(kernels) else { return [Measurement]() }
    return ConvolutionCase.all.map { measure($0, kernels, peak) }
  }
}

/// One layer of 3×3 windows without padding.
private struct ConvolutionCase {
  let side: Int
  let channels: Int
  let filters: Int

  static let all = [
    ConvolutionCase(side: 28, channels: 1, filters: 32),
    ConvolutionCase(side: 13, channels: 32, filters: 64),
  ]

  var name: String { "\(side)×\(side)×\(channels), \(filters) filters" }

  var isFirst: Bool { channels == 1 }

  var shape: ConvolutionShape {
    let axis = WindowAxis(length: side, window: 3, stride: 1, padding: 0, positions: side - 2)
    return ConvolutionShape(
      lanes: 1, rows: 128, down: axis, across: axis, channels: channels, filters: filters)
  }

  var inputCount: Int { 128 * side * side * channels }
  var outputCount: Int { 128 * (side - 2) * (side - 2) * filters }
  var kernelCount: Int { 9 * channels * filters }
  /// Two for each multiply-add.
  var operations: Double { Double(2 * outputCount * 9 * channels * (isFirst ? 2 : 3)) }
}

private func measure(
  _ layer: ConvolutionCase, _ kernels: KernelSet, _ peak: Peak
) -> Measurement {
  let memory = ConvolutionMemory(layer)
  let (times, operationsPerSecond) = peak.around {
    Durations(during: 0.5) { memory.pass(kernels) }
  }
  var measurement = Measurement(
    benchmark: "convolution", subject: "\(kernels) \(layer.name)", unit: "ms", timesOf: 1e3, times,
    details: [("share of peak", layer.operations / times.minimum / operationsPerSecond)])
  measurement.labels = [("data", layer.name)]
  return measurement
}

/// What a layer's passes work on, aligned as a trainer's arena is.
private final class ConvolutionMemory {
  private let layer: ConvolutionCase
  private let x, kernel, bias, y, dz, dkernel, dbias, dx, workspace: MutableTensor

  init(_ layer: ConvolutionCase) {
    self.layer = layer
    var generator = SplitMix(state: 1)
    func tensor(_ count: Int) -> MutableTensor {
      let memory = UnsafeMutableRawPointer.allocate(byteCount: count * 4, alignment: 64)
        .bindMemory(to: Float.self, capacity: count)
      for place in 0..<count { memory[place] = Float(2 * generator.unit() - 1) }
      return memory
    }
    x = tensor(layer.inputCount)
    kernel = tensor(layer.kernelCount)
    bias = tensor(layer.filters)
    y = tensor(layer.outputCount)
    dz = tensor(layer.outputCount)
    dkernel = tensor(layer.kernelCount)
    dbias = tensor(layer.filters)
    dx = tensor(layer.inputCount)
    workspace = tensor(layer.shape.workspaceCount)
  }

  deinit {
    for tensor in [x, kernel, bias, y, dz, dkernel, dbias, dx, workspace] { tensor.deallocate() }
  }

  func pass(_ kernels: KernelSet) {
    kernels.convolutionForward(
      layer.shape, .linear, x: x, kernel: kernel, bias: bias, y: y, workspace: workspace)
    kernels.convolutionKernelGradient(
      layer.shape, x: x, dz: dz, dkernel: dkernel, dbias: dbias, workspace: workspace)
    if layer.isFirst { return }
    kernels.convolutionInputGradient(
      layer.shape, dz: dz, kernel: kernel, dx: dx, workspace: workspace)
  }
}
