import SweepModel

/// How many values there are, and in which shape.
///
/// Source: HDF5 File Format Specification 3.0, IV.A.2.b.
struct HDF5Dataspace: Sendable {
  /// The shape; empty for one value.
  let shape: [Int]
  /// How many values that are.
  let count: Int
  /// The place after it.
  let end: Int

  init(_ bytes: HDF5Bytes, _ body: Range<Int>) throws(HDF5Problem) {
    var cursor = bytes.cursor(over: body)
    let version = try cursor.version(1...2, of: "a shape")
    let rank = try cursor.byte()
    let flags = try cursor.byte()
    // Version 2: 0 is one value, 1 a shape, 2 nothing at all.
    let type = try cursor.byte()
    if version == 1 { try cursor.take(4) }
    guard rank <= Limits.axes else {
      throw HDF5Problem(
        .overLimit, "\(rank) axes are over the limit of \(Limits.axes)", atByte: body.lowerBound)
    }
    var sizes: [UInt64] = []
    for _ in 0..<rank { sizes.append(try cursor.long()) }
    if flags & 1 != 0 { try cursor.take(8 * rank) }
    end = cursor.position
    guard version == 1 || type != 2 else {
      (shape, count) = ([0], 0)
      return
    }
    guard let known = Self.checked(sizes) else {
      throw HDF5Problem(
        .overLimit,
        "the shape (\(sizes.map(String.init).joined(separator: ", "))) is over the limit of "
          + "\(Limits.parameters) values", atByte: body.lowerBound)
    }
    (shape, count) = known
  }

  private static func checked(_ sizes: [UInt64]) -> (shape: [Int], count: Int)? {
    var count = 1
    // A size of zero must not hide others that no number holds.
    for size in sizes {
      guard size <= UInt64(Limits.parameters) else { return nil }
      let (product, overflows) = count.multipliedReportingOverflow(by: max(1, Int(size)))
      guard !overflows, product <= Limits.parameters else { return nil }
      count = product
    }
    return (sizes.map { Int($0) }, sizes.contains(0) ? 0 : count)
  }
}
