import SweepModel

/// The values of tables of the same columns, as they are read.
struct CSVTable {
  /// What is done with a row that lacks a value.
  enum Missing: String {
    case error, skip
  }

  /// How a missing value is written, in small letters; an empty cell is one, too.
  private static let missingWords: Set<String> = ["na", "n/a", "nan", "null", "none", "?"]

  let columns: CSVColumns
  let missing: Missing
  /// The inputs' values, row by row; of categories the numbers in ``categories``.
  private(set) var inputs: [Double] = []
  /// The targets' values, likewise.
  private(set) var targets: [Double] = []
  /// The weights, where a column has them.
  private(set) var weights: [Double] = []
  /// The categories of each column by its place.
  private var categories: [Int: TextNumbers] = [:]

  init(_ columns: CSVColumns, missing: Missing) {
    self.columns = columns
    self.missing = missing
  }

  /// Adds a row that stands at a line.
  mutating func add(_ cells: [ArraySlice<UInt8>], line: Int) throws(FileProblem) {
    guard cells.count == columns.names.count else {
      throw FileProblem(
        "\(cells.count) columns, but the first line has \(columns.names.count)", at: "line \(line)")
    }
    let used = columns.inputs + columns.targets + [columns.weight].compactMap(\.self)
    if let column = used.first(where: { Self.isMissing(cells[$0.place], $0) }) {
      if missing == .skip { return }
      throw problem(
        "there is no value; fill it in, or leave such lines out with `missing: skip`", column, line)
    }
    for column in columns.inputs { inputs.append(try value(cells[column.place], column, line)) }
    for column in columns.targets { targets.append(try value(cells[column.place], column, line)) }
    if let column = columns.weight {
      let weight = try value(cells[column.place], column, line)
      guard weight >= 0 else { throw problem("the weight is below 0", column, line) }
      weights.append(weight)
    }
    guard inputs.count <= Limits.dataValues, targets.count <= Limits.dataValues else {
      throw FileProblem("more than \(Limits.dataValues) values", at: "line \(line)")
    }
  }

  private static func isMissing(_ cell: ArraySlice<UInt8>, _ column: CSVColumns.Column) -> Bool {
    let text = DecimalNumber.trimmed(cell)
    guard !text.isEmpty else { return true }
    // In a column of names these may be names.
    guard !column.isCategorical, text.count <= 4 else { return false }
    return missingWords.contains(String(decoding: text, as: UTF8.self).lowercased())
  }

  private mutating func value(
    _ cell: ArraySlice<UInt8>, _ column: CSVColumns.Column, _ line: Int
  ) throws(FileProblem) -> Double {
    if column.isCategorical {
      let number = Int(categories[column.place, default: TextNumbers()].number(of: Array(cell)))
      guard number < Limits.classes else {
        throw problem("more than \(Limits.classes) categories", column, line)
      }
      return Double(number)
    }
    guard let value = DecimalNumber.value(cell) else {
      throw problem(
        "\(content: Quotation.text(cell)) is no finite number; list columns of names under `categories`",
        column, line)
    }
    return value
  }

  private func problem(_ reason: DataMessage, _ column: CSVColumns.Column, _ line: Int)
    -> FileProblem
  {
    FileProblem(
      reason,
      at: "line \(line), column \(column.place + 1) (\(content: Quotation.text(column.name.utf8)))")
  }

  /// The values with the categories numbered in the order of their bytes, and the names of the target's
  /// categories where there is one target and it has such.
  func ordered() -> (inputs: [Double], targets: [Double], classNames: [String]?) {
    func renumbered(_ values: [Double], _ columns: [CSVColumns.Column]) -> [Double] {
      var values = values
      for (offset, column) in columns.enumerated() where column.isCategorical {
        let ranks = ranks(column.place)
        for position in stride(from: offset, to: values.count, by: columns.count) {
          values[position] = Double(ranks[Int(values[position])])
        }
      }
      return values
    }
    var classNames: [String]?
    if columns.targets.count == 1, columns.targets[0].isCategorical {
      classNames = (categories[columns.targets[0].place]?.texts ?? [])
        .sorted { $0.lexicographicallyPrecedes($1) }.map { String(decoding: $0, as: UTF8.self) }
    }
    return (renumbered(inputs, columns.inputs), renumbered(targets, columns.targets), classNames)
  }

  /// Columns with the names of their categories, in the order of their numbers.
  func represented(_ columns: [CSVColumns.Column]) -> [DataRepresentation.Column] {
    columns.map { column in
      DataRepresentation.Column(
        name: column.name,
        categories: column.isCategorical
          ? (categories[column.place]?.texts ?? [])
            .sorted { $0.lexicographicallyPrecedes($1) }
            .map { String(decoding: $0, as: UTF8.self) } : nil)
    }
  }

  private func ranks(_ place: Int) -> [Int] {
    let texts = categories[place]?.texts ?? []
    var ranks = [Int](repeating: 0, count: texts.count)
    let sorted = texts.indices.sorted { texts[$0].lexicographicallyPrecedes(texts[$1]) }
    for (rank, number) in sorted.enumerated() { ranks[number] = rank }
    return ranks
  }
}
