import SweepModel

/// A value of a tensor: binary32 or binary64.
protocol TensorValue: BinaryFloatingPoint, BitwiseCopyable {
  /// What a safetensors file calls it.
  static var elementType: SafetensorsHeader.ElementType { get }
  /// The one NaN that is written for every NaN, as in digests: which one a CPU gives differs.
  static var canonicalNaN: Self { get }
}

extension Float: TensorValue {
  static var elementType: SafetensorsHeader.ElementType { .binary32 }
  static var canonicalNaN: Float { Float(bitPattern: 0x7FC0_0000) }
}

extension Double: TensorValue {
  static var elementType: SafetensorsHeader.ElementType { .binary64 }
  static var canonicalNaN: Double { Double(bitPattern: 0x7FF8_0000_0000_0000) }
}

extension UnsafeBufferPointer where Element: TensorValue {
  /// Whether a value is NaN.
  var hasNaN: Bool {
    // Without an early exit, which would keep the compiler from using vectors.
    var count: UInt32 = 0
    for value in self { count |= value == value ? 0 : 1 }
    return count != 0
  }
}
