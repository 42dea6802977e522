import SweepModel

/// Rules about the data.
extension Lint {
  /// A validation split that takes classes away from training, as the tail of sorted samples does.
  @Sendable static func validationWithoutClasses(_ subject: LintSubject) -> [TrainingWarning] {
    guard subject.variant.training.validationSplit > 0, let classes = subject.classes else {
      return []
    }
    let path = "training.validation_split"
    let (training, validation) = (subject.trainingSamples, subject.validationSamples)
    let trained = Set(classes[training])
    let unknown = Set(classes[validation]).subtracting(trained).sorted()
    let mending = "shuffle the samples of the data once, before they are split"
    let tail = "the last \(validation.count) samples validate"
    if let first = unknown.first {
      let names =
        unknown.count == 1
        ? "class \(first) is" : "\(unknown.count) classes, \(first) the first of them, are"
      return [
        TrainingWarning(
          path: path, reason: "\(tail), and \(names) only among them, never trained",
          mending: mending)
      ]
    }
    let all = classes[training.lowerBound..<validation.upperBound]
    guard trained.count > 1, zip(all, all.dropFirst()).allSatisfy({ $0 <= $1 }) else { return [] }
    return [
      TrainingWarning(
        path: path, reason: "\(tail), but the samples are sorted by their classes",
        mending: mending)
    ]
  }

  /// Inputs that are far from 0 and meet a layer of products first, as pixels from 0 to 255 do: one
  /// of the training samples' is beyond ±10, and their mean magnitude is above 2.
  @Sendable static func largeInputs(_ subject: LintSubject) -> [TrainingWarning] {
    let passing = ["flatten", "reshape", "dropout"]
    let multiplying = ["dense", "conv2d", "lstm", "gru", "bidirectional"]
    guard let first = subject.variant.layers.first(where: { !passing.contains($0.kind) }),
      multiplying.contains(first.kind)
    else { return [] }
    let width = subject.data.inputShape.reduce(1, *)
    let inputs = subject.data.inputs[..<(subject.trainingSamples.count * width)]
    var (largest, sum): (Float, Double) = (0, 0)
    for input in inputs {
      largest = max(largest, input.magnitude)
      sum += Double(input.magnitude)
    }
    let mean = sum / Double(inputs.count)
    guard largest > 10, mean > 2 else { return [] }
    let isImage = largest == 255 && inputs.allSatisfy { $0 >= 0 }
    return [
      TrainingWarning(
        path: "data",
        reason: "the inputs go up to \(largest.short) in magnitude, \(Float(mean).short) in the "
          + "mean: first weights are made for inputs near 1, so that training may be slow or diverge",
        mending: isImage ? "divide them by 255" : "scale the inputs to about −1 to 1")
    ]
  }
}

extension LintSubject {
  /// The class of each sample, where the loss is one for classes and a sample has one of them.
  fileprivate var classes: [Int]? {
    let width = data.targetShape.reduce(1, *)
    let isBinary = loss.kind == BinaryCrossentropy.schema.kind && width == 1
    guard isBinary || (isOfClasses && data.targetShape.count <= 1) else { return nil }
    return (0..<data.sampleCount).map { sample in
      let own = data.targets[sample * width..<(sample + 1) * width]
      guard width > 1 else { return Int(own[own.startIndex]) }
      var place = own.startIndex
      for other in own.indices where own[other] > own[place] { place = other }
      return place - own.startIndex
    }
  }
}

extension Float {
  /// With few digits.
  fileprivate var short: String {
    let scaled = (Double(self) * 10).rounded() / 10
    guard scaled.magnitude < 1e9 else { return description }
    return scaled == scaled.rounded() ? String(Int(scaled)) : scaled.description
  }
}
