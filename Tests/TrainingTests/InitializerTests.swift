import Foundation
import Kernels
import SweepModel
import Testing
import Training

/// The distributions of first values; their bits are ContractTrialTests' matter.
@Suite struct InitializerTests {
  private static func initializer(_ kind: String, _ numbers: [String: Double] = [:])
    -> Configuration
  {
    Configuration(kind: kind, arguments: numbers.mapValues { .number($0) })
  }

  /// The first values of a kernel[inputs, units].
  private func values(_ initializer: Configuration, inputs: Int, units: Int64) throws -> [Float] {
    var layer = dense(units, bias: false)
    layer = Configuration(
      kind: layer.kind,
      arguments: layer.arguments.merging(["kernel_initializer": .configuration(initializer)]) { $1 }
    )
    let sketch = VariantSketch(
      layers: [layer], data: unevenData(samples: 1, inputs: inputs, targets: Int(units)),
      optimizer: sgd(rate: 0))
    let trainer = Trainer(plan: try sketch.plan(), kernels: try .selected, lanes: 1)
    _ = trainer.train([firstTrial], keepsHistory: false)
    return trainer.variableValues(lane: 0)[0]
  }

  /// The largest distance between the values' distribution function and `expected`, times √n: above
  /// 1.95 once in a thousand.
  private func distance(_ values: [Float], _ expected: (Double) -> Double) -> Double {
    let sorted = values.map(Double.init).sorted()
    let count = Double(sorted.count)
    let distances = sorted.enumerated().map { place, value in
      max(
        abs(expected(value) - Double(place) / count),
        abs(expected(value) - Double(place + 1) / count)
      )
    }
    return (distances.max() ?? 0) * count.squareRoot()
  }

  private static func normal(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }

  private static func truncated(_ x: Double) -> Double {
    let share = (normal(x) - normal(-2)) / (normal(2) - normal(-2))
    return min(1, max(0, share))
  }

  private static func uniform(_ x: Double) -> Double { min(1, max(0, x)) }

  /// With 40 inputs and 500 units: kind, numbers, distribution function.
  private static let drawn: [(Configuration, @Sendable (Double) -> Double)] = [
    (
      initializer("random_uniform", ["minval": -0.3, "maxval": 0.1]), { uniform(($0 + 0.3) / 0.4) }
    ),
    (initializer("random_normal", ["mean": 0.5, "stddev": 2]), { normal(($0 - 0.5) / 2) }),
    (initializer("truncated_normal", ["mean": -1, "stddev": 3]), { truncated(($0 + 1) / 3) }),
    (
      initializer("glorot_uniform"),
      {
        let limit = (6.0 / 540).squareRoot()
        return uniform(($0 + limit) / (2 * limit))
      }
    ),
    (
      initializer("glorot_normal"),
      { truncated($0 / (2.0 / 540).squareRoot() * 0.8796256610342398) }
    ),
    (
      initializer("he_uniform"),
      {
        let limit = (6.0 / 40).squareRoot()
        return uniform(($0 + limit) / (2 * limit))
      }
    ),
    (initializer("he_normal"), { truncated($0 / (2.0 / 40).squareRoot() * 0.8796256610342398) }),
    (
      initializer("lecun_uniform"),
      {
        let limit = (3.0 / 40).squareRoot()
        return uniform(($0 + limit) / (2 * limit))
      }
    ),
    (initializer("lecun_normal"), { truncated($0 / (1.0 / 40).squareRoot() * 0.8796256610342398) }),
  ]

  @Test(arguments: drawn.indices)
  func valuesHaveTheirDistribution(_ number: Int) throws {
    let (initializer, expected) = Self.drawn[number]
    let values = try values(initializer, inputs: 40, units: 500)
    #expect(distance(values, expected) < 1.95, "\(initializer.kind)")
    // Nothing is drawn twice, and neighbours are not alike.
    #expect(Set(values.prefix(1000)).count > 990)
    let mean = values.reduce(0, +) / Float(values.count)
    let products = zip(values, values.dropFirst()).map { ($0 - mean) * ($1 - mean) }
    let squares = values.map { ($0 - mean) * ($0 - mean) }
    #expect(abs(products.reduce(0, +) / squares.reduce(0, +)) < 0.03, "\(initializer.kind)")
  }

  /// Orthogonal with Keras's variance, too: the entries of a row are nearly normal.
  @Test(arguments: [(1, 1), (5, 5), (7, 3), (3, 7), (64, 64), (40, 160), (200, 30)])
  func orthogonalVectorsAreOrthogonalAndAsLongAsTheGain(_ inputs: Int, _ units: Int) throws {
    let gain = 1.5
    let values = try values(
      Self.initializer("orthogonal", ["gain": gain]), inputs: inputs, units: Int64(units)
    ).map { Double($0) / gain }
    let rowsAreVectors = inputs < units
    let (count, length) = rowsAreVectors ? (inputs, units) : (units, inputs)
    let vectors = (0..<count).map { vector in
      (0..<length).map {
        rowsAreVectors ? values[vector * units + $0] : values[$0 * units + vector]
      }
    }
    for (number, vector) in vectors.enumerated() {
      for other in number..<count {
        let product = zip(vector, vectors[other]).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(product - (other == number ? 1 : 0)) < 1e-6, "\(number), \(other)")
      }
    }
    if count * length > 4000 {
      let scaled = values.map { Float($0 * Double(length).squareRoot()) }
      #expect(distance(scaled, Self.normal) < 1.95)
    }
  }

  @Test func constantsAreConstant() throws {
    #expect(
      try values(Self.initializer("constant", ["value": -0.7]), inputs: 3, units: 2)
        == Array(repeating: -0.7, count: 6))
    #expect(
      try values(Self.initializer("constant", ["value": 0]), inputs: 1, units: 2) == [0, 0])
  }

  @Test func anOrthogonalBiasIsAnError() throws {
    var layer = dense(4)
    layer = Configuration(
      kind: layer.kind,
      arguments: layer.arguments.merging([
        "bias_initializer": .configuration(Self.initializer("orthogonal", ["gain": 1]))
      ]) { $1 })
    let sketch = VariantSketch(
      layers: [layer], data: unevenData(samples: 3, inputs: 2, targets: 4))
    let error = #expect(throws: TrainingError.self) { try sketch.plan() }
    #expect(error?.path == "model[0].dense")
    #expect(
      error?.message == "orthogonal is for variables of two axes or more, but bias has shape [4]")
  }
}
