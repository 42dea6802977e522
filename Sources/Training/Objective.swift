import Kernels
import SweepModel

/// What training minimises: values of each sample and their gradient by the predictions.
protocol Loss: Sendable {
  /// Its name and arguments as users write them.
  static var schema: ConfigurationSchema { get }

  /// The activation of the model's last layer that it takes the argument of and computes itself.
  static var fusedActivation: FusedActivation? { get }

  /// A loss between these predictions and targets.
  ///
  /// - Throws: ``ComponentError`` where they cannot be compared.
  init(_ configuration: Configuration, comparison: Comparison) throws(ComponentError)

  /// Values that it gives for each sample: the positions of a sequence, or 1.
  var positions: Int { get }

  /// Writes the losses of the batch, rows × ``positions``, and the gradient of their mean by the
  /// predictions. What weighs and masks them comes after.
  func evaluate(_ batch: PredictedBatch, losses: MutableTensor, gradient: MutableTensor)
}

extension Loss {
  static var fusedActivation: FusedActivation? { nil }
  var positions: Int { 1 }
}

/// What is reported of a model: a function of sums over samples.
protocol Metric: Sendable {
  /// Its name and arguments as users write them.
  static var schema: ConfigurationSchema { get }

  /// A metric between these predictions and targets.
  ///
  /// - Throws: ``ComponentError`` where they cannot be compared.
  init(_ configuration: Configuration, comparison: Comparison) throws(ComponentError)

  /// Sums that it keeps for each lane.
  var sumCount: Int { get }

  /// Values that it gives for each sample, for which ``PredictedBatch/values`` has room.
  var positions: Int { get }

  /// Whether it reads ``PredictedBatch/probabilities``.
  var readsProbabilities: Bool { get }

  /// Adds a batch to the sums, in binary64, samples in their order.
  func measure(_ batch: PredictedBatch, sums: MetricSums)

  /// The metric of `samples` samples.
  func value(_ sums: MetricSums, lane: Int, samples: Int) -> Double
}

extension Metric {
  var positions: Int { 1 }
  var readsProbabilities: Bool { false }
}

/// A metric that is the mean of a value for each position, over those that the mask leaves.
///
/// The sums are those of the values and, where there is a mask, of the positions that count.
protocol MeanMetric: Metric {
  /// Whether positions may be masked.
  var isMasked: Bool { get }

  /// Writes the value of each position, rows × ``positions``; what is masked may be anything.
  func measure(_ batch: PredictedBatch, values: MutableTensor)
}

extension MeanMetric {
  var sumCount: Int { isMasked ? 2 : 1 }

  func measure(_ batch: PredictedBatch, sums: MetricSums) {
    measure(batch, values: batch.values)
    let rows = batch.rows * positions
    if let mask = batch.mask {
      let shape = RowsShape(lanes: batch.lanes, rows: rows, width: 1)
      batch.kernels.weigh(shape, weights: mask, values: batch.values)
      batch.kernels.accumulate(lanes: batch.lanes, rows: rows, values: mask, sums: sums[1])
    }
    batch.kernels.accumulate(lanes: batch.lanes, rows: rows, values: batch.values, sums: sums[0])
  }

  func value(_ sums: MetricSums, lane: Int, samples: Int) -> Double {
    guard isMasked else { return sums[0][lane] / Double(samples * positions) }
    // As Keras's `divide_no_nan`: a part of which no position counts has nothing to tell.
    return sums[1][lane] == 0 ? 0 : sums[0][lane] / sums[1][lane]
  }
}

/// The sums of one metric over a part of the samples: ``Metric/sumCount`` × lanes.
struct MetricSums {
  let start: UnsafeMutablePointer<Double>
  let lanes: Int

  /// One sum of every lane.
  subscript(number: Int) -> UnsafeMutablePointer<Double> { start + number * lanes }
}

/// A batch whose predictions are made.
struct PredictedBatch {
  let kernels: KernelSet
  let lanes: Int
  /// Samples.
  let rows: Int
  /// What the last layer gives; the logits where the loss includes its activation.
  let predictions: Tensor
  /// The predictions after that activation; made where a metric reads them.
  let probabilities: Tensor
  let targets: Tensor
  /// rows × positions, 0 where a position does not count; nil where all do.
  let mask: Tensor?
  /// As large as the predictions: for a metric to write what it likes to.
  let workspace: MutableTensor
  /// For the values of a metric: rows × its positions.
  let values: MutableTensor
}
