import Foundation

/// What `Golden/make-golden.py` wrote: samples and quantiles with figures from exact arithmetic.
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
