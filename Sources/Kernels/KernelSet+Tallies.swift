import CKernels

/// How predictions are sorted into the cells of confusion matrices.
public struct Tally: Hashable, Sendable {
  /// How the targets stand.
  public var form: TargetForm
  /// The columns of the predictions that count.
  public var columns: Range<Int>
  /// Whether they all count in one matrix.
  public var isMerged: Bool
  /// In ascending order. Without any, a row's largest prediction is told from the others.
  public var thresholds: [Float]

  /// A tally of these columns.
  public init(form: TargetForm, columns: Range<Int>, isMerged: Bool, thresholds: [Float]) {
    self.form = form
    self.columns = columns
    self.isMerged = isMerged
    self.thresholds = thresholds
  }

  /// Places that a value can have: the number of thresholds that it is above; or, without any, 1
  /// where it is the largest of its row and not 0, else 0.
  public var placeCount: Int { thresholds.isEmpty ? 2 : thresholds.count + 1 }

  /// Confusion matrices.
  public var matrixCount: Int { isMerged ? 1 : columns.count }

  /// Sums of each lane: matrices × places × 2, of values whose target is 0 and of the others.
  public var sumCount: Int { matrixCount * placeCount * 2 }
}

/// What metrics count; docs/numeric-contract.md defines each to the bit.
extension KernelSet {
  /// values[B] = the share of a row's values that are above the threshold where their target is 1,
  /// and not above it where it is 0.
  public func thresholdHits(
    _ shape: RowsShape, threshold: Float, predictions: Tensor, targets: Tensor,
    values: MutableTensor
  ) {
    var shape = shape.cShape
    table.pointee.threshold_hits(&shape, threshold, predictions, targets, values)
  }

  /// values[B] = 1 where fewer than k predictions of a row are larger than that of its class, else +0.
  public func topKHits(
    _ shape: RowsShape, _ form: TargetForm, k: Int, predictions: Tensor, targets: Tensor,
    values: MutableTensor
  ) {
    var shape = shape.cShape
    table.pointee.top_k_hits(&shape, form.code, k, predictions, targets, values)
  }

  /// Adds the values of the rows that the mask leaves to ``Tally/sumCount`` × lanes sums.
  public func tally(
    _ shape: RowsShape, _ tally: Tally, predictions: Tensor, targets: Tensor, mask: Tensor?,
    sums: UnsafeMutablePointer<Double>
  ) {
    var shape = shape.cShape
    tally.thresholds.withUnsafeBufferPointer { thresholds in
      // An empty array may have no address; then nothing reads it.
      guard let start = thresholds.baseAddress ?? UnsafePointer(bitPattern: 4) else { return }
      var own = ss_tally(
        form: tally.form.code, is_merged: tally.isMerged, first: tally.columns.lowerBound,
        columns: tally.columns.count, count: thresholds.count, thresholds: start)
      table.pointee.tally_rows(&shape, &own, predictions, targets, mask, sums)
    }
  }

  /// Adds the rows that the mask leaves to (3 × W + 1) × lanes sums: for each column those of y − o,
  /// of its square and of the square of y − p, where y is the target, p the prediction and o the
  /// origin; and their number.
  public func regressionSums(
    _ shape: RowsShape, origin: Tensor, predictions: Tensor, targets: Tensor, mask: Tensor?,
    sums: UnsafeMutablePointer<Double>
  ) {
    var shape = shape.cShape
    table.pointee.regression_sums(&shape, origin, predictions, targets, mask, sums)
  }
}
