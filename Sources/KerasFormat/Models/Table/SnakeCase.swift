/// Keras's names of groups: its classes' in snake_case.
///
/// Source: Keras, utils/naming.py, `to_snake_case`.
enum SnakeCase {
  /// The name of the group of a class: `conv2d` of `Conv2D`, `leaky_re_lu` of `LeakyReLU`.
  static func name(ofClass className: String) -> String {
    let letters = Array(className.unicodeScalars.filter { isWord($0) })
    return split(capitalized(letters)).map { String($0).lowercased() }.joined()
  }

  /// `(.)([A-Z][a-z]+)` → `\1_\2`
  private static func capitalized(_ letters: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    var place = 0
    while place < letters.count {
      var end = place + 2
      while end < letters.count, isSmall(letters[end]) { end += 1 }
      guard place + 2 < letters.count, isCapital(letters[place + 1]), end > place + 2 else {
        result.append(letters[place])
        place += 1
        continue
      }
      result += [letters[place], "_"] + letters[place + 1..<end]
      place = end
    }
    return result
  }

  /// `([a-z])([A-Z])` → `\1_\2`
  private static func split(_ letters: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    for (place, letter) in letters.enumerated() {
      if place > 0, isSmall(letters[place - 1]), isCapital(letter) { result.append("_") }
      result.append(letter)
    }
    return result
  }

  private static func isSmall(_ scalar: Unicode.Scalar) -> Bool { ("a"..."z").contains(scalar) }
  private static func isCapital(_ scalar: Unicode.Scalar) -> Bool { ("A"..."Z").contains(scalar) }

  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "_" || scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
  }
}
