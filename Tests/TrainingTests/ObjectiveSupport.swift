import Foundation
import Kernels
import SweepModel

@testable import Training

/// What scripts/objectives-reference.py wrote: losses by the contract's binary32 operations, metrics
/// by plain counts.
struct ObjectiveCase: Decodable, Sendable, CustomStringConvertible {
  let kind: String
  let lastActivation: String
  let arguments: [String: Argument]
  let width: Int
  let targetWidth: Int
  let predictions: String
  let targets: String
  let mask: String?
  /// Of a loss.
  let losses: String?
  let gradient: String?
  /// Of a metric.
  let value: String?

  var description: String { "\(kind) \(arguments) \(width)" }

  enum Argument: Decodable, Sendable {
    case boolean(Bool)
    case number(Double)
    case text(String)

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let value = try? container.decode(Bool.self) {
        self = .boolean(value)
      } else if let value = try? container.decode(Double.self) {
        self = .number(value)
      } else {
        self = .text(try container.decode(String.self))
      }
    }
  }

  struct Document: Decodable {
    let losses: [ObjectiveCase]
    let metrics: [ObjectiveCase]
  }

  static let all: Document = {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(components: "Golden", "objectives.json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    do {
      return try decoder.decode(Document.self, from: Data(contentsOf: file))
    } catch {
      fatalError("\(file.path): \(error)")
    }
  }()

  /// Binary32 values from eight hexadecimal digits each.
  static func floats(_ text: String) -> [Float] {
    let digits = Array(text.utf8)
    let values = stride(from: 0, to: digits.count, by: 8).map { start in
      let bits = digits[start..<start + 8].reduce(UInt32(0)) { bits, digit in
        bits << 4 | UInt32(digit < 97 ? digit - 48 : digit - 87)
      }
      return Float(bitPattern: bits)
    }
    return values
  }

  var rows: Int { predictions.utf8.count / 8 / width }

  /// With every default of the kind's schema.
  var configuration: Configuration {
    let family: ConfigurationFamily = value == nil ? .loss : .metric
    return configured(family, kind, arguments)
  }

  var comparison: Comparison { comparison(isFused: false) }

  func comparison(isFused: Bool) -> Comparison {
    let data = TrainingData(
      sampleCount: rows, inputShape: [1], targetShape: [targetWidth],
      inputs: Array(repeating: 0, count: rows), targets: Self.floats(targets))
    return Comparison(
      predictionShape: [width], fused: isFused ? FusedActivation(rawValue: lastActivation) : nil,
      lastActivation: lastActivation, maskedPositions: mask == nil ? nil : 1, data: data)
  }
}

/// A configuration with every default of its schema.
func configured(
  _ family: ConfigurationFamily, _ kind: String, _ arguments: [String: ObjectiveCase.Argument] = [:]
) -> Configuration {
  var values: [String: ArgumentValue] = [:]
  for parameter in TrainingVocabulary.vocabulary.schema(family, kind: kind)?.parameters ?? [] {
    values[parameter.name] =
      switch (arguments[parameter.name], parameter.type) {
      case (nil, _): parameter.defaultValue
      case (.boolean(let value)?, _): .boolean(value)
      case (.number(let value)?, .integer): .integer(Int64(value))
      case (.number(let value)?, _): .number(value)
      case (.text(let value)?, _): .text(value)
      }
  }
  return Configuration(kind: kind, arguments: values)
}

/// Runs a loss or a metric on predictions that are given, the same in every lane.
struct ObjectiveRun {
  let kernels: KernelSet
  let lanes: Int
  private let rows: Int
  private let width: Int
  private let predictions: [Float]
  private let targets: [Float]
  private let mask: [Float]?

  init(_ example: ObjectiveCase, kernels: KernelSet, lanes: Int) {
    self.kernels = kernels
    self.lanes = lanes
    rows = example.rows
    width = example.width
    predictions = Self.spread(ObjectiveCase.floats(example.predictions), lanes)
    targets = Self.spread(ObjectiveCase.floats(example.targets), lanes)
    mask = example.mask.map { Self.spread(ObjectiveCase.floats($0), lanes) }
  }

  private static func spread(_ values: [Float], _ lanes: Int) -> [Float] {
    values.flatMap { Array(repeating: $0, count: lanes) }
  }

  private func withBatch<Result>(_ body: (PredictedBatch) -> Result) -> Result {
    var workspace = [Float](repeating: .nan, count: predictions.count)
    var values = [Float](repeating: .nan, count: predictions.count)
    return predictions.withUnsafeBufferPointer { predictions in
      targets.withUnsafeBufferPointer { targets in
        (mask ?? [0]).withUnsafeBufferPointer { mask in
          workspace.withUnsafeMutableBufferPointer { workspace in
            values.withUnsafeMutableBufferPointer { values in
              guard let predictions = predictions.baseAddress, let targets = targets.baseAddress,
                let mask = mask.baseAddress, let workspace = workspace.baseAddress,
                let values = values.baseAddress
              else { preconditionFailure("there is a value") }
              return body(
                PredictedBatch(
                  kernels: kernels, lanes: lanes, rows: rows, predictions: predictions,
                  probabilities: predictions, targets: targets, mask: self.mask == nil ? nil : mask,
                  workspace: workspace, values: values))
            }
          }
        }
      }
    }
  }

  /// The losses of every row and lane, and the gradient.
  func evaluate(_ loss: any Loss) -> (losses: [Float], gradient: [Float]) {
    var losses = [Float](repeating: .nan, count: rows * lanes * loss.positions)
    var gradient = [Float](repeating: .nan, count: predictions.count)
    withBatch { loss.evaluate($0, losses: &losses, gradient: &gradient) }
    return (losses, gradient)
  }

  /// The metric of every lane, measured in one batch.
  func measure(_ metric: any Metric) -> [Double] {
    var sums = [Double](repeating: 0, count: metric.sumCount * lanes)
    return sums.withUnsafeMutableBufferPointer { sums in
      guard let start = sums.baseAddress else { preconditionFailure("there is a sum") }
      let sums = MetricSums(start: start, lanes: lanes)
      withBatch { metric.measure($0, sums: sums) }
      return (0..<lanes).map { metric.value(sums, lane: $0, samples: rows) }
    }
  }
}
