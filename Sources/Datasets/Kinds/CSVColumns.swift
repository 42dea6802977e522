import SweepModel

/// Which columns of a table are what.
struct CSVColumns {
  /// One column that is used.
  struct Column {
    /// Its place in a row, from 0.
    let place: Int
    /// Its name; its number, from 1, where the table has no header.
    let name: String
    /// Whether its cells are names of categories, and not numbers.
    let isCategorical: Bool
  }

  /// The cells of a row.
  let names: [String]
  /// The columns of the inputs, in the order in which they are listed.
  let inputs: [Column]
  /// The columns of the targets, likewise.
  let targets: [Column]
  /// The column of the samples' weights.
  let weight: Column?

  /// Finds the columns that the arguments name among those of a table.
  init(_ names: [String], _ configuration: Configuration) throws(DatasetError) {
    self.names = names
    func place(_ text: String, _ argument: String) throws(DatasetError) -> Int {
      let places = names.indices.filter { names[$0] == text }
      if places.count > 1 {
        throw CSVDataset.error(
          argument,
          "the file has \(places.count) columns \(own: Quotation.text(text.utf8)); "
            + "name one by its number, from \"1\"")
      }
      if let place = places.first { return place }
      if let number = Int(text), (1...names.count).contains(number) { return number - 1 }
      throw CSVDataset.error(
        argument,
        "the file has no column \(own: Quotation.text(text.utf8)); it has \(content: Self.listed(names))"
      )
    }
    func places(_ argument: String) throws(DatasetError) -> [Int] {
      var found: [Int] = []
      guard configuration.arguments[argument] != nil else { return [] }
      for text in configuration.texts(argument) {
        let place = try place(text, argument)
        guard !found.contains(place) else {
          throw CSVDataset.error(argument, "\(own: Quotation.text(text.utf8)) is listed twice")
        }
        found.append(place)
      }
      return found
    }
    let targets = try places("target")
    let weight = try configuration.optionalText("weight").map { text throws(DatasetError) in
      try place(text, "weight")
    }
    let taken = Set(targets + [weight].compactMap(\.self))
    var inputs = try places("inputs")
    if inputs.isEmpty { inputs = names.indices.filter { !taken.contains($0) } }
    guard !inputs.isEmpty else {
      throw CSVDataset.error("target", "the file has no other columns for the inputs")
    }
    if let both = inputs.first(where: { taken.contains($0) }) {
      throw CSVDataset.error(
        "inputs", "\(content: Quotation.text(names[both].utf8)) is the target or the weight, too")
    }
    let categories = Set(try places("categories"))
    if let unused = categories.subtracting(inputs + targets).min() {
      throw CSVDataset.error(
        "categories",
        "\(content: Quotation.text(names[unused].utf8)) is neither an input nor a target")
    }
    func column(_ place: Int) -> Column {
      Column(place: place, name: names[place], isCategorical: categories.contains(place))
    }
    self.inputs = inputs.map(column)
    self.targets = targets.map(column)
    self.weight = weight.map(column)
  }

  private static func listed(_ names: [String]) -> String {
    names.prefix(10).map { Quotation.text($0.utf8) }.joined(separator: ", ")
      + (names.count > 10 ? " and \(names.count - 10) more" : "")
  }
}
