import Statistics
import Testing

@Suite struct StudentTTests {
  /// Against 60-digit arithmetic, which `make-golden.py` compares with SciPy.
  @Test func agreesWithTheExactQuantiles() throws {
    for golden in Golden.quantiles {
      let exact = try #require(Double(golden.quantile))
      let value = StudentT.quantile95(degreesOfFreedom: golden.degrees)
      #expect(
        (value / exact - 1).magnitude <= 5e-14, "\(golden.degrees): \(value), exactly \(exact)")
    }
  }

  /// The series (up to 500 degrees) and the expansion (above) must join without a step.
  @Test func fallsWithTheDegreesOfFreedom() {
    var last = Double.infinity
    for degrees in UInt64(1)...1_200 {
      let value = StudentT.quantile95(degreesOfFreedom: degrees)
      #expect(value < last, "\(degrees)")
      last = value
    }
  }

  @Test func tendsToTheNormalQuantile() {
    #expect(StudentT.quantile95(degreesOfFreedom: .max) == 1.959963984540054)
  }
}
