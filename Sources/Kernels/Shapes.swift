import CKernels

/// A tensor that a kernel reads; with the lanes of a pack innermost.
public typealias Tensor = UnsafePointer<Float>
/// A tensor that a kernel writes; it overlaps no other argument of the call.
public typealias MutableTensor = UnsafeMutablePointer<Float>

/// What follows a layer's affine part.
public enum Activation: UInt32, Sendable, CaseIterable {
  /// x.
  case linear = 0
  /// x where it is above 0, else +0.
  case relu = 1
  /// The hyperbolic tangent.
  case tanh = 2
  /// 1 ÷ (1 + exp(−x)).
  case sigmoid = 3
}

extension Activation {
  var code: ss_activation { ss_activation(rawValue) }
}

/// The sizes of a dense layer's products.
public struct DenseShape: Hashable, Sendable {
  /// Trials of the pack.
  public var lanes: Int
  /// Rows of the batch.
  public var rows: Int
  /// Values of a row of input.
  public var inputs: Int
  /// Values of a row of output.
  public var outputs: Int

  /// Sizes.
  public init(lanes: Int, rows: Int, inputs: Int, outputs: Int) {
    self.lanes = lanes
    self.rows = rows
    self.inputs = inputs
    self.outputs = outputs
  }

  var cShape: ss_dense_shape {
    ss_dense_shape(lanes: lanes, rows: rows, inputs: inputs, outputs: outputs)
  }
}

/// One of several nearly equal parts of a product's outputs.
///
/// Threads that compute the parts side by side give the bits of one thread that computes the whole:
/// outputs are split, never sums.
public struct ProductPart: Hashable, Sendable {
  /// From 0.
  public var number: Int
  /// Into how many parts the product is split.
  public var count: Int

  /// Part `number` of `count`.
  public init(_ number: Int, of count: Int) {
    precondition(count > 0 && (0..<count).contains(number), "part \(number) of \(count)")
    self.number = number
    self.count = count
  }

  /// All outputs.
  public static let whole = ProductPart(0, of: 1)

  var cPart: ss_part { ss_part(number: number, count: count) }
}

/// The sizes of rows of equal width.
public struct RowsShape: Hashable, Sendable {
  /// Trials of the pack.
  public var lanes: Int
  /// Rows.
  public var rows: Int
  /// Values of a row.
  public var width: Int

  /// Sizes.
  public init(lanes: Int, rows: Int, width: Int) {
    self.lanes = lanes
    self.rows = rows
    self.width = width
  }

  var cShape: ss_rows_shape { ss_rows_shape(lanes: lanes, rows: rows, width: width) }
}
