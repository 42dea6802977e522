/// The bytes of values, and the numbers that they stand for.
struct HDF5RawValues {
  let bytes: ArraySlice<UInt8>
  /// Bytes of one value.
  let size: Int
  let isBigEndian: Bool

  /// As binary32.
  ///
  /// - Precondition: `type` is one of the floating-point types, of this size.
  func floats(_ type: HDF5ElementType) -> [Float] {
    switch type {
    case .float16: map(UInt16.self) { Self.float(half: $0) }
    case .bfloat16: map(UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
    case .float64: map(UInt64.self) { Float(Double(bitPattern: $0)) }
    default: copiedFloats ?? map(UInt32.self) { Float(bitPattern: $0) }
    }
  }

  /// Binary32 that is in this machine's order of bytes.
  private var copiedFloats: [Float]? {
    #if _endian(little)
      guard !isBigEndian else { return nil }
      return [Float](unsafeUninitializedCapacity: bytes.count / 4) { floats, count in
        count = floats.count
        UnsafeMutableRawBufferPointer(floats).copyBytes(from: bytes)
      }
    #else
      return nil
    #endif
  }

  /// As binary64.
  ///
  /// - Precondition: `type` is one of the types of numbers, of this size.
  func doubles(_ type: HDF5ElementType) -> [Double] {
    switch type {
    case .float64: map(UInt64.self) { Double(bitPattern: $0) }
    case .integer(_, isSigned: true): signed().map { Double($0) }
    case .integer: unsigned().map { Double($0) }
    default: floats(type).map { Double($0) }
    }
  }

  /// As whole numbers; nil where one is too large.
  func integers(bytes: Int, isSigned: Bool) -> [Int64]? {
    if isSigned { return signed() }
    let values = unsigned()
    return values.allSatisfy { $0 <= UInt64(Int64.max) } ? values.map { Int64($0) } : nil
  }

  private func signed() -> [Int64] {
    switch size {
    case 1: bytes.map { Int64(Int8(bitPattern: $0)) }
    case 2: map(UInt16.self) { Int64(Int16(bitPattern: $0)) }
    case 4: map(UInt32.self) { Int64(Int32(bitPattern: $0)) }
    default: map(UInt64.self) { Int64(bitPattern: $0) }
    }
  }

  private func unsigned() -> [UInt64] {
    switch size {
    case 1: bytes.map { UInt64($0) }
    case 2: map(UInt16.self) { UInt64($0) }
    case 4: map(UInt32.self) { UInt64($0) }
    default: map(UInt64.self) { $0 }
    }
  }

  /// Each word in this machine's order of bytes.
  private func map<Word: FixedWidthInteger, Value>(_: Word.Type, _ value: (Word) -> Value)
    -> [Value]
  {
    bytes.withUnsafeBytes { buffer in
      (0..<buffer.count / MemoryLayout<Word>.size).map { position in
        let word = buffer.loadUnaligned(
          fromByteOffset: position * MemoryLayout<Word>.size, as: Word.self)
        return value(isBigEndian ? Word(bigEndian: word) : Word(littleEndian: word))
      }
    }
  }

  /// The binary16 of those bits, which binary32 holds exactly.
  private static func float(half bits: UInt16) -> Float {
    let sign = UInt32(bits & 0x8000) << 16
    let exponent = UInt32(bits >> 10) & 0x1F
    let mantissa = UInt32(bits & 0x3FF)
    switch exponent {
    case 0:
      // Zero, or a multiple of the least: 2 to the power of -24.
      let magnitude = Float(mantissa) * 0x1p-24
      return sign == 0 ? magnitude : -magnitude
    case 0x1F: return Float(bitPattern: sign | 0x7F80_0000 | mantissa << 13)
    default: return Float(bitPattern: sign | (exponent + 112) << 23 | mantissa << 13)
    }
  }
}
