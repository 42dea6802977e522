import Kernels
import SweepModel

/// A matrix whose shorter side's vectors are orthogonal and of length `gain`.
///
/// The variable is a matrix of its last axis by all the others together. Normal values in the shape
/// (longer side, shorter side) are made orthonormal, column by column, by the modified Gram–Schmidt
/// process in binary64. Its lengths are positive, which is the choice of signs that makes the
/// result uniform over all such matrices.
///
/// Source: A. M. Saxe et al., "Exact solutions to the nonlinear dynamics of learning in deep linear
/// neural networks", ICLR 2014; Keras, initializers/random_initializers.py.
struct Orthogonal: NameableInitializer {
  static let schema = ConfigurationSchema(
    kind: "orthogonal",
    summary: "Orthogonal vectors of length gain: the columns, or the rows where they are fewer.",
    parameters: [
      .optional("gain", .number(.finite), default: .number(1), "What values are multiplied by.")
    ])

  private let gain: Double

  init(_ configuration: Configuration) { gain = configuration.number("gain") }

  func problem(withShape shape: [Int]) -> String? {
    shape.count < 2 ? "orthogonal is for variables of two axes or more" : nil
  }

  func fill(_ variable: VariableInitialization) {
    let columns = variable.shape.last ?? 1
    let rows = variable.count / max(1, columns)
    let isTransposed = rows < columns
    let (long, short) = isTransposed ? (columns, rows) : (rows, columns)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: variable.count) { matrix in
      guard let matrix = matrix.baseAddress else { return }
      for lane in 0..<variable.lanes {
        variable.drawWords(lane: lane) { matrix[$0] = NormalDistribution.value(of: $1) }
        Self.orthonormalize(matrix, rows: long, columns: short)
        for row in 0..<long {
          for column in 0..<short {
            let place = isTransposed ? column * long + row : row * short + column
            variable.values[place * variable.lanes + lane] =
              Float(gain * matrix[row * short + column])
          }
        }
      }
    }
  }

  /// Makes the columns of matrix[rows, columns] orthonormal: each in turn is divided by its length,
  /// then its part is taken out of all that follow. Sums run over ascending rows.
  private static func orthonormalize(
    _ matrix: UnsafeMutablePointer<Double>, rows: Int, columns: Int
  ) {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: columns) { sums in
      guard let sums = sums.baseAddress else { return }
      for column in 0..<columns {
        var square = 0.0
        for row in 0..<rows {
          let value = matrix[row * columns + column]
          square += value * value
        }
        let length = square.squareRoot()
        for row in 0..<rows { matrix[row * columns + column] /= length }
        // All products with the columns that follow at once, row by row: each sum keeps its order.
        for other in column + 1..<columns { sums[other] = 0 }
        for row in 0..<rows {
          let values = matrix + row * columns
          let own = values[column]
          for other in column + 1..<columns { sums[other] += own * values[other] }
        }
        for row in 0..<rows {
          let values = matrix + row * columns
          let own = values[column]
          for other in column + 1..<columns { values[other] -= sums[other] * own }
        }
      }
    }
  }
}
