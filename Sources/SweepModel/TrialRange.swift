/// A half-open range of trial indices of one variant.
public struct TrialRange: Hashable, Sendable {
  /// The first index.
  public let lowerBound: TrialIndex
  /// The index after the last.
  public let upperBound: TrialIndex

  /// The indices from `lowerBound` up to and without `upperBound`.
  ///
  /// - Precondition: `lowerBound <= upperBound`.
  public init(_ lowerBound: UInt64, _ upperBound: UInt64) {
    precondition(lowerBound <= upperBound, "a range of trials cannot end before it begins")
    self.lowerBound = TrialIndex(lowerBound)
    self.upperBound = TrialIndex(upperBound)
  }

  /// The number of trials.
  public var count: UInt64 { upperBound.rawValue - lowerBound.rawValue }
  /// Whether there is no trial in it.
  public var isEmpty: Bool { lowerBound == upperBound }
  /// The indices, ascending.
  public var indices: some Sequence<TrialIndex> {
    (lowerBound.rawValue..<upperBound.rawValue).lazy.map(TrialIndex.init)
  }

  /// Whether `index` lies in the range.
  public func contains(_ index: TrialIndex) -> Bool { lowerBound <= index && index < upperBound }
}

extension TrialRange: CustomStringConvertible {
  /// The form `[first, end)`.
  public var description: String { "[\(lowerBound), \(upperBound))" }
}
