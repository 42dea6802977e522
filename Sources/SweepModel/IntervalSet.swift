/// A set of trial indices kept as sorted, disjoint, non-adjacent intervals.
///
/// A sweep of 10⁹ trials is one interval until results exist, so that the memory of a coordinator
/// grows with the holes in a sweep and never with its trials. Insertion and removal find their place
/// by binary search and touch only the intervals that they overlap.
public struct IntervalSet: Hashable, Sendable {
  /// The intervals, ascending; none is empty and none touches the next.
  public private(set) var ranges: [TrialRange] = []
  /// The number of indices in the set.
  public private(set) var count: UInt64 = 0

  /// The empty set.
  public init() {}

  /// The indices of one range.
  public init(_ range: TrialRange) { insert(range) }

  /// Whether there is no index in the set.
  public var isEmpty: Bool { ranges.isEmpty }
  /// The smallest index.
  public var first: TrialIndex? { ranges.first?.lowerBound }

  /// Whether `index` is in the set.
  public func contains(_ index: TrialIndex) -> Bool {
    let position = firstPosition { $0.upperBound > index }
    return position < ranges.count && ranges[position].contains(index)
  }

  /// The number of indices in the set that are smaller than `index`.
  public func rank(of index: TrialIndex) -> Int {
    let position = firstPosition { $0.upperBound > index }
    var rank = ranges[..<position].reduce(0) { $0 + $1.count }
    if position < ranges.count, ranges[position].lowerBound < index {
      rank += index.rawValue - ranges[position].lowerBound.rawValue
    }
    return Int(rank)
  }

  /// Adds the indices of `range`.
  public mutating func insert(_ range: TrialRange) {
    guard !range.isEmpty, !extend(by: range) else { return }
    // Intervals that touch the new one are merged with it, hence >= and <=.
    let start = firstPosition { $0.upperBound >= range.lowerBound }
    let end = firstPosition { $0.lowerBound > range.upperBound }
    var lower = range.lowerBound
    var upper = range.upperBound
    if start < end {
      lower = min(lower, ranges[start].lowerBound)
      upper = max(upper, ranges[end - 1].upperBound)
    }
    replace(start..<end, with: [TrialRange(lower.rawValue, upper.rawValue)])
  }

  /// Adds one index.
  public mutating func insert(_ index: TrialIndex) {
    insert(TrialRange(index.rawValue, index.rawValue + 1))
  }

  /// Adds every index of `other`.
  public mutating func formUnion(_ other: IntervalSet) {
    for range in other.ranges { insert(range) }
  }

  /// Takes out the indices of `range`.
  public mutating func remove(_ range: TrialRange) {
    guard !range.isEmpty else { return }
    let start = firstPosition { $0.upperBound > range.lowerBound }
    let end = firstPosition { $0.lowerBound >= range.upperBound }
    guard start < end else { return }
    if end == start + 1, shorten(start, by: range) { return }
    var rest: [TrialRange] = []
    if ranges[start].lowerBound < range.lowerBound {
      rest.append(TrialRange(ranges[start].lowerBound.rawValue, range.lowerBound.rawValue))
    }
    if ranges[end - 1].upperBound > range.upperBound {
      rest.append(TrialRange(range.upperBound.rawValue, ranges[end - 1].upperBound.rawValue))
    }
    replace(start..<end, with: rest)
  }

  /// Takes out one index.
  public mutating func remove(_ index: TrialIndex) {
    remove(TrialRange(index.rawValue, index.rawValue + 1))
  }

  /// Takes out every index of `other`.
  public mutating func subtract(_ other: IntervalSet) {
    for range in other.ranges { remove(range) }
  }

  /// The indices that are in `range` too.
  public func intersection(_ range: TrialRange) -> IntervalSet {
    var result = IntervalSet()
    var position = firstPosition { $0.upperBound > range.lowerBound }
    while position < ranges.count, ranges[position].lowerBound < range.upperBound {
      let lower = max(ranges[position].lowerBound, range.lowerBound)
      let upper = min(ranges[position].upperBound, range.upperBound)
      result.insert(TrialRange(lower.rawValue, upper.rawValue))
      position += 1
    }
    return result
  }

  /// The indices that are in `other` too.
  public func intersection(_ other: IntervalSet) -> IntervalSet {
    // The one with fewer intervals asks the other: a batch asks a whole sweep, never the reverse.
    guard other.ranges.count <= ranges.count else { return other.intersection(self) }
    var result = IntervalSet()
    for range in other.ranges { result.formUnion(intersection(range)) }
    return result
  }

  /// Takes out and returns at most `limit` indices from the end.
  public mutating func popLast(limit: UInt64) -> IntervalSet {
    var taken = IntervalSet()
    while taken.count < limit, let range = ranges.last {
      let size = min(limit - taken.count, range.count)
      let end = range.upperBound.rawValue
      let part = TrialRange(end - size, end)
      remove(part)
      taken.insert(part)
    }
    return taken
  }

  /// Takes out and returns the first interval, or its first `limit` indices; nil from an empty set.
  ///
  /// - Precondition: `limit > 0`.
  public mutating func popFirst(limit: UInt64) -> TrialRange? {
    precondition(limit > 0)
    guard let range = ranges.first else { return nil }
    let lower = range.lowerBound.rawValue
    let taken = TrialRange(lower, lower + min(limit, range.count))
    remove(taken)
    return taken
  }

  /// The number of intervals for which `belongsLater` is false: they all come first.
  private func firstPosition(where belongsLater: (TrialRange) -> Bool) -> Int {
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if belongsLater(ranges[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// Takes `range` off the beginning of one interval, in place; false where it is not what an interval
  /// that stays begins with. It is what happens most: results come in order.
  private mutating func shorten(_ position: Int, by range: TrialRange) -> Bool {
    let interval = ranges[position]
    guard interval.lowerBound == range.lowerBound, range.upperBound < interval.upperBound else {
      return false
    }
    ranges[position] = TrialRange(range.upperBound.rawValue, interval.upperBound.rawValue)
    count -= range.count
    return true
  }

  /// Adds `range` to the end of one interval, in place; false where it does not begin there, or would
  /// reach the next.
  private mutating func extend(by range: TrialRange) -> Bool {
    let position = firstPosition { $0.upperBound >= range.lowerBound }
    guard position < ranges.count, ranges[position].upperBound == range.lowerBound,
      position + 1 == ranges.count || range.upperBound < ranges[position + 1].lowerBound
    else { return false }
    ranges[position] = TrialRange(ranges[position].lowerBound.rawValue, range.upperBound.rawValue)
    count += range.count
    return true
  }

  private mutating func replace(_ positions: Range<Int>, with replacement: [TrialRange]) {
    for range in ranges[positions] { count -= range.count }
    for range in replacement { count += range.count }
    ranges.replaceSubrange(positions, with: replacement)
  }
}

extension IntervalSet: CustomStringConvertible {
  /// The intervals, ascending.
  public var description: String { ranges.map(\.description).joined(separator: " ") }
}
