import CKernels
import Foundation
import Kernels
import Testing

/// exp, log, tanh, expm1, erf and sigmoid where rounding is hardest, on every instruction set that this CPU has.
///
/// The cases and their results are MPFR's (scripts/elementary/elementary-hard-cases.c). All 2³² inputs are
/// compared by scripts/verify-elementary, which takes minutes.
@Suite struct ElementaryTests {
  private typealias ArrayFunction = (Int, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?) ->
    Void

  private struct Case {
    let input: UInt32
    let result: UInt32
  }

  private static let cases: [String: [Case]] = {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(component: "elementary-hard-cases.txt")
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    var cases: [String: [Case]] = [:]
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      let words = line.split(separator: " ")
      guard words.count == 3, let input = UInt32(words[1], radix: 16),
        let result = UInt32(words[2], radix: 16)
      else { continue }
      cases[String(words[0]), default: []].append(Case(input: input, result: result))
    }
    return cases
  }()

  private func functions(_ set: String) -> [String: ArrayFunction] {
    switch set {
    case "reference":
      [
        "exp": ss_exp_array_reference, "log": ss_log_array_reference,
        "tanh": ss_tanh_array_reference, "expm1": ss_expm1_array_reference,
        "erf": ss_erf_array_reference, "sigmoid": ss_sigmoid_array_reference,
      ]
    #if arch(x86_64)
      case "baseline":
        [
          "exp": ss_exp_array_baseline, "log": ss_log_array_baseline,
          "tanh": ss_tanh_array_baseline, "expm1": ss_expm1_array_baseline,
          "erf": ss_erf_array_baseline, "sigmoid": ss_sigmoid_array_baseline,
        ]
      case "avx2":
        [
          "exp": ss_exp_array_avx2, "log": ss_log_array_avx2, "tanh": ss_tanh_array_avx2,
          "expm1": ss_expm1_array_avx2,
          "erf": ss_erf_array_avx2,
          "sigmoid": ss_sigmoid_array_avx2,
        ]
      case "avx512":
        [
          "exp": ss_exp_array_avx512, "log": ss_log_array_avx512, "tanh": ss_tanh_array_avx512,
          "expm1": ss_expm1_array_avx512,
          "erf": ss_erf_array_avx512,
          "sigmoid": ss_sigmoid_array_avx512,
        ]
    #endif
    #if arch(arm64)
      case "neon":
        [
          "exp": ss_exp_array_neon, "log": ss_log_array_neon, "tanh": ss_tanh_array_neon,
          "expm1": ss_expm1_array_neon,
          "erf": ss_erf_array_neon,
          "sigmoid": ss_sigmoid_array_neon,
        ]
    #endif
    default: [:]
    }
  }

  @Test(arguments: KernelSet.available, ["exp", "log", "tanh", "expm1", "erf", "sigmoid"])
  func hardCasesAreCorrectlyRounded(_ kernels: KernelSet, _ name: String) throws {
    let function = try #require(functions(kernels.name)[name])
    let cases = try #require(Self.cases[name])
    #expect(cases.count > 100)
    // Every length up to a few vectors, so that the ends of arrays are met by hard cases too.
    for count in Array(0...40) + [cases.count] {
      let some = cases.shuffled().prefix(count)
      var values = some.map { Float(bitPattern: $0.input) } + [Float(bitPattern: 0x1234_5678)]
      values.withUnsafeMutableBufferPointer { function(count, $0.baseAddress, $0.baseAddress) }
      for (value, expected) in zip(values, some) where value.bitPattern != expected.result {
        Issue.record(
          "\(name)(\(String(expected.input, radix: 16))) = \(String(value.bitPattern, radix: 16))")
      }
      #expect(values[count].bitPattern == 0x1234_5678, "written past the end")
    }
  }
}
