/// The number that the user chooses; every trial seed of a sweep is derived from it.
public struct MasterSeed: Hashable, Sendable {
  /// The 64 bits.
  public let rawValue: UInt64

  /// Takes 64 bits as they are.
  public init(_ rawValue: UInt64) { self.rawValue = rawValue }

  /// Reads a decimal number, or a hexadecimal one after `0x`; nil for anything else.
  public init?(text: String) {
    let hexadecimal = text.hasPrefix("0x") || text.hasPrefix("0X")
    let digits = hexadecimal ? text.dropFirst(2) : Substring(text)
    // UInt64(_:radix:) would also accept a sign.
    guard let first = digits.first, first != "+", first != "-",
      let value = UInt64(digits, radix: hexadecimal ? 16 : 10)
    else { return nil }
    rawValue = value
  }
}

extension MasterSeed: CustomStringConvertible {
  /// The decimal form, as users write it.
  public var description: String { String(rawValue) }
}

/// The seed of one trial: a keyed permutation of the trial's index (docs/numeric-contract.md).
public struct TrialSeed: Hashable, Sendable {
  /// The 64 bits.
  public let rawValue: UInt64

  /// Takes 64 bits as they are.
  public init(_ rawValue: UInt64) { self.rawValue = rawValue }

  /// Reads exactly 16 hexadecimal digits; nil for anything else.
  public init?(hex: String) {
    guard let bytes = Hexadecimal.bytes(hex), bytes.count == 8 else { return nil }
    rawValue = bytes.reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// Sixteen lower-case hexadecimal digits.
  public var hex: String { Hexadecimal.text(rawValue) }
}

extension TrialSeed: CustomStringConvertible {
  /// The hexadecimal form.
  public var description: String { hex }
}

/// The position of a trial in its sweep, from 0.
public struct TrialIndex: Hashable, Comparable, Sendable {
  /// The position.
  public let rawValue: UInt64

  /// Takes a position as it is.
  public init(_ rawValue: UInt64) { self.rawValue = rawValue }

  /// The earlier index is the smaller.
  public static func < (left: TrialIndex, right: TrialIndex) -> Bool {
    left.rawValue < right.rawValue
  }
}

extension TrialIndex: CustomStringConvertible {
  /// The decimal form.
  public var description: String { String(rawValue) }
}
