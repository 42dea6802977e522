import SweepModel

/// Reads a table's rows, one at a time.
///
/// Cells may stand between double quotes, in which a quote is doubled and anything else, line ends too,
/// stands for itself. Lines end in LF or CR LF; empty lines are left out.
///
/// Source: RFC 4180.
struct CSVReader {
  private static let quote = UInt8(ascii: "\"")

  private let text: ArraySlice<UInt8>
  private let separator: UInt8
  private var position: Int
  private var nextLine = 1

  /// The line, from 1, in which the last row began.
  private(set) var line = 0

  /// - Precondition: the separator is neither a quote nor a line end.
  init(_ text: ArraySlice<UInt8>, separator: UInt8) {
    self.text = text
    self.separator = separator
    position = text.startIndex
  }

  /// The next row's cells, into `cells`; false where there is none.
  mutating func read(into cells: inout [ArraySlice<UInt8>]) throws(FileProblem) -> Bool {
    cells.removeAll(keepingCapacity: true)
    while position < text.endIndex, takeLineEnd() {}
    guard position < text.endIndex else { return false }
    line = nextLine
    while true {
      guard cells.count < Limits.columns else {
        throw FileProblem("more than \(Limits.columns) columns", at: "line \(line)")
      }
      cells.append(try cell(cells.count + 1))
      if position == text.endIndex || takeLineEnd() { return true }
      // What ends a cell and is no line end is a separator.
      position += 1
    }
  }

  private mutating func takeLineEnd() -> Bool {
    if text[position] == 0x0A {
      position += 1
    } else if text[position] == 0x0D, position + 1 < text.endIndex, text[position + 1] == 0x0A {
      position += 2
    } else if text[position] == 0x0D, position + 1 == text.endIndex {
      position += 1
    } else {
      return false
    }
    nextLine += 1
    return true
  }

  private mutating func cell(_ column: Int) throws(FileProblem) -> ArraySlice<UInt8> {
    if position < text.endIndex, text[position] == Self.quote { return try quotedCell(column) }
    let start = position
    while position < text.endIndex, text[position] != separator, !isLineEnd {
      guard text[position] != Self.quote else {
        throw problem("a quotation mark within a cell; put the whole cell between them", column)
      }
      position += 1
    }
    try check(position - start, column)
    return text[start..<position]
  }

  private var isLineEnd: Bool {
    text[position] == 0x0A
      || text[position] == 0x0D
        && (position + 1 == text.endIndex || text[position + 1] == 0x0A)
  }

  private mutating func quotedCell(_ column: Int) throws(FileProblem) -> ArraySlice<UInt8> {
    let start = (position: position, line: nextLine)
    var content: [UInt8] = []
    position += 1
    while position < text.endIndex {
      let byte = text[position]
      if byte == Self.quote {
        position += 1
        guard position < text.endIndex, text[position] == Self.quote else {
          guard position == text.endIndex || text[position] == separator || isLineEnd else {
            throw problem("more follows the quotation mark that ends a cell", column)
          }
          return content[...]
        }
      }
      if byte == 0x0A { nextLine += 1 }
      content.append(byte)
      position += 1
      try check(content.count, column)
    }
    throw FileProblem(
      "the quotation mark is never closed", at: "line \(start.line), column \(column)")
  }

  private func check(_ count: Int, _ column: Int) throws(FileProblem) {
    guard count <= Limits.cellBytes else {
      throw problem("a cell of more than \(Limits.cellBytes) bytes", column)
    }
  }

  private func problem(_ reason: DataMessage, _ column: Int) -> FileProblem {
    FileProblem(reason, at: "line \(nextLine), column \(column)")
  }
}
