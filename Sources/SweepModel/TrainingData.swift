import Crypto

/// The samples that a model is trained and evaluated on: inputs and their targets.
///
/// Shapes: inputs are sample count × ``inputShape``, targets sample count × ``targetShape``, both
/// row-major binary32 with one sample after the other, those of each of the ``parts`` together. The
/// arrays are shared by all slots of a worker and never written.
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
  /// How much each sample counts in the loss, 0 or more; empty where all count 1.
  public let sampleWeights: [Float]
  /// What the samples are for.
  public let parts: DataParts
  /// The words that stand for the inputs' numbers, where those are ids: the first is that of id 0.
  public let vocabulary: [String]?
  /// What the targets' class numbers are called: the first is the name of class 0.
  public let classNames: [String]?
  /// How raw values became the inputs: no part of the digest, which is of what came of it.
  public var representation: DataRepresentation
  /// The digest of all of the above but the last (docs/numeric-contract.md, "Digests").
  public let digest: DataDigest

  /// Bytes of the values.
  public var byteCount: Int {
    (inputs.count + targets.count + sampleWeights.count) * MemoryLayout<Float>.stride
  }

  /// Data of these shapes and values; hashes them.
  ///
  /// - Precondition: there is a sample, the sizes are above 0 and multiply to the values' counts.
  public init(
    sampleCount: Int, inputShape: [Int], targetShape: [Int], inputs: [Float], targets: [Float],
    sampleWeights: [Float] = [], parts: DataParts? = nil, vocabulary: [String]? = nil,
    classNames: [String]? = nil
  ) {
    let parts = parts ?? DataParts(training: sampleCount)
    precondition(parts.sampleCount == sampleCount, "the parts are of other samples")
    precondition(sampleWeights.isEmpty || sampleWeights.count == sampleCount)
    precondition(sampleCount > 0 && (inputShape + targetShape).allSatisfy { $0 > 0 })
    precondition(inputs.count == inputShape.reduce(sampleCount, *), "inputs and their shape differ")
    precondition(targets.count == targetShape.reduce(sampleCount, *), "targets and shape differ")
    self.sampleCount = sampleCount
    self.inputShape = inputShape
    self.targetShape = targetShape
    self.inputs = inputs
    self.targets = targets
    self.sampleWeights = sampleWeights
    self.parts = parts
    self.vocabulary = vocabulary
    self.classNames = classNames
    representation = DataRepresentation(
      inputShape: inputShape, vocabulary: vocabulary, classNames: classNames)
    let shapes = [inputShape, targetShape].map { shape in
      ([sampleCount] + shape).map(String.init).joined(separator: " ")
    }
    let counts = "\(parts.training) \(parts.validation) \(parts.test) \(sampleWeights.count)"
    // The plainest header that says all there is, so that plain data keep their digests.
    var lines = ["seedsweep data 1", shapes[0], shapes[1]]
    if vocabulary != nil || classNames != nil {
      let names = "\(vocabulary?.count ?? 0) \(classNames?.count ?? 0)"
      lines = ["seedsweep data 3", shapes[0], shapes[1], counts, names]
    } else if !sampleWeights.isEmpty || parts.areDivided {
      lines = ["seedsweep data 2", shapes[0], shapes[1], counts]
    }
    var hasher = SHA256()
    hasher.update(data: Array(lines.map { $0 + "\n" }.joined().utf8))
    for name in (vocabulary ?? []) + (classNames ?? []) {
      hasher.update(data: Array("\(name.utf8.count) \(name)\n".utf8))
    }
    for values in [inputs, targets, sampleWeights] { hasher.update(littleEndian: values) }
    digest = DataDigest(finalizing: hasher)
  }
}

/// What the samples of a dataset are for: the first train, those after them validate while training
/// goes on, and the last are only for the trained model.
public struct DataParts: Hashable, Sendable {
  /// Samples to train on, at least 1.
  public let training: Int
  /// Samples to validate with after each epoch.
  public let validation: Int
  /// Samples to test the trained model with.
  public let test: Int

  /// Parts of so many samples.
  public init(training: Int, validation: Int = 0, test: Int = 0) {
    self.training = training
    self.validation = validation
    self.test = test
  }

  /// All samples.
  public var sampleCount: Int { training + validation + test }
  /// Whether not all of them are for training.
  public var areDivided: Bool { validation + test > 0 }
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
