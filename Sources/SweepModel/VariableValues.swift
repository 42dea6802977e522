/// The values of one variable of a model, or of one slot that an optimizer keeps for it.
public struct VariableValues: Hashable, Sendable {
  /// The variable's path, such as `dense_1/kernel`.
  public let path: String
  /// The shape.
  public let shape: [Int]
  /// The values, row-major.
  public var values: [Float]

  /// The values of a variable.
  ///
  /// - Precondition: there are as many values as the shape has.
  public init(path: String, shape: [Int], values: [Float]) {
    precondition(values.count == shape.reduce(1, *), "\(path) has as many values as its shape")
    self.path = path
    self.shape = shape
    self.values = values
  }
}
