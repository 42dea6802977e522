import SweepModel

/// Reads new samples from JSON Lines: on each line an object whose keys are the columns, an object with
/// `input` (or `tokens`) and perhaps `id`, or the list of the values alone.
struct PredictionLines {
  private let options: PredictionData.Options
  private let representation: DataRepresentation
  private let words: [String: Float]

  init(_ options: PredictionData.Options) {
    self.options = options
    representation = options.representation
    words = options.representation.wordNumbers()
  }

  func data(_ content: [UInt8]) throws(FileProblem) -> PredictionData {
    let text = try UTF8Text.checked(content)
    var data = PredictionData(
      identifiers: [], inputs: [],
      targets: options.readsTargets && !representation.targetColumns.isEmpty ? [] : nil)
    var number = 0
    for line in text.split(separator: 0x0A, omittingEmptySubsequences: false) {
      number += 1
      if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { continue }
      guard let value = try? JSONValue(parsing: line) else {
        throw FileProblem("this is not JSON", at: "line \(number)")
      }
      try add(value, line: number, to: &data)
      guard data.inputs.count <= Limits.dataValues else {
        throw FileProblem("more than \(Limits.dataValues) values", at: "line \(number)")
      }
    }
    return data
  }

  private func add(
    _ value: JSONValue, line: Int, to data: inout PredictionData
  ) throws(FileProblem) {
    let place: DataMessage = "line \(line)"
    let key = options.identifier ?? "id"
    data.identifiers.append(try identifier(value[key], key, place, data.identifiers.count + 1))
    if let input = value["input"] ?? value["tokens"] {
      try add(input, place, to: &data)
    } else if case .array = value {
      try add(value, place, to: &data)
    } else if !representation.inputColumns.isEmpty {
      for (feature, column) in representation.inputColumns.enumerated() {
        guard let member = value[column.name] else {
          throw FileProblem(
            "there is no key \(own: Quotation.text(column.name.utf8)), which the model was trained on",
            at: place)
        }
        data.inputs.append(
          try representation.input(
            try number(member, column, place), feature: feature, place: place))
      }
    } else {
      throw FileProblem("there is no key `input` with the sample's values", at: place)
    }
    for column in representation.targetColumns where data.targets != nil {
      guard let member = value[column.name] else {
        data.targets = nil
        break
      }
      data.targets?.append(Float(try number(member, column, place)))
    }
  }

  private func identifier(
    _ value: JSONValue?, _ key: String, _ place: DataMessage, _ number: Int
  ) throws(FileProblem) -> String {
    switch value {
    case .string(let text)?: return text
    case .integer(let value)?: return String(value)
    case nil where options.identifier == nil: return String(number)
    default:
      throw FileProblem(
        "the key \(own: Quotation.text(key.utf8)) for the samples' names is missing or no text",
        at: place)
    }
  }

  private func add(
    _ value: JSONValue, _ place: DataMessage, to data: inout PredictionData
  ) throws(FileProblem) {
    var count = 0
    try collect(value, place, &count, into: &data.inputs)
    let width = representation.width
    // A sentence may be shorter: what follows its end has number 0.
    if representation.vocabulary != nil, count < width {
      data.inputs += [Float](repeating: 0, count: width - count)
      count = width
    }
    guard count == width else {
      throw FileProblem(
        "there are \(count) values, and a sample of the model has \(width)", at: place)
    }
  }

  /// Adds the values of nested lists, the last axis running fastest.
  private func collect(
    _ value: JSONValue, _ place: DataMessage, _ count: inout Int, into inputs: inout [Float]
  ) throws(FileProblem) {
    switch value {
    case .array(let values):
      for value in values { try collect(value, place, &count, into: &inputs) }
    case .string(let word) where representation.vocabulary != nil:
      inputs.append(words[word] ?? 1)
      count += 1
    default:
      let column =
        representation.inputColumns.indices.contains(count)
        ? representation.inputColumns[count] : nil
      guard count < representation.width else {
        throw FileProblem(
          "there are more values than the \(representation.width) of a sample", at: place)
      }
      inputs.append(
        try representation.input(
          try number(value, column, place), feature: count, place: place))
      count += 1
    }
  }

  private func number(
    _ value: JSONValue, _ column: DataRepresentation.Column?, _ place: DataMessage
  ) throws(FileProblem) -> Double {
    switch value {
    case .integer(let value) where column?.categories == nil: return Double(value)
    case .number(let value) where column?.categories == nil: return value
    case .string(let name):
      guard let column, column.categories != nil else { fallthrough }
      return try column.number(of: name, place: place)
    default:
      throw FileProblem(
        "\(content: Quotation.text(value.text.utf8)) is not what the model needs "
          + "\(own: column.map { "in `\($0.name)`" } ?? "here")", at: place)
    }
  }
}
