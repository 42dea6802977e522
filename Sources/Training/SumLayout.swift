/// Where the sums of the loss and of each metric stand in those of a part of the samples.
struct SumLayout: Sendable {
  /// Sums of a part, for each lane.
  let count: Int
  /// The first sum of each metric; the loss's is 0.
  let metrics: [Int]

  init(metrics: [any Metric]) {
    var end = 1
    self.metrics = metrics.map { metric in
      defer { end += metric.sumCount }
      return end
    }
    count = end
  }
}

/// A part of the samples.
struct SamplePart {
  /// Parts that there can be.
  static let count = 3

  let samples: Range<Int>
  /// 0 for those that are trained on, 1 for those that validate, 2 for those that test.
  let number: Int
}

extension TrainingPlan {
  var trainingPart: SamplePart { SamplePart(samples: trainingSamples, number: 0) }
  var validationPart: SamplePart { SamplePart(samples: validationSamples, number: 1) }
  var testPart: SamplePart { SamplePart(samples: testSamples, number: 2) }

  /// The parts that have samples, in order.
  var parts: [SamplePart] {
    [trainingPart, validationPart, testPart].filter { !$0.samples.isEmpty }
  }

  /// The parts that are measured in each epoch.
  var historyParts: [SamplePart] {
    validationSamples.isEmpty ? [trainingPart] : [trainingPart, validationPart]
  }

  /// Values of an epoch's row: the loss and each metric, for each part.
  var historyColumnCount: Int { (1 + metrics.count) * historyParts.count }

  /// Whether positions or samples count differently in the loss.
  var weighs: Bool { !lossWeights.isEmpty || maskedPositions != nil }

  /// Whether the activation that the loss includes is also computed for the metrics.
  var makesProbabilities: Bool { fused != nil && metrics.contains { $0.readsProbabilities } }
}
