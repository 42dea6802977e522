import Crypto
import SweepModel

/// What training begins with in the place of what the trial's seed and the optimizer give: values of
/// variables, the optimizer's state, and the places of weights that are 0 and stay so.
///
/// It is the same for all trials of a variant, which tells it by its ``digest``.
public struct StartingState: Hashable, Sendable {
  /// Of each variable, in model order, its values, row-major; nil where the trial's seed draws them.
  public var values: [[Float]?]
  /// Of each variable the ascending places, row-major, of its values that stay 0.
  public var pruned: [[Int]]
  /// The optimizer's state; nil where it begins anew.
  public var optimizer: OptimizerStart?

  /// What an optimizer kept.
  public struct OptimizerStart: Hashable, Sendable {
    /// Steps that it took.
    public var steps: Int
    /// Its slots, each of the values of every trainable variable, in model order.
    public var slots: [[[Float]]]

    /// The state after `steps` steps.
    public init(steps: Int, slots: [[[Float]]]) {
      self.steps = steps
      self.slots = slots
    }
  }

  /// What begins as any trial does, for a model of so many variables.
  public init(variableCount: Int) {
    values = Array(repeating: nil, count: variableCount)
    pruned = Array(repeating: [], count: variableCount)
  }

  /// Bytes of the values.
  var byteCount: Int {
    let slots = optimizer?.slots.joined().reduce(0) { $0 + $1.count } ?? 0
    let own = values.reduce(0) { $0 + ($1?.count ?? 0) } + slots
    return own * MemoryLayout<Float>.stride
      + pruned.reduce(0) { $0 + $1.count } * MemoryLayout<Int>.stride
  }

  /// The digest (docs/numeric-contract.md, "Digests").
  public var digest: StartDigest {
    var hasher = SHA256()
    hasher.update(line: "seedsweep start 1 \(values.count)")
    for (values, places) in zip(values, pruned) {
      hasher.update(line: "\(values.map { String($0.count) } ?? "drawn") \(places.count)")
      if let values { hasher.update(values) }
      for place in places { hasher.update(UInt64(place)) }
    }
    if let optimizer {
      hasher.update(line: "optimizer \(optimizer.steps) \(optimizer.slots.count)")
      for slot in optimizer.slots { for values in slot { hasher.update(values) } }
    }
    return StartDigest(finalizing: hasher)
  }
}

extension SHA256 {
  fileprivate mutating func update(line: String) { update(data: Array((line + "\n").utf8)) }

  fileprivate mutating func update(_ word: UInt64) {
    withUnsafeBytes(of: word.littleEndian) { update(bufferPointer: $0) }
  }

  /// The values as in `weights_sha256`: little-endian, every NaN the same one.
  fileprivate mutating func update(_ values: [Float]) {
    for first in stride(from: 0, to: values.count, by: 1 << 16) {
      let words = values[first..<min(first + (1 << 16), values.count)].map {
        ($0.isNaN ? 0x7FC0_0000 : $0.bitPattern).littleEndian
      }
      words.withUnsafeBytes { update(bufferPointer: $0) }
    }
  }
}
