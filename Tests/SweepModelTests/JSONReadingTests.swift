import Foundation
import SweepModel
import Testing

struct JSONReadingTests {
  private func error(_ text: String) -> JSONError? {
    #expect(throws: JSONError.self, "\(text.prefix(40))") { try JSONValue(parsing: text.utf8) }
  }

  @Test func membersKeepTheirOrder() throws {
    let value = try JSONValue(parsing: " {\"b\": 1, \"a\" :[ ] , \"c\":{}}\n".utf8)
    #expect(value == ["b": .integer(1), "a": [], "c": .object([])])
    #expect(value.text == #"{"b":1,"a":[],"c":{}}"#)
  }

  @Test(
    arguments: [
      ("0", JSONValue.integer(0)), ("-7", .integer(-7)), ("9223372036854775807", .integer(.max)),
      ("9223372036854775808", .number(0x1p63)), ("2.0", .number(2)), ("1e2", .number(100)),
      ("1E-2", .number(0.01)), ("1e300", .number(1e300)), ("-0.0", .number(-0.0)),
      ("5e-324", .number(.leastNonzeroMagnitude)), ("1e-999", .number(0)),
    ])
  func numbersAreWholeOnlyWhereTheyAreWrittenSo(text: String, value: JSONValue) throws {
    #expect(try JSONValue(parsing: text.utf8) == value)
  }

  @Test func escapesStandForWhatTheyStandFor() throws {
    let text = #""\"\\\/\b\f\n\r\t\u0041\u00e9\ud83d\ude00\u0000""#
    #expect(
      try JSONValue(parsing: text.utf8) == "\"\\/\u{8}\u{c}\n\r\tAé\u{1F600}\u{0}")
    #expect(try JSONValue(parsing: [0xEF, 0xBB, 0xBF] + Array("1".utf8)) == .integer(1))
  }

  @Test(
    arguments: [
      "", " ", "{", "[", "[1", "[1,", "[1,]", "[,1]", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,}",
      "{a:1}", "{'a':1}", "{1:1}", "{\"a\" 1}", "tru", "nul", "True", "None", "01", "-", "+1", ".5",
      "1.", "1.e1", "1e", "1e+", "0x1", "1e999", "-1e999", "NaN", "-Infinity", "Infinity", "1 2",
      "[] []", "\"", "\"\\", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\ud800\"",
      "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"\u{1}\"", "\"\n\"", "// 1", "[1] // 1",
      "{\"a\":1,\"a\":1}", "{\"a\":1,\"\\u0061\":2}",
    ])
  func whatIsNotJSONIsRefused(text: String) { #expect(error(text)?.isLimit == false) }

  @Test func bytesThatAreNotUTF8AreRefused() {
    for bytes: [UInt8] in [[0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0xFE, 0xFF, 0, 0x31]] {
      #expect(throws: JSONError.self) { try JSONValue(parsing: bytes) }
    }
  }

  @Test func thePlaceIsTold() {
    let wrong = error("{\"a\": {\"b\": [1,\n 2, NaN]}}")
    #expect(wrong?.place == "a.b[2], line 2, column 5")
    #expect(
      wrong?.description
        == "a.b[2], line 2, column 5: NaN, as Python writes it, is not JSON: write a finite number")
    #expect(error("{\"a\": {\"b\": 1, \"b\": 2}}")?.path == "a.b")
    #expect(error("{\"\\u001b\": NaN}")?.description.contains("\u{1b}") == false)
  }

  @Test(arguments: ["[", "{\"a\":", "[{\"a\":"])
  func depthHasALimitAndEndsNoStack(opening: String) {
    for count in [200, 100_000] {
      let wrong = error(String(repeating: opening, count: count))
      #expect(wrong?.isLimit == true)
    }
  }

  @Test func aTextMayNestAsDeepAsTheLimit() throws {
    let depth = Limits.jsonDepth
    let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    #expect(try JSONValue(parsing: text.utf8).text == text)
  }

  @Test func longNumbersHaveALimit() {
    #expect(error(String(repeating: "1", count: 2_000))?.isLimit == true)
  }
}
