import SweepModel

/// What the header of a NumPy array says: `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4)}`.
struct NPYHeader {
  let format: NumberFormat
  let isFortranOrder: Bool
  let shape: [Int]

  /// Reads such a dictionary, and no other Python.
  struct Parser {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    init(_ bytes: ArraySlice<UInt8>) {
      self.bytes = bytes
      position = bytes.startIndex
    }

    /// The header.
    mutating func header() throws(FileProblem) -> NPYHeader {
      var (format, order, shape): (NumberFormat?, Bool?, [Int]?)
      try expect("{")
      while !take("}") {
        let key = try string()
        try expect(":")
        switch key {
        case "descr": format = try numberFormat()
        case "fortran_order": order = try boolean()
        case "shape": shape = try tuple()
        default: throw problem("unknown key \(content: Quotation.text(key.utf8)) in the header")
        }
        if !take(",") {
          try expect("}")
          break
        }
      }
      guard let format, let order, let shape else {
        throw problem("the header lacks descr, fortran_order or shape")
      }
      return NPYHeader(format: format, isFortranOrder: order, shape: shape)
    }

    private mutating func numberFormat() throws(FileProblem) -> NumberFormat {
      skipSpace()
      guard position < bytes.endIndex, bytes[position] != UInt8(ascii: "[") else {
        throw problem("the array has fields; save one array of numbers for each")
      }
      let text = try string()
      let code = Array(text.utf8)
      let hint = "save it as float32, float64, an integer type or bool"
      if text.hasSuffix("O") {
        throw problem(
          "the array holds Python objects (a pickle), which are never loaded; \(own: hint)")
      }
      guard code.count == 3, let size = Int(String(text.suffix(1))),
        let order = text.first, "<>|=".contains(order)
      else {
        throw problem(
          "numbers of type \(content: Quotation.text(code)) cannot be read; \(own: hint)")
      }
      let kinds: [Character: (NumberFormat.Kind, [Int])] = [
        "f": (.float, [4, 8]), "i": (.signed, [1, 2, 4, 8]), "u": (.unsigned, [1, 2, 4, 8]),
        "b": (.boolean, [1]),
      ]
      guard let (kind, sizes) = kinds[Character(UnicodeScalar(code[1]))], sizes.contains(size)
      else {
        throw problem(
          "numbers of type \(content: Quotation.text(code)) cannot be read; \(own: hint)")
      }
      return NumberFormat(kind: kind, size: size, isBigEndian: order == ">")
    }

    private mutating func boolean() throws(FileProblem) -> Bool {
      for (word, value) in [("True", true), ("False", false)] where take(word) { return value }
      throw problem("fortran_order is neither True nor False")
    }

    private mutating func tuple() throws(FileProblem) -> [Int] {
      var lengths: [Int] = []
      try expect("(")
      while !take(")") {
        guard lengths.count <= Limits.axes else {
          throw problem("the shape has more than \(Limits.axes) axes")
        }
        lengths.append(try length())
        if !take(",") {
          try expect(")")
          break
        }
      }
      return lengths
    }

    private mutating func length() throws(FileProblem) -> Int {
      skipSpace()
      let digits = bytes[position...].prefix {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
      }
      guard let value = Int(String(decoding: digits, as: UTF8.self)) else {
        throw problem("no length of an axis stands here")
      }
      position += digits.count
      return value
    }

    private mutating func string() throws(FileProblem) -> String {
      skipSpace()
      guard position < bytes.endIndex,
        bytes[position] == UInt8(ascii: "'") || bytes[position] == UInt8(ascii: "\"")
      else { throw problem("the header is no dictionary as NumPy writes it") }
      let quote = bytes[position]
      let text = bytes[(position + 1)...].prefix { $0 != quote }
      guard text.endIndex < bytes.endIndex else { throw problem("a text is not ended") }
      position = text.endIndex + 1
      return String(decoding: text, as: UTF8.self)
    }

    private mutating func take(_ text: String) -> Bool {
      skipSpace()
      guard bytes[position...].starts(with: text.utf8) else { return false }
      position += text.utf8.count
      return true
    }

    private mutating func expect(_ text: String) throws(FileProblem) {
      guard take(text) else {
        throw problem("the header is no dictionary as NumPy writes it: `\(own: text)` is missing")
      }
    }

    private mutating func skipSpace() {
      while position < bytes.endIndex, [0x20, 0x0A, 0x09].contains(bytes[position]) {
        position += 1
      }
    }

    private func problem(_ reason: DataMessage) -> FileProblem {
      FileProblem(reason, atByte: position)
    }
  }
}
