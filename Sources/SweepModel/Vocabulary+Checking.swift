/// A configuration that its schema does not allow.
public struct ConfigurationMismatch: Error, Hashable, CustomStringConvertible {
  /// Where, such as `model[1].dense.units`.
  public let path: String
  /// What is wrong and what is allowed.
  public let message: String

  /// One line for people.
  public var description: String { "\(path): \(message)" }
}

extension Vocabulary {
  /// Checks that `configuration` is complete and of known kind, types and bounds.
  ///
  /// What users write is checked where it is read, with lines and columns; this is for resolved
  /// configurations that came over the wire or from a file, before anything relies on them.
  ///
  /// - Throws: ``ConfigurationMismatch`` for the first thing that is wrong, below `path`.
  public func check(
    _ configuration: Configuration, family: ConfigurationFamily, path: String
  ) throws(ConfigurationMismatch) {
    guard let schema = schema(family, kind: configuration.kind) else {
      let known = self[family].map(\.kind).joined(separator: ", ")
      throw ConfigurationMismatch(
        path: path, message: "unknown \(family.rawValue) \(configuration.kind); known: \(known)")
    }
    let path = "\(path).\(configuration.kind)"
    for name in configuration.arguments.keys.sorted()
    where !schema.parameters.contains(where: { $0.name == name }) {
      throw ConfigurationMismatch(path: "\(path).\(name)", message: "no such argument")
    }
    for parameter in schema.parameters {
      let path = "\(path).\(parameter.name)"
      if let value = configuration.arguments[parameter.name] {
        try check(value, type: parameter.type, path: path)
      } else if parameter.isRequired || parameter.defaultValue != nil {
        throw ConfigurationMismatch(path: path, message: "the argument is missing")
      }
    }
  }

  private func check(
    _ value: ArgumentValue, type: ParameterType, path: String
  ) throws(ConfigurationMismatch) {
    switch (type, value) {
    case (.integer(let bounds), .integer(let number)):
      guard bounds.contains(number) else {
        throw ConfigurationMismatch(
          path: path,
          message: "\(number) is not from \(bounds.lowerBound) up to \(bounds.upperBound)")
      }
    case (.number(let bounds), .number(let number)):
      try check(number, within: bounds, path: path)
    case (.number(let bounds), .integer(let number)):
      // Canonical JSON writes 1.0 as 1.
      try check(Double(number), within: bounds, path: path)
    case (.boolean, .boolean): break
    case (.name, .text(let text)):
      guard Self.isName(text) else {
        throw ConfigurationMismatch(
          path: path,
          message: "not a name: 1 to \(Limits.nameLength) letters, digits, _, - and . make one")
      }
    case (.text, .text(let text)):
      guard Self.isText(text) else {
        throw ConfigurationMismatch(
          path: path,
          message: "not a text of 1 to \(Limits.textBytes) bytes without control characters")
      }
    case (.choice(let words), .text(let text)):
      guard words.contains(text) else {
        throw ConfigurationMismatch(
          path: path, message: "not one of \(words.joined(separator: ", "))")
      }
    case (.list(let type, let count), .list(let values)):
      guard count.contains(values.count) else {
        throw ConfigurationMismatch(
          path: path,
          message: "\(values.count) values, not \(count.lowerBound) to \(count.upperBound)")
      }
      for (index, value) in values.enumerated() {
        try check(value, type: type, path: "\(path)[\(index)]")
      }
    case (.configuration(let family), .configuration(let configuration)),
      (.numberOr(_, let family), .configuration(let configuration)):
      try check(configuration, family: family, path: path)
    case (.numberOr(let bounds, _), .number(let number)):
      try check(number, within: bounds, path: path)
    case (.numberOr(let bounds, _), .integer(let number)):
      try check(Double(number), within: bounds, path: path)
    case (.integer, _): throw ConfigurationMismatch(path: path, message: "not a whole number")
    case (.number, _): throw ConfigurationMismatch(path: path, message: "not a number")
    case (.boolean, _): throw ConfigurationMismatch(path: path, message: "not true or false")
    case (.name, _): throw ConfigurationMismatch(path: path, message: "not a name")
    case (.text, _), (.choice, _):
      throw ConfigurationMismatch(path: path, message: "not a text")
    case (.list, _): throw ConfigurationMismatch(path: path, message: "not a list")
    case (.numberOr(_, let family), _):
      throw ConfigurationMismatch(
        path: path, message: "neither a number nor one \(family.rawValue)")
    case (.configuration(let family), _):
      throw ConfigurationMismatch(path: path, message: "not one \(family.rawValue)")
    }
  }

  /// Whether a text may be an argument: control characters have no place in paths and names, but
  /// columns may be separated by tabs.
  public static func isText(_ text: String) -> Bool {
    (1...Limits.textBytes).contains(text.utf8.count)
      && text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F || $0 == "\t" }
  }

  private static func isName(_ text: String) -> Bool {
    (1...Limits.nameLength).contains(text.utf8.count)
      && text.unicodeScalars.allSatisfy { scalar in
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
          || ("0"..."9").contains(scalar) || scalar == "_" || scalar == "-" || scalar == "."
      }
  }

  private func check(
    _ number: Double, within bounds: NumberBounds, path: String
  ) throws(ConfigurationMismatch) {
    guard bounds.allow(number) else {
      throw ConfigurationMismatch(path: path, message: "\(number) is not \(bounds)")
    }
  }
}
