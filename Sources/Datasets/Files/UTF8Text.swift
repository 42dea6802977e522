import SweepModel

/// Text files: UTF-8, with or without a byte order mark.
enum UTF8Text {
  private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// The bytes after a byte order mark.
  ///
  /// - Throws: ``FileProblem`` where there are none, or at the first that is not UTF-8.
  static func checked(_ bytes: [UInt8]) throws(FileProblem) -> ArraySlice<UInt8> {
    let text = bytes.starts(with: mark) ? bytes[3...] : bytes[...]
    guard !text.isEmpty else { throw FileProblem("the file is empty") }
    if let wrong = firstInvalid(text) {
      let line = text[..<wrong].count { $0 == 0x0A } + 1
      throw FileProblem("byte \(wrong) is no UTF-8: save the file as UTF-8", at: "line \(line)")
    }
    return text
  }

  /// Source: The Unicode Standard, table 3-7 (well-formed byte sequences).
  private static func firstInvalid(_ text: ArraySlice<UInt8>) -> Int? {
    text.withUnsafeBufferPointer { bytes in
      var position = 0
      while position < bytes.count {
        let byte = bytes[position]
        if byte < 0x80 {
          position += 1
          continue
        }
        let (length, second): (Int, ClosedRange<UInt8>)
        switch byte {
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: return text.startIndex + position
        }
        guard position + length <= bytes.count, second.contains(bytes[position + 1]),
          bytes[(position + 2)..<(position + length)].allSatisfy({ (0x80...0xBF).contains($0) })
        else { return text.startIndex + position }
        position += length
      }
      return nil
    }
  }
}
