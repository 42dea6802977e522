/// The checksum of HDF5's newer blocks: Bob Jenkins's lookup3.
///
/// Source: Bob Jenkins, lookup3.c, hashlittle (public domain), which HDF5 uses with the initial value 0.
enum HDF5Checksum {
  static func checksum(of bytes: some Collection<UInt8>) -> UInt32 {
    var rest = Array(bytes)[...]
    let start = 0xDEAD_BEEF &+ UInt32(truncatingIfNeeded: rest.count)
    var (a, b, c) = (start, start, start)
    while rest.count > 12 {
      a &+= word(rest, 0)
      b &+= word(rest, 4)
      c &+= word(rest, 8)
      mix(&a, &b, &c)
      rest = rest.dropFirst(12)
    }
    guard !rest.isEmpty else { return c }
    a &+= word(rest, 0)
    b &+= word(rest, 4)
    c &+= word(rest, 8)
    finish(&a, &b, &c)
    return c
  }

  /// Four bytes, zeros after the last.
  private static func word(_ bytes: ArraySlice<UInt8>, _ offset: Int) -> UInt32 {
    var value: UInt32 = 0
    for place in 0..<max(0, min(4, bytes.count - offset)) {
      value |= UInt32(bytes[bytes.startIndex + offset + place]) << UInt32(8 * place)
    }
    return value
  }

  private static func rotated(_ value: UInt32, _ count: UInt32) -> UInt32 {
    value << count | value >> (32 - count)
  }

  private static func mix(_ a: inout UInt32, _ b: inout UInt32, _ c: inout UInt32) {
    a = (a &- c) ^ rotated(c, 4)
    c = c &+ b
    b = (b &- a) ^ rotated(a, 6)
    a = a &+ c
    c = (c &- b) ^ rotated(b, 8)
    b = b &+ a
    a = (a &- c) ^ rotated(c, 16)
    c = c &+ b
    b = (b &- a) ^ rotated(a, 19)
    a = a &+ c
    c = (c &- b) ^ rotated(b, 4)
    b = b &+ a
  }

  private static func finish(_ a: inout UInt32, _ b: inout UInt32, _ c: inout UInt32) {
    c = (c ^ b) &- rotated(b, 14)
    a = (a ^ c) &- rotated(c, 11)
    b = (b ^ a) &- rotated(a, 25)
    c = (c ^ b) &- rotated(b, 16)
    a = (a ^ c) &- rotated(c, 4)
    b = (b ^ a) &- rotated(a, 14)
    c = (c ^ b) &- rotated(b, 24)
  }
}
