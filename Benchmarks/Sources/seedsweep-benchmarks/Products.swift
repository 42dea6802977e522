import Kernels

/// The benchmark `products`: each matrix product of a batch of experiment 2, for each set of
/// kernels, as a share of the peak of its instructions.
///
/// With zeros in an operand the share counts the operations of the dense product, so that it may be
/// above 1 where multiplications by zero are left out.
func measureProducts() -> [Measurement] {
  KernelSet.available.flatMap { kernels in
    guard let peak = Peak.of(kernels) else { return [Measurement]() }
    return productCalls.flatMap { call in
      zeroShares(of: call).map { zeros in
        measure(call, zeros: zeros, kernels: kernels, peak: peak)
      }
    }
  }
}

private let productCalls: [ProductCall] = ProductCall.Kind.allCases.flatMap { kind in
  // Nobody asks for the gradient by the images.
  zip(Experiment2.widths, Experiment2.widths.dropFirst()).dropFirst(kind == .inputGradient ? 1 : 0)
    .map { inputs, outputs in
      ProductCall(
        kind: kind,
        shape: DenseShape(
          lanes: 1, rows: Experiment2.batchSize, inputs: inputs, outputs: outputs))
    }
}

/// Images have about 80% zeros; what relu and dropout leave of a hidden layer has about 65%.
private func zeroShares(of call: ProductCall) -> [Double] {
  let isImages = call.shape.inputs == Experiment2.widths[0]
  return call.kind == .inputGradient && call.shape.outputs == Experiment2.classes
    ? [0] : [0, isImages ? 0.8 : 0.65]
}

private func measure(
  _ call: ProductCall, zeros: Double, kernels: KernelSet, peak: Peak
) -> Measurement {
  let operands = ProductOperands(call, zeros: zeros)
  // One repetition is about half a millisecond: long for the clock, short between interruptions.
  let once = Durations(repetitions: 20) { call.run(kernels, operands) }.minimum
  let calls = max(1, Int(5e-4 / once))
  let (times, operationsPerSecond) = peak.around {
    Durations(during: 0.15) {
      for _ in 0..<calls { call.run(kernels, operands) }
    }
  }
  let operations = call.operations * Double(calls)
  let shape = call.shape
  return Measurement(
    benchmark: "products",
    subject: "\(kernels) \(call.kind.rawValue) \(shape.rows)×\(shape.inputs)×\(shape.outputs)"
      + (zeros > 0 ? " \(Int(zeros * 100))% zeros" : ""),
    unit: "GFLOP/s", rateOf: operations / 1e9, times,
    details: [("share of peak", operations / times.minimum / operationsPerSecond)])
}
