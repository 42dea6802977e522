/// Numbers that a custom component may read, during the call that it is given them in.
///
/// Row-major, of one trial. An index beyond them ends the program instead of reading something else.
@frozen
public struct Values {
  @usableFromInline let start: UnsafePointer<Float>
  /// How many there are.
  public let count: Int

  init(_ start: UnsafePointer<Float>, count: Int) {
    self.start = start
    self.count = count
  }

  /// The number at a place, from 0.
  @inlinable
  public subscript(place: Int) -> Float {
    precondition(place >= 0 && place < count, "a custom component reads beyond its values")
    return start[place]
  }

  /// The places.
  @inlinable
  public var indices: Range<Int> { 0..<count }

  /// Some of them, such as the values of one sample.
  @inlinable
  public subscript(places: Range<Int>) -> Values {
    precondition(
      places.lowerBound >= 0 && places.upperBound <= count,
      "a custom component reads beyond its values")
    return Values(unchecked: start + places.lowerBound, count: places.count)
  }

  @usableFromInline
  init(unchecked start: UnsafePointer<Float>, count: Int) {
    self.start = start
    self.count = count
  }
}

/// Numbers that a custom component writes, during the call that it is given them in.
///
/// Row-major, of one trial. An index beyond them ends the program instead of writing elsewhere.
@frozen
public struct MutableValues {
  @usableFromInline let start: UnsafeMutablePointer<Float>
  /// How many there are.
  public let count: Int

  @usableFromInline
  init(_ start: UnsafeMutablePointer<Float>, count: Int) {
    self.start = start
    self.count = count
  }

  /// The number at a place, from 0.
  @inlinable
  public subscript(place: Int) -> Float {
    get {
      precondition(place >= 0 && place < count, "a custom component reads beyond its values")
      return start[place]
    }
    nonmutating set {
      precondition(place >= 0 && place < count, "a custom component writes beyond its values")
      start[place] = newValue
    }
  }

  /// The places.
  @inlinable
  public var indices: Range<Int> { 0..<count }

  /// Some of them, such as the values of one sample.
  @inlinable
  public subscript(places: Range<Int>) -> MutableValues {
    precondition(
      places.lowerBound >= 0 && places.upperBound <= count,
      "a custom component writes beyond its values")
    return MutableValues(start + places.lowerBound, count: places.count)
  }

  /// The same, to read only.
  @inlinable
  public var values: Values { Values(unchecked: UnsafePointer(start), count: count) }

  /// Makes all of them `value`.
  public func fill(_ value: Float) { start.update(repeating: value, count: count) }
}
