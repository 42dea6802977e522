import Foundation

/// What `Golden/make-golden.py` and `make-comparisons.py` wrote: samples, quantiles and comparisons with
/// figures from exact arithmetic.
enum Golden {
  /// A sample and its figures.
  struct Sample: Decodable, Sendable, CustomStringConvertible {
    let name: String
    let values: [String]
    let figures: Figures

    var description: String { name }
    /// The values, read from their decimal text.
    var numbers: [Double] { values.compactMap(Double.init) }
  }

  /// The figures of a sample as decimal text; the spread is absent where there is one value.
  struct Figures: Decodable, Sendable {
    let count: Int
    let mean: String
    let median: String
    let interquartileMean: String
    let minimum: String
    let maximum: String
    let standardDeviation: String?
    let intervalLower: String?
    let intervalUpper: String?
  }

  /// A quantile of Student's t.
  struct Quantile: Decodable, Sendable {
    let degrees: UInt64
    let quantile: String
  }

  /// Two samples and the figures of their comparison.
  struct Comparison: Decodable, Sendable, CustomStringConvertible {
    let name: String
    let key: String
    let a: [String]
    let b: [String]
    let figures: ComparisonFigures

    var description: String { name }
    /// The key of the random numbers.
    var number: UInt64 { UInt64(key, radix: 16) ?? 0 }
    var numbersA: [Double] { a.compactMap(Double.init) }
    var numbersB: [Double] { b.compactMap(Double.init) }
  }

  /// The figures of a comparison; numbers as decimal text.
  struct ComparisonFigures: Decodable, Sendable {
    let meanA: String
    let meanB: String
    let mean: String
    let standardDeviation: String
    let intervalLower: String
    let intervalUpper: String
    let greaterA: Int
    let greaterB: Int
    let equal: Int
    let probability: String
    let probabilityLower: String
    let probabilityUpper: String
    let resamples: Int
    let pValue: String
    let isExact: Bool
    let flips: Int
  }

  /// The pairs that show a difference of so many standard deviations.
  struct Needed: Decodable, Sendable {
    let effect: String
    let pairs: UInt64
  }

  private struct Comparisons: Decodable {
    let comparisons: [Comparison]
    let pairsNeeded: [Needed]
  }

  private static let comparisonDocument: Comparisons = load("comparisons")
  static let comparisons = comparisonDocument.comparisons
  static let pairsNeeded = comparisonDocument.pairsNeeded
  static let samples: [Sample] = load("statistics")
  static let quantiles: [Quantile] = load("student-t")

  private static func load<Document: Decodable>(_ name: String) -> Document {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(components: "Golden", name + ".json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    do {
      return try decoder.decode(Document.self, from: Data(contentsOf: file))
    } catch {
      fatalError("\(file.path): \(error)")
    }
  }
}
