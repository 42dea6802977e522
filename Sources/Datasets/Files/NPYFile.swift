import SweepModel

/// Reads NumPy's format of one array.
///
/// Source: NumPy, numpy/lib/_format_impl.py (NEP 1): magic, version, the length of a header, the
/// header as a Python dictionary, the numbers.
enum NPYFile {
  /// Bytes of a header that are read: NumPy's own bound for files that are not trusted.
  private static let headerBytes = 10_000

  /// The array of a file's content.
  static func array(_ bytes: [UInt8]) throws(FileProblem) -> NumberArray {
    guard !bytes.isEmpty else { throw FileProblem("the file is empty") }
    guard bytes.starts(with: [0x93] + Array("NUMPY".utf8)), bytes.count >= 10 else {
      throw FileProblem("this does not begin as an array of NumPy does", atByte: 0)
    }
    guard (1...3).contains(bytes[6]) else {
      throw FileProblem("version \(content: "\(bytes[6])") of the format is not known", atByte: 6)
    }
    let lengthBytes = bytes[6] == 1 ? 2 : 4
    guard bytes.count >= 8 + lengthBytes else { throw FileProblem("the file ends in its header") }
    let length = bytes[8..<8 + lengthBytes].reversed().reduce(0) { $0 << 8 | Int($1) }
    let start = 8 + lengthBytes
    guard length <= headerBytes, length <= bytes.count - start else {
      throw FileProblem("a header of \(length) bytes does not fit", atByte: 8)
    }
    var parser = NPYHeader.Parser(bytes[start..<start + length])
    let header = try parser.header()
    return try array(bytes, header, at: start + length)
  }

  private static func array(_ bytes: [UInt8], _ header: NPYHeader, at offset: Int)
    throws(FileProblem) -> NumberArray
  {
    let shape = header.shape
    let text = "(" + shape.map(String.init).joined(separator: ", ") + ")"
    guard (1...Limits.axes).contains(shape.count) else {
      throw FileProblem(
        "the shape \(content: text) has \(shape.count) axes, not 1 to \(Limits.axes)")
    }
    guard let count = NumberArray.count(shape, limit: Limits.dataValues) else {
      throw FileProblem(
        "the shape \(content: text) is over the limit of \(Limits.dataValues) values")
    }
    guard count > 0 else { throw FileProblem("the shape \(content: text) has no values") }
    let (needed, rest) = (count * header.format.size, bytes.count - offset)
    guard needed == rest else {
      throw FileProblem(
        "the shape \(content: text) needs \(needed) bytes, but \(rest) follow the header",
        atByte: offset)
    }
    let values = try header.format.values(bytes, at: offset, count: count)
    guard header.isFortranOrder, shape.count > 1 else {
      return NumberArray(shape: shape, values: values)
    }
    return NumberArray(shape: shape, values: rowMajor(values, shape))
  }

  /// Values whose first axis runs fastest, in the order in which the last does.
  private static func rowMajor(_ values: Values, _ shape: [Int]) -> Values {
    switch values {
    case .bytes(let values): .bytes(rowMajor(values, shape))
    case .floats(let values): .floats(rowMajor(values, shape))
    case .doubles(let values): .doubles(rowMajor(values, shape))
    }
  }

  private static func rowMajor<Value>(_ values: [Value], _ shape: [Int]) -> [Value] {
    var strides: [Int] = []
    var stride = 1
    for length in shape {
      strides.append(stride)
      stride *= length
    }
    var index = [Int](repeating: 0, count: shape.count)
    var source = 0
    var ordered: [Value] = []
    ordered.reserveCapacity(values.count)
    while ordered.count < values.count {
      ordered.append(values[source])
      // Counts up, the last axis first.
      for axis in shape.indices.reversed() {
        index[axis] += 1
        source += strides[axis]
        guard index[axis] == shape[axis] else { break }
        index[axis] = 0
        source -= strides[axis] * shape[axis]
      }
    }
    return ordered
  }
}
