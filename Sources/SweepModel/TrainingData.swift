import Crypto

/// The samples that a model is trained and evaluated on: inputs and their targets.
///
/// Shapes: inputs are sample count × ``inputShape``, targets sample count × ``targetShape``, both
/// row-major binary32 with one sample after the other. The arrays are shared by all slots of a worker
/// and never written.
public struct TrainingData: Sendable {
  /// The number of samples, at least 1.
  public let sampleCount: Int
  /// The shape of one sample's input, such as `[28, 28]`.
  public let inputShape: [Int]
  /// The shape of one sample's target.
  public let targetShape: [Int]
  /// The values of the inputs.
  public let inputs: [Float]
  /// The values of the targets.
  public let targets: [Float]
  /// The digest of all of the above (docs/numeric-contract.md, "Digests").
  public let digest: DataDigest

  /// Data of these shapes and values; hashes them.
  ///
  /// - Precondition: there is a sample, the sizes are above 0 and multiply to the values' counts.
  public init(
    sampleCount: Int, inputShape: [Int], targetShape: [Int], inputs: [Float], targets: [Float]
  ) {
    precondition(sampleCount > 0 && (inputShape + targetShape).allSatisfy { $0 > 0 })
    precondition(inputs.count == inputShape.reduce(sampleCount, *), "inputs and their shape differ")
    precondition(targets.count == targetShape.reduce(sampleCount, *), "targets and shape differ")
    self.sampleCount = sampleCount
    self.inputShape = inputShape
    self.targetShape = targetShape
    self.inputs = inputs
    self.targets = targets
    digest = Self.digest(
      sampleCount: sampleCount, inputShape: inputShape, targetShape: targetShape,
      inputs: inputs, targets: targets)
  }

  private static func digest(
    sampleCount: Int, inputShape: [Int], targetShape: [Int], inputs: [Float], targets: [Float]
  ) -> DataDigest {
    let shapes = [inputShape, targetShape].map { shape in
      ([sampleCount] + shape).map(String.init).joined(separator: " ")
    }
    var hasher = SHA256()
    hasher.update(data: Array("seedsweep data 1\n\(shapes[0])\n\(shapes[1])\n".utf8))
    for values in [inputs, targets] { hasher.update(littleEndian: values) }
    return DataDigest(finalizing: hasher)
  }
}

extension SHA256 {
  /// Hashes the values' bytes in little-endian order, without a copy where memory has that order.
  fileprivate mutating func update(littleEndian values: [Float]) {
    #if _endian(little)
      values.withUnsafeBytes { update(bufferPointer: $0) }
    #else
      values.map(\.bitPattern.littleEndian).withUnsafeBytes { update(bufferPointer: $0) }
    #endif
  }
}
