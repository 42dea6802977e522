import SweepModel

/// The names that Keras's layers have here: the same, where they can be names here.
///
/// The layers of a model within a model are called MODEL.LAYER. Where a layer would be called so
/// anyway, it is given no name, so that what was written and read back is what it was.
struct LayerNaming {
  private var counts: [String: Int] = [:]
  private var taken: Set<String> = []

  /// The path of a layer, and the name to give it; nil where it has that path without one.
  mutating func name(
    _ kerasName: String, kind: String, within models: [String]
  ) -> (path: String, name: String?) {
    let path = unique((models + [kerasName]).map(Self.plain).joined(separator: "."))
    let count = counts[kind, default: 0]
    guard path == (count == 0 ? kind : "\(kind)_\(count)") else { return (path, path) }
    counts[kind] = count + 1
    return (path, nil)
  }

  private mutating func unique(_ name: String) -> String {
    var result = Self.shortened(name, to: Limits.nameLength)
    var number = 2
    while !taken.insert(result).inserted {
      let ending = "-\(number)"
      result = Self.shortened(name, to: Limits.nameLength - ending.utf8.count) + ending
      number += 1
    }
    return result
  }

  private static func shortened(_ name: String, to length: Int) -> String {
    String(decoding: name.utf8.suffix(length), as: UTF8.self)
  }

  /// The name of a layer within a Bidirectional; nil where it is its kind.
  static func innerName(_ kerasName: String, kind: String) -> String? {
    let name = shortened(plain(kerasName), to: Limits.nameLength)
    return name == kind ? nil : name
  }

  /// The name with `_` in the place of what is no letter, digit, `_`, `-` or `.`.
  static func plain(_ kerasName: String) -> String {
    let scalars = kerasName.unicodeScalars.map { scalar -> Character in
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", "_", "-", ".": Character(scalar)
      default: "_"
      }
    }
    return scalars.isEmpty ? "_" : String(scalars)
  }
}
