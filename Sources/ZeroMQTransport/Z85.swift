/// Text for binary keys: five characters for four bytes, as in ZeroMQ's RFC 32.
///
/// Its characters need no quoting in a text file, and no two texts mean the same bytes.
public enum Z85 {
  private static let alphabet = Array(
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#".utf8)

  /// The value of each character; 255 for what is none. A table: keys are read from every message.
  private static let values: [UInt8] = {
    var values = [UInt8](repeating: 255, count: 256)
    for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
    return values
  }()

  /// The text of some bytes.
  ///
  /// - Precondition: their number is a multiple of four.
  public static func text(_ bytes: [UInt8]) -> String {
    precondition(bytes.count.isMultiple(of: 4), "Z85 writes whole groups of four bytes")
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count / 4 * 5)
    for start in stride(from: 0, to: bytes.count, by: 4) {
      var word = bytes[start..<start + 4].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      var group: [UInt8] = []
      for _ in 0..<5 {
        group.append(alphabet[Int(word % 85)])
        word /= 85
      }
      text += group.reversed()
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The bytes of a text; nil where it is none, also where a group is beyond what four bytes hold.
  public static func bytes(_ text: String) -> [UInt8]? { bytes(Array(text.utf8)) }

  static func bytes(_ characters: some RandomAccessCollection<UInt8>) -> [UInt8]? {
    guard characters.count.isMultiple(of: 5) else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(characters.count / 5 * 4)
    var word: UInt64 = 0
    for (position, character) in characters.enumerated() {
      let value = values[Int(character)]
      guard value != 255 else { return nil }
      word = word * 85 + UInt64(value)
      guard position % 5 == 4 else { continue }
      guard word <= UInt64(UInt32.max) else { return nil }
      for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: word >> shift)) }
      word = 0
    }
    return bytes
  }
}
