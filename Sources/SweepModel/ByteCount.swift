/// Numbers of bytes as people read them.
public enum ByteCount {
  private static let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]

  /// Three significant digits with a binary unit, such as "1.46 GiB"; below 1,024 the bytes themselves.
  public static func text(_ bytes: UInt64) -> String {
    guard bytes >= 1_024 else { return "\(bytes) B" }
    var value = Double(bytes) / 1_024
    var unit = 0
    // What rounds to 1,024 is one of the next unit.
    while value >= 1_023.5, unit < units.count - 1 {
      value /= 1_024
      unit += 1
    }
    let hundredths = value < 9.995 ? 100.0 : value < 99.95 ? 10 : 1
    let rounded = (value * hundredths).rounded() / hundredths
    let text = "\(rounded)"
    return (text.hasSuffix(".0") ? String(text.dropLast(2)) : text) + " " + units[unit]
  }
}
