import SweepModel

/// A value of a JSON document, and where it stands.
///
/// Its readers throw errors that name the place, so that whoever reads needs to say only what he
/// wants.
struct JSONNode: Sendable {
  let value: JSONValue
  let path: String
  let source: Source

  /// What the document is part of, for messages.
  struct Source: Hashable, Sendable {
    let file: String
    var member: String?
  }

  init(_ value: JSONValue, path: String = "", source: Source) {
    self.value = value
    self.path = path
    self.source = source
  }

  /// The document in `bytes`.
  init(parsing bytes: [UInt8], source: Source) throws(KerasFileError) {
    self.init(
      try ModelJSON.parse(bytes, name: source.file, member: source.member), source: source)
  }

  /// An error about this value.
  func error(_ code: KerasFileError.Code, _ reason: String) -> KerasFileError {
    KerasFileError(
      code, file: source.file, member: source.member, place: path.isEmpty ? nil : path, reason)
  }

  /// The member of that name; nil where it is absent or null.
  subscript(name: String) -> JSONNode? {
    guard let member = value[name], member != .null else { return nil }
    return JSONNode(member, path: path.isEmpty ? name : "\(path).\(name)", source: source)
  }

  /// The member of that name.
  func required(_ name: String) throws(KerasFileError) -> JSONNode {
    guard let member = self[name] else { throw error(.malformed, "there is no `\(name)`") }
    return member
  }

  /// The members of an object, in the order given.
  func members() throws(KerasFileError) -> [(name: String, node: JSONNode)] {
    guard case .object(let members) = value else { throw expected("an object") }
    return members.map { member in
      let name = path.isEmpty ? member.name : "\(path).\(member.name)"
      return (member.name, JSONNode(member.value, path: name, source: source))
    }
  }

  var isObject: Bool {
    if case .object = value { true } else { false }
  }

  /// The text, where this is one.
  var text: String? {
    if case .string(let text) = value { text } else { nil }
  }

  func string() throws(KerasFileError) -> String {
    guard let text else { throw expected("a text") }
    return text
  }

  func boolean() throws(KerasFileError) -> Bool {
    guard case .boolean(let flag) = value else { throw expected("true or false") }
    return flag
  }

  /// A binary64 number; also in the form that Keras 2 gives NumPy's.
  func number() throws(KerasFileError) -> Double {
    switch value {
    case .integer(let number): return Double(number)
    case .number(let number): return number
    case .object:
      guard self["type"]?.text == "ndarray", let number = self["value"] else {
        throw expected("a number")
      }
      return try number.number()
    default: throw expected("a number")
    }
  }

  /// A whole number within bounds, which may be written with a fraction of 0.
  func integer(in bounds: ClosedRange<Int64>) throws(KerasFileError) -> Int64 {
    let whole: Int64? =
      switch value {
      case .integer(let number): number
      case .number(let number): Int64(exactly: number)
      default: nil
      }
    guard let whole, bounds.contains(whole) else {
      throw expected("a whole number from \(bounds.lowerBound) to \(bounds.upperBound)")
    }
    return whole
  }

  /// The values of an array, or of the forms that Keras 2 gives tuples and shapes.
  func list() throws(KerasFileError) -> [JSONNode] {
    if case .array(let values) = value {
      return values.enumerated().map {
        JSONNode($1, path: "\(path)[\($0)]", source: source)
      }
    }
    if let kind = self["class_name"]?.text, ["__tuple__", "TensorShape"].contains(kind),
      let items = self["items"], case .array = items.value
    {
      return try items.list()
    }
    throw expected("a list")
  }

  var isList: Bool {
    if case .array = value { return true }
    return ["__tuple__", "TensorShape"].contains(self["class_name"]?.text ?? "")
  }

  private func expected(_ what: String) -> KerasFileError {
    error(.malformed, "\(shown) stands where \(what) should")
  }

  /// The value, in few words.
  var shown: String {
    switch value {
    case .null: "null"
    case .boolean(let flag): String(flag)
    case .integer(let number): String(number)
    case .number(let number): number.description
    case .string(let text): Quotation.text(text)
    case .array: "a list"
    case .object: "an object"
    }
  }
}
