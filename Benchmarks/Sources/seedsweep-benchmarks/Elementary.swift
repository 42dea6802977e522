import CKernels
import Kernels

/// The benchmark `elementary`: correctly rounded exp, log, tanh and sigmoid on one core, on 4096
/// values that stay in the first-level cache.
func measureElementary() -> [Measurement] {
  let count = 4096
  let rounds = 50
  var generator = SplitMix(state: 1)
  // Evenly spread in (−10, 10); for log over the binades from 2⁻⁶⁴ to 2⁶³.
  let ordinary = (0..<count).map { _ in Float(20 * generator.unit() - 10) }
  let positive = (0..<count).map { _ in
    Float(bitPattern: 0x1f80_0000 + UInt32(truncatingIfNeeded: generator.next() >> 34))
  }
  var results = [Float](repeating: 0, count: count)
  return elementaryFunctions.map { function in
    let values = function.name.hasPrefix("log") ? positive : ordinary
    let times = Durations(repetitions: 40) {
      for _ in 0..<rounds { function.apply(count, values, &results) }
    }
    return Measurement(
      benchmark: "elementary", subject: function.name, unit: "million a second",
      rateOf: Double(count * rounds) / 1e6, times)
  }
}

private struct ElementaryFunction {
  let name: String
  let apply: @convention(c) (Int, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?) -> Void
}

private let elementaryFunctions: [ElementaryFunction] = {
  let names = KernelSet.available.map(\.name)
  #if arch(x86_64)
    let sets: [(String, [ElementaryFunction])] = [
      (
        "avx2",
        [
          .init(name: "exp avx2", apply: ss_exp_array_avx2),
          .init(name: "log avx2", apply: ss_log_array_avx2),
          .init(name: "tanh avx2", apply: ss_tanh_array_avx2),
          .init(name: "sigmoid avx2", apply: ss_sigmoid_array_avx2),
        ]
      ),
      (
        "avx512",
        [
          .init(name: "exp avx512", apply: ss_exp_array_avx512),
          .init(name: "log avx512", apply: ss_log_array_avx512),
          .init(name: "tanh avx512", apply: ss_tanh_array_avx512),
          .init(name: "sigmoid avx512", apply: ss_sigmoid_array_avx512),
        ]
      ),
    ]
  #elseif arch(arm64)
    let sets: [(String, [ElementaryFunction])] = [
      (
        "neon",
        [
          .init(name: "exp neon", apply: ss_exp_array_neon),
          .init(name: "log neon", apply: ss_log_array_neon),
          .init(name: "tanh neon", apply: ss_tanh_array_neon),
          .init(name: "sigmoid neon", apply: ss_sigmoid_array_neon),
        ]
      )
    ]
  #else
    let sets: [(String, [ElementaryFunction])] = []
  #endif
  return sets.filter { names.contains($0.0) }.flatMap(\.1)
}()
