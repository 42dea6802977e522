import SweepModel

/// A value of a JSON document and where it stands, for messages.
struct JSONReader {
  let value: JSONValue
  let path: String

  /// What a value should have been.
  struct Problem: Error {
    let message: String
  }

  func problem(_ what: String) -> Problem { Problem(message: "\(path) \(what)") }

  subscript(name: String) -> JSONReader {
    get throws(Problem) {
      guard let member = optional(name) else { throw problem("lacks `\(name)`") }
      return member
    }
  }

  func optional(_ name: String) -> JSONReader? {
    value[name].map { JSONReader(value: $0, path: "\(path).\(name)") }
  }

  func text() throws(Problem) -> String {
    guard case .string(let text) = value else { throw problem("is not a text") }
    return text
  }

  func boolean() throws(Problem) -> Bool {
    guard case .boolean(let flag) = value else { throw problem("is not true or false") }
    return flag
  }

  func integer64() throws(Problem) -> Int64 {
    guard case .integer(let number) = value else { throw problem("is not a whole number") }
    return number
  }

  /// A count or a size.
  func integer() throws(Problem) -> Int {
    let number = try integer64()
    guard (0..<1 << 53).contains(number) else { throw problem("is not a count") }
    return Int(number)
  }

  func number() throws(Problem) -> Double {
    switch value {
    case .number(let number): return number
    case .integer(let number): return Double(number)
    default: throw problem("is not a number")
    }
  }

  func list<Element>(
    _ element: (JSONReader) throws(Problem) -> Element
  ) throws(Problem) -> [Element] {
    guard case .array(let values) = value else { throw problem("is not a list") }
    var elements: [Element] = []
    for (position, value) in values.enumerated() {
      elements.append(try element(JSONReader(value: value, path: "\(path)[\(position)]")))
    }
    return elements
  }

  func integers() throws(Problem) -> [Int] {
    try list { (element) throws(Problem) in try element.integer() }
  }

  func numbers() throws(Problem) -> [Double] {
    try list { (element) throws(Problem) in try element.number() }
  }

  func texts() throws(Problem) -> [String] {
    try list { (element) throws(Problem) in try element.text() }
  }

  func members() throws(Problem) -> [(String, JSONReader)] {
    guard case .object(let members) = value else { throw problem("is not an object") }
    return members.map { ($0.name, JSONReader(value: $0.value, path: "\(path).\($0.name)")) }
  }

  func digest<Subject>() throws(Problem) -> Digest<Subject> {
    guard let digest = Digest<Subject>(hex: try text()) else {
      throw problem("is not a SHA-256 of 64 hexadecimal digits")
    }
    return digest
  }

  /// 16 hexadecimal digits.
  func word() throws(Problem) -> UInt64 {
    guard let bytes = Hexadecimal.bytes(try text()), bytes.count == 8 else {
      throw problem("is not 16 hexadecimal digits")
    }
    return bytes.reduce(0) { $0 << 8 | UInt64($1) }
  }

  func bits() throws(Problem) -> Double { Double(bitPattern: try word()) }
}
