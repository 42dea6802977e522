import SweepModel

/// Reads new samples from a table of text, by the names of the columns that the model was trained on.
struct PredictionTable {
  private let options: PredictionData.Options
  private let representation: DataRepresentation

  init(_ options: PredictionData.Options) {
    self.options = options
    representation = options.representation
  }

  /// The places of the columns in a row.
  private struct Places {
    var inputs: [Int]
    /// Nil where the table lacks a column of the target.
    var targets: [Int]?
    var identifier: Int?
  }

  func data(_ content: [UInt8]) throws(FileProblem) -> PredictionData {
    let own = options.configuration.arguments
    let separator: UInt8
    if case .text(let text)? = own["separator"], let byte = text.utf8.first {
      separator = byte
    } else {
      separator = UInt8(ascii: ",")
    }
    var reader = CSVReader(try UTF8Text.checked(content), separator: separator)
    var cells: [ArraySlice<UInt8>] = []
    guard try reader.read(into: &cells) else { throw FileProblem("there are no lines") }
    let hasHeader =
      own["header"].map { $0 == .boolean(true) } ?? !cells.allSatisfy {
        DecimalNumber.value($0) != nil
      }
    let names =
      hasHeader
      ? cells.map { String(decoding: $0, as: UTF8.self) } : (1...cells.count).map(String.init)
    let places = try places(names)
    var data = PredictionData(identifiers: [], inputs: [], targets: places.targets.map { _ in [] })
    if !hasHeader { try add(cells, places, reader.line, names.count, to: &data) }
    while try reader.read(into: &cells) {
      try add(cells, places, reader.line, names.count, to: &data)
    }
    return data
  }

  private func places(_ names: [String]) throws(FileProblem) -> Places {
    func place(_ name: String) throws(FileProblem) -> Int? {
      let places = names.indices.filter { names[$0] == name }
      guard places.count < 2 else {
        throw FileProblem("there are \(places.count) columns \(own: Quotation.text(name.utf8))")
      }
      return places.first
    }
    var identifier: Int?
    if let name = options.identifier {
      identifier = try place(name)
      guard identifier != nil else {
        throw FileProblem(
          "there is no column \(own: Quotation.text(name.utf8)) for the samples' names; there are "
            + "\(content: listed(names))")
      }
    }
    guard !representation.inputColumns.isEmpty else {
      // The model's own data are no table: all columns but the names, in their order.
      let inputs = names.indices.filter { $0 != identifier }
      guard inputs.count == representation.width else {
        throw FileProblem(
          "there are \(inputs.count) columns of values, and a sample of the model has "
            + "\(representation.width)")
      }
      return Places(inputs: inputs, targets: nil, identifier: identifier)
    }
    var inputs: [Int] = []
    for column in representation.inputColumns {
      guard let place = try place(column.name) else {
        throw FileProblem(
          "there is no column \(own: Quotation.text(column.name.utf8)), which the model was trained "
            + "on; there are \(content: listed(names))")
      }
      inputs.append(place)
    }
    guard options.readsTargets else {
      return Places(inputs: inputs, targets: nil, identifier: identifier)
    }
    var targets: [Int]? = []
    for column in representation.targetColumns {
      guard let place = try place(column.name) else {
        targets = nil
        break
      }
      targets?.append(place)
    }
    return Places(inputs: inputs, targets: targets, identifier: identifier)
  }

  private func listed(_ names: [String]) -> String {
    names.prefix(10).map { Quotation.text($0.utf8) }.joined(separator: ", ")
      + (names.count > 10 ? " and \(names.count - 10) more" : "")
  }

  private func add(
    _ cells: [ArraySlice<UInt8>], _ places: Places, _ line: Int, _ columns: Int,
    to data: inout PredictionData
  ) throws(FileProblem) {
    guard cells.count == columns else {
      throw FileProblem(
        "\(cells.count) columns, but the first line has \(columns)", at: "line \(line)")
    }
    for (feature, place) in places.inputs.enumerated() {
      let column =
        representation.inputColumns.indices.contains(feature)
        ? representation.inputColumns[feature] : nil
      let value = try value(cells[place], column, place, line)
      data.inputs.append(
        try representation.input(value, feature: feature, place: "line \(line)"))
    }
    for (column, place) in zip(representation.targetColumns, places.targets ?? []) {
      data.targets?.append(Float(try value(cells[place], column, place, line)))
    }
    data.identifiers.append(
      places.identifier.map { String(decoding: cells[$0], as: UTF8.self) }
        ?? String(data.identifiers.count + 1))
    guard data.inputs.count <= Limits.dataValues else {
      throw FileProblem("more than \(Limits.dataValues) values", at: "line \(line)")
    }
  }

  private func value(
    _ cell: ArraySlice<UInt8>, _ column: DataRepresentation.Column?, _ place: Int, _ line: Int
  ) throws(FileProblem) -> Double {
    let position: DataMessage = "line \(line), column \(place + 1)"
    if let column, column.categories != nil {
      return try column.number(of: String(decoding: cell, as: UTF8.self), place: position)
    }
    guard let value = DecimalNumber.value(cell) else {
      throw FileProblem(
        "\(content: Quotation.text(cell)) is no finite number, as the model needs here",
        at: position)
    }
    return value
  }
}
