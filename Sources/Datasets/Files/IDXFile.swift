import SweepModel

/// Reads the format of MNIST's files.
///
/// Two zero bytes, the type of the numbers, the number of axes; each axis's length in four bytes; the
/// numbers. All is big-endian.
///
/// Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database", file formats.
enum IDXFile {
  /// The array of a file's content.
  static func array(_ bytes: [UInt8]) throws(FileProblem) -> NumberArray {
    guard !bytes.isEmpty else { throw FileProblem("the file is empty") }
    guard bytes.count >= 4 else {
      throw FileProblem("too short for an IDX file", atByte: bytes.count)
    }
    guard bytes[0] == 0, bytes[1] == 0, let format = format(bytes[2]) else {
      throw FileProblem("no IDX file begins with \(content: Self.hex(bytes.prefix(4)))", atByte: 0)
    }
    let rank = Int(bytes[3])
    guard (1...Limits.axes).contains(rank) else {
      throw FileProblem(
        "\(content: "\(rank)") axes, but there can be 1 to \(Limits.axes)", atByte: 3)
    }
    let header = 4 + 4 * rank
    guard bytes.count >= header else {
      throw FileProblem("the file ends within the lengths of its \(rank) axes", atByte: bytes.count)
    }
    let shape = (0..<rank).map { axis in
      bytes[4 + 4 * axis..<8 + 4 * axis].reduce(0) { $0 << 8 | Int($1) }
    }
    let text = shape.map(String.init).joined(separator: " × ")
    guard let count = NumberArray.count(shape, limit: Limits.dataValues) else {
      throw FileProblem(
        "\(content: text) values are over the limit of \(Limits.dataValues)", atByte: 4)
    }
    guard count > 0 else { throw FileProblem("\(content: text) values are none", atByte: 4) }
    let (needed, rest) = (count * format.size, bytes.count - header)
    guard needed == rest else {
      throw FileProblem(
        "\(content: text) values of \(format.size) bytes should follow, \(needed) bytes, but there are \(rest)",
        atByte: header)
    }
    return NumberArray(
      shape: shape, values: try format.values(bytes, at: header, count: count))
  }

  private static func format(_ code: UInt8) -> NumberFormat? {
    switch code {
    case 0x08: NumberFormat(kind: .unsigned, size: 1, isBigEndian: true)
    case 0x09: NumberFormat(kind: .signed, size: 1, isBigEndian: true)
    case 0x0B: NumberFormat(kind: .signed, size: 2, isBigEndian: true)
    case 0x0C: NumberFormat(kind: .signed, size: 4, isBigEndian: true)
    case 0x0D: NumberFormat(kind: .float, size: 4, isBigEndian: true)
    case 0x0E: NumberFormat(kind: .float, size: 8, isBigEndian: true)
    default: nil
    }
  }

  private static func hex(_ bytes: ArraySlice<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
  }
}
