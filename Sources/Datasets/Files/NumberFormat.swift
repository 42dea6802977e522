import SweepModel

/// How a binary file writes numbers.
struct NumberFormat: Hashable {
  /// What the numbers are.
  enum Kind: Hashable {
    case unsigned, signed, float, boolean
  }

  let kind: Kind
  /// Bytes of a number: 1, 2, 4 or 8.
  let size: Int
  let isBigEndian: Bool

  /// The `count` numbers from `offset`, in their order.
  ///
  /// - Precondition: they are within `bytes`.
  /// - Throws: ``FileProblem`` at a number that is not finite, or a truth value other than 0 and 1.
  func values(_ bytes: [UInt8], at offset: Int, count: Int) throws(FileProblem) -> Values {
    if size == 1, kind == .unsigned || kind == .boolean {
      let values = Array(bytes[offset..<offset + count])
      if kind == .boolean, let wrong = values.firstIndex(where: { $0 > 1 }) {
        throw FileProblem(
          "\(content: "\(values[wrong])") is neither true nor false", atByte: offset + wrong)
      }
      return .bytes(values)
    }
    let values: Values
    switch (kind, size) {
    case (.float, 4):
      values = .floats(decode(bytes, offset, count, UInt32.self) { Float(bitPattern: $0) })
    case (.float, _):
      values = .doubles(decode(bytes, offset, count, UInt64.self) { Double(bitPattern: $0) })
    case (.signed, 1):
      values = .floats(decode(bytes, offset, count, UInt8.self) { Float(Int8(bitPattern: $0)) })
    case (.signed, 2):
      values = .floats(decode(bytes, offset, count, UInt16.self) { Float(Int16(bitPattern: $0)) })
    case (.signed, 4):
      values = .doubles(decode(bytes, offset, count, UInt32.self) { Double(Int32(bitPattern: $0)) })
    case (.signed, _):
      values = .doubles(decode(bytes, offset, count, UInt64.self) { Double(Int64(bitPattern: $0)) })
    case (_, 2): values = .floats(decode(bytes, offset, count, UInt16.self) { Float($0) })
    case (_, 4): values = .doubles(decode(bytes, offset, count, UInt32.self) { Double($0) })
    default: values = .doubles(decode(bytes, offset, count, UInt64.self) { Double($0) })
    }
    if kind == .float, let wrong = values.firstNotFinite {
      throw FileProblem(
        "\(content: "\(values.value(at: wrong))") is no finite number",
        atByte: offset + wrong * size)
    }
    return values
  }

  private func decode<Bits: FixedWidthInteger, Value>(
    _ bytes: [UInt8], _ offset: Int, _ count: Int, _ type: Bits.Type, _ convert: (Bits) -> Value
  ) -> [Value] {
    bytes.withUnsafeBytes { bytes in
      (0..<count).map { position in
        let bits = bytes.loadUnaligned(
          fromByteOffset: offset + position * MemoryLayout<Bits>.size, as: Bits.self)
        return convert(isBigEndian ? Bits(bigEndian: bits) : Bits(littleEndian: bits))
      }
    }
  }
}

extension Values {
  fileprivate var firstNotFinite: Int? {
    switch self {
    case .bytes: nil
    case .floats(let values): values.firstIndex { !$0.isFinite }
    case .doubles(let values): values.firstIndex { !$0.isFinite }
    }
  }
}

/// An array of numbers from a file, in row-major order.
struct NumberArray {
  /// The lengths of its axes, each at least 1.
  let shape: [Int]
  let values: Values

  /// The product of lengths as a file declares them, at most `limit`; nil where it is more.
  static func count(_ shape: [Int], limit: Int) -> Int? {
    var product = 1
    // A length of 0 makes the product 0, whatever comes before it.
    if shape.contains(0) { return 0 }
    for length in shape {
      let (next, overflows) = product.multipliedReportingOverflow(by: length)
      guard !overflows, next <= limit else { return nil }
      product = next
    }
    return product
  }

  /// The shape of what each index of the first axis stands for; `[1]` for a number.
  var sampleShape: [Int] { shape.count == 1 ? [1] : Array(shape.dropFirst()) }
}
