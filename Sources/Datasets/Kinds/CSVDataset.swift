import SweepModel

/// Tables of text.
///
/// Shapes: input `[columns of inputs]`, target `[columns of targets]`.
enum CSVDataset: DatasetKind {
  static let readsFiles = true
  private static let column = ParameterType.list(.text, count: 1...1_024)

  static let schema = ConfigurationSchema(
    kind: "csv", summary: "A table of text, plain or gzipped: numbers, and names of categories.",
    parameters: [
      .required("path", .text, "The file."),
      .required("target", column, "The columns of the targets, by name or by number, from \"1\"."),
      .optional(
        "inputs", column, default: nil, "The columns of the inputs; all others where left out."),
      .optional(
        "categories", column, default: nil,
        "Columns of names; each name becomes a number, from 0, in the order of their bytes."),
      .optional("weight", .text, default: nil, "The column of the samples' weights in the loss."),
      .optional(
        "header", .boolean, default: .boolean(true), "Whether the first line names the columns."),
      .optional(
        "separator", .text, default: .text(","), "The character between columns."),
      .optional(
        "missing", .choice(["error", "skip"]), default: .text("error"),
        "What a line without a value that is needed is: an error, or left out."),
      .optional("validation_path", .text, default: nil, "A file to validate with."),
      .optional("test_path", .text, default: nil, "A file to test the trained model with."),
    ] + Division.parameters + Preparation.inputParameters + Preparation.targetParameters)

  static func load(
    _ configuration: Configuration, from files: DataFiles
  ) throws(DatasetError) -> TrainingData {
    var table: CSVTable?
    var rows = [0, 0, 0]
    for (part, argument) in ["path", "validation_path", "test_path"].enumerated() {
      guard let path = configuration.optionalText(argument) else { continue }
      let before = (table?.targets.count ?? 0)
      let content = try content(path, argument, files)
      do throws(Problem) {
        try read(content, configuration, into: &table)
      } catch {
        switch error {
        case .file(let problem): throw Self.error(argument, problem.text(file: path))
        case .columns(let problem): throw problem
        }
      }
      guard let table, table.targets.count > before else {
        throw error(argument, "\(own: Quotation.path(path)): there are no samples")
      }
      rows[part] = (table.targets.count - before) / table.columns.targets.count
    }
    guard let table else { preconditionFailure("the schema requires a path") }
    let (inputs, targets, classNames) = table.ordered()
    let samples = Samples(
      inputShape: [table.columns.inputs.count], inputs: .doubles(inputs),
      targetShape: [table.columns.targets.count], targets: .doubles(targets),
      weights: table.weights,
      parts: DataParts(training: rows[0], validation: rows[1], test: rows[2]),
      classNames: classNames)
    var data = try prepared(samples, configuration, from: "path")
    data.representation.inputColumns = table.represented(table.columns.inputs)
    data.representation.targetColumns = table.represented(table.columns.targets)
    return data
  }

  private enum Problem: Error {
    case file(FileProblem)
    case columns(DatasetError)
  }

  private static func read(
    _ content: [UInt8], _ configuration: Configuration, into table: inout CSVTable?
  ) throws(Problem) {
    let separator = try separator(configuration)
    var columnsProblem: DatasetError?
    do throws(FileProblem) {
      var reader = CSVReader(try UTF8Text.checked(content), separator: separator)
      var cells: [ArraySlice<UInt8>] = []
      guard try reader.read(into: &cells) else { return }
      let hasHeader = configuration.boolean("header")
      let names =
        hasHeader
        ? cells.map { String(decoding: $0, as: UTF8.self) } : (1...cells.count).map(String.init)
      if let table, table.columns.names != names {
        throw FileProblem(
          "the columns are others than those of the training file", at: "line \(reader.line)")
      }
      var filled: CSVTable
      if let table {
        filled = table
      } else {
        do throws(DatasetError) {
          filled = CSVTable(
            try CSVColumns(names, configuration),
            missing: CSVTable.Missing(rawValue: configuration.text("missing")) ?? .error)
        } catch {
          columnsProblem = error
          throw FileProblem("\(content: error.message)")
        }
      }
      // Not in both places, or every row would copy the table.
      table = nil
      if !hasHeader { try filled.add(cells, line: reader.line) }
      while try reader.read(into: &cells) { try filled.add(cells, line: reader.line) }
      table = filled
    } catch {
      if let columnsProblem { throw .columns(columnsProblem) }
      throw .file(error)
    }
  }

  private static func separator(_ configuration: Configuration) throws(Problem) -> UInt8 {
    let text = Array(configuration.text("separator").utf8)
    guard text.count == 1, text[0] != UInt8(ascii: "\""), text[0] < 0x80 else {
      throw .columns(
        error("separator", "one ASCII character other than a quotation mark separates columns"))
    }
    return text[0]
  }
}
