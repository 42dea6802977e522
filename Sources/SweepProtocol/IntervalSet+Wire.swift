import SweepModel

extension IntervalSet {
  /// The intervals as messages carry them.
  var wire: [Seedsweep_V1_Range] {
    ranges.map { range in
      .with {
        $0.first = range.lowerBound.rawValue
        $0.count = range.count
      }
    }
  }

  /// Reads the trials of one lease, or of a part of one.
  ///
  /// - Throws: `ProtocolError` naming `field` where they are more than a lease has, beyond what a
  ///   sweep has, or not ascending and disjoint.
  init(_ wire: [Seedsweep_V1_Range], _ field: String) throws(ProtocolError) {
    self.init()
    try require(wire.count <= Int(Limits.leaseTrials), field)
    var end: UInt64 = 0
    for range in wire {
      try require(range.first >= end && range.first <= Limits.trials, field)
      try require(range.count > 0 && range.count <= Limits.leaseTrials, field)
      end = range.first + range.count
      insert(TrialRange(range.first, end))
      try require(count <= Limits.leaseTrials, field)
    }
  }
}
