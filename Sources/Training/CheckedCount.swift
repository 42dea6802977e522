/// A count of bytes or values that cannot overflow: it stays at its maximum, where every check
/// against a limit refuses it.
struct CheckedCount: Hashable, Comparable, Sendable, ExpressibleByIntegerLiteral {
  /// At most `Int.max`.
  let value: Int

  init(_ value: Int) { self.value = value }

  init(integerLiteral value: Int) { self.value = value }

  /// The number of values of a shape.
  init(shape: [Int]) { self = shape.reduce(1) { $0 * CheckedCount($1) } }

  static func + (left: CheckedCount, right: CheckedCount) -> CheckedCount {
    let (sum, overflow) = left.value.addingReportingOverflow(right.value)
    return CheckedCount(overflow ? Int.max : sum)
  }

  static func * (left: CheckedCount, right: CheckedCount) -> CheckedCount {
    let (product, overflow) = left.value.multipliedReportingOverflow(by: right.value)
    return CheckedCount(overflow ? Int.max : product)
  }

  static func < (left: CheckedCount, right: CheckedCount) -> Bool { left.value < right.value }

  /// The next multiple of `alignment`.
  func rounded(upTo alignment: Int) -> CheckedCount {
    CheckedCount((self + CheckedCount(alignment - 1)).value / alignment * alignment)
  }
}
