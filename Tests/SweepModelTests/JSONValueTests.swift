import Foundation
import SweepModel
import Testing

struct JSONValueTests {
  /// The numbers of RFC 8785, appendix B, with the texts that it gives for them.
  @Test(
    arguments: [
      (0x0000_0000_0000_0000, "0"), (0x8000_0000_0000_0000, "0"), (0x0000_0000_0000_0001, "5e-324"),
      (0x8000_0000_0000_0001, "-5e-324"), (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
      (0xffef_ffff_ffff_ffff, "-1.7976931348623157e+308"),
      (0x4340_0000_0000_0000, "9007199254740992"), (0xc340_0000_0000_0000, "-9007199254740992"),
      (0x4430_0000_0000_0000, "295147905179352830000"),
      (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"), (0x44b5_2d02_c7e1_4af6, "1e+23"),
      (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
      (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
      (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"), (0x444b_1ae4_d6e2_ef50, "1e+21"),
      (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"), (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
      (0x41b3_de43_5555_5553, "333333333.3333332"), (0x41b3_de43_5555_5554, "333333333.33333325"),
      (0x41b3_de43_5555_5555, "333333333.3333333"), (0x41b3_de43_5555_5556, "333333333.3333334"),
      (0x41b3_de43_5555_5557, "333333333.33333343"),
      (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
      (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
    ] as [(UInt64, String)])
  func canonicalNumbersAreThoseOfTheRFC(bits: UInt64, text: String) {
    #expect(JSONValue.number(Double(bitPattern: bits)).canonicalText == text)
  }

  @Test func canonicalMembersAreSortedByUTF16() {
    // RFC 8785, section 3.2.3.
    let value: JSONValue = [
      "\u{20ac}": "Euro Sign", "\r": "Carriage Return",
      "\u{fb33}": "Hebrew Letter Dalet With Dagesh",
      "1": "One", "\u{1F600}": "Emoji: Grinning Face", "\u{80}": "Control",
      "\u{f6}": "Latin Small Letter O With Diaeresis",
    ]
    let order = [
      "Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis", "Euro Sign",
      "Emoji: Grinning Face", "Hebrew Letter Dalet With Dagesh",
    ]
    let text = value.canonicalText
    let positions = order.compactMap { text.range(of: $0)?.lowerBound }
    #expect(positions.count == order.count)
    #expect(positions == positions.sorted())
  }

  @Test func stringsAreEscapedAsFoundationReadsThem() throws {
    let nasty = "\"\\/\u{0}\u{1f}\n\t\r\u{8}\u{c}é\u{1F600}"
    let read = try JSONDecoder().decode(
      [String].self, from: Data(JSONValue.array([.string(nasty)]).text.utf8))
    #expect(read == [nasty])
  }

  @Test func textsReadBackTheSame() throws {
    let value: JSONValue = [
      "a": .integer(.max), "b": .number(0.1),
      "c": .array([.null, .boolean(true), .boolean(false)]),
      "d": .object([]), "e": .array([]), "f": .number(0.010025916318732521),
    ]
    for text in [value.text, value.indentedText, value.canonicalText] {
      #expect(try JSONValue(parsing: text.utf8) == value)
    }
  }

  @Test func metricsThatAreNoNumbersAreTexts() {
    #expect(JSONValue.metric(.nan) == "nan")
    #expect(JSONValue.metric(.infinity) == "inf")
    #expect(JSONValue.metric(-.infinity) == "-inf")
    #expect(JSONValue.metric(0.5) == .number(0.5))
  }
}
