import SweepModel
import SweepSpecification
import Testing

/// What is wrong before there are keys and values.
private let badYAML = [
  BadInput("¦", "the specification is empty"),
  BadInput("¦# nothing but a comment\n", "the specification is empty"),
  BadInput("¦\u{FEFF}name: a\n", "the file begins with a byte order mark"),
  BadInput("name: a\n¦\u{FEFF}b: 1\n", "the character U+FEFF is not allowed"),
  BadInput("name: a\nb: é\u{1F600}x¦\u{7}\n", "the character U+0007 is not allowed"),
  BadInput("name: a¦\u{2029}b: 1\n", "the character U+2029 is not allowed"),
  BadInput("name: ¦\u{10FFFE}a\n", "the character U+10FFFE is not a character"),
  BadInput("name: ¦\u{1FFFF}a\n", "the character U+1FFFF is not a character"),
  BadInput("training:\n¦\tepochs: 1\n", "a tab in the indentation; use spaces"),
  BadInput("training:\n  ¦\tepochs: 1\n", "a tab in the indentation; use spaces"),
  BadInput("trials: 100", "¦name: other", "the key `name` is written twice in one mapping")
    .at(line: 1),
  BadInput(
    "  - dense: {units: 1}", "  - dense: {¦units: 1, \"units\": 2}",
    "the key `units` is written twice in one mapping; this is the first"),
  BadInput("\(example)¦---\nname: b\n", "a second YAML document begins here"),
  BadInput("name: [a, b\n¦", "this is not YAML: while parsing a flow sequence"),
  BadInput("name: \"a\n¦", "this is not YAML: while scanning a quoted scalar"),
  BadInput("name: a\n b¦: c\n", "mapping values are not allowed"),
  BadInput("name: ¦@a\n", "found character that cannot start any token"),
  BadInput("name: ¦`a`\n", "found character that cannot start any token"),
  BadInput("name: ¦!!str a\n", "tags are not allowed"),
  BadInput("name: ¦!local a\n", "tags are not allowed"),
  BadInput("name: ¦!!python/name:os.system\n", "tags are not allowed"),
  BadInput("model: ¦!!set {a}\n", "tags are not allowed"),
  BadInput("name: ¦*nowhere\n", "the alias `*nowhere` needs an anchor `&nowhere` before it"),
  BadInput("a: &a [1, ¦*a]\n", "the alias `*a` needs an anchor `&a` before it"),
  BadInput("a: &a b\n¦*a : c\n", "a key must be a text, not a list, mapping or alias"),
  BadInput("¦[a, b]: c\n", "a key must be a text"),
  BadInput("¦{a: b}: c\n", "a key must be a text"),
  BadInput("{{a: b}: c, {d: e}¦: f}\n", "a key must be a text"),
  BadInput("¦? a\n: b\n", "this is not YAML").at(line: 2),
]

extension BadInput {
  /// The same input with its error in another line.
  fileprivate func at(line: Int) -> BadInput {
    BadInput(text: text, line: line, column: 1, fragment: fragment)
  }
}

@Test(arguments: badYAML)
func textIsChecked(_ input: BadInput) throws {
  let error = try #require(failure(of: input.text))
  #expect(error.line == input.line && error.column == input.column, "\(error)")
  #expect(error.message.contains(input.fragment), "\(error)")
}

@Test func bytesThatAreNotUTF8AreLocated() throws {
  let reader = SpecificationReader(vocabulary: vocabulary)
  let notUTF8: [[UInt8]] = [
    [0xFF], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xC3],
  ]
  for wrong in notUTF8 {
    let error = try #require(throws: SpecificationError.self) {
      try reader.read(Array("name: a\nb: é".utf8) + wrong, file: "test.yaml")
    }
    #expect(error.description == "test.yaml:2:5: this byte is not UTF-8 text")
  }
}

@Test func messagesStayOnOneLine() throws {
  let key = "\"a\\nb\\e[2J\\u202e" + String(repeating: "x", count: 500) + "\""
  let error = try #require(failure(of: "\(key): 1\n"))
  #expect(error.line == 1 && error.column == 1)
  #expect(error.message.hasPrefix("unknown key `a\\u{a}b\\u{1b}[2J\\u{202e}xxx"))
  #expect(error.message.utf8.count < 300)
  let foreign = SpecificationError(
    file: "a\nb", at: SourcePosition(line: 3, column: 4), message: "c\r\n\u{1b}d")
  #expect(foreign.description == "a\\u{a}b:3:4: c\\u{d}\\u{a}\\u{1b}d")
}
