import CKernels
import Testing

@testable import Kernels

/// A kernel that gives other bits is named, whichever it is.
@Suite struct SelfTestTests {
  /// Names the kernel of which the self-test of a changed set complains.
  private func complaint(after change: (inout ss_kernels) -> Void) -> String? {
    let table = UnsafeMutablePointer<ss_kernels>.allocate(capacity: 1)
    defer { table.deallocate() }
    table.initialize(to: KernelSet.available[KernelSet.available.count - 1].table.pointee)
    change(&table.pointee)
    do throws(KernelError) {
      try KernelSet(table: table).selfTest()
    } catch {
      guard case .selfTestFailed(_, let kernel) = error else { return "\(error)" }
      #expect("\(error)".contains(kernel))
      return kernel
    }
    return nil
  }

  @Test func aSetThatIsAsItShouldBePasses() {
    #expect(complaint { _ in } == nil)
  }

  /// Each kernel is replaced by one that does nothing.
  @Test func theKernelThatDiffersIsNamed() {
    #expect(complaint { $0.dense_forward = { _, _, _, _, _, _, _, _ in } } == "dense_forward")
    #expect(
      complaint { $0.dense_kernel_gradient = { _, _, _, _, _, _ in } } == "dense_kernel_gradient")
    #expect(
      complaint { $0.dense_input_gradient = { _, _, _, _, _, _ in } } == "dense_input_gradient")
    #expect(complaint { $0.column_sum = { _, _, _ in } } == "column_sum")
    #expect(complaint { $0.activate = { _, _, _ in } } == "activate")
    #expect(complaint { $0.activation_gradient = { _, _, _, _ in } } == "activation_gradient")
    #expect(complaint { $0.pointwise = { _, _, _, _, _ in } } == "pointwise")
    #expect(complaint { $0.pointwise_gradient = { _, _, _, _, _ in } } == "pointwise_gradient")
    #expect(complaint { $0.softmax = { _, _, _ in } } == "softmax")
    #expect(complaint { $0.softmax_gradient = { _, _, _ in } } == "softmax_gradient")
    #expect(complaint { $0.squared_error = { _, _, _, _, _, _ in } } == "squared_error")
    #expect(complaint { $0.accumulate = { _, _, _, _ in } } == "accumulate")
    #expect(complaint { $0.sgd = { _, _, _, _ in } } == "sgd")
    #expect(complaint { $0.sgd_momentum = { _, _, _, _, _ in } } == "sgd_momentum")
    #expect(complaint { $0.sgd_nesterov = { _, _, _, _, _ in } } == "sgd_nesterov")
    #expect(complaint { $0.adam = { _, _, _, _, _, _ in } } == "adam")
    #expect(complaint { $0.rmsprop = { _, _, _, _, _ in } } == "rmsprop")
    #expect(complaint { $0.rmsprop_centered = { _, _, _, _, _, _ in } } == "rmsprop_centered")
    #expect(complaint { $0.rmsprop_momentum = { _, _, _, _, _, _ in } } == "rmsprop_momentum")
    #expect(
      complaint { $0.rmsprop_centered_momentum = { _, _, _, _, _, _, _ in } }
        == "rmsprop_centered_momentum")
    #expect(complaint { $0.adagrad = { _, _, _, _, _ in } } == "adagrad")
    #expect(complaint { $0.nadam = { _, _, _, _, _, _ in } } == "nadam")
    #expect(complaint { $0.decay_weights = { _, _, _, _ in } } == "decay_weights")
    #expect(complaint { $0.clip_values = { _, _, _ in } } == "clip_values")
    #expect(complaint { $0.scale_lanes = { _, _, _, _ in } } == "scale_lanes")
    #expect(complaint { $0.sum_squares = { _, _, _, _ in } } == "sum_squares")
    #expect(complaint { $0.sum_magnitudes = { _, _, _, _ in } } == "sum_magnitudes")
    #expect(complaint { $0.regularize = { _, _, _, _, _ in } } == "regularize")
    #expect(complaint { $0.gather = { _, _, _, _, _ in } } == "gather")
    #expect(complaint { $0.initialize_uniform = { _, _, _, _, _, _ in } } == "initialize_uniform")
    #expect(complaint { $0.shuffle = { _, _, _, _, _ in } } == "shuffle")
    #expect(complaint { $0.dropout = { _, _, _, _, _, _ in } } == "dropout")
    #expect(complaint { $0.dropout_gradient = { _, _, _, _, _ in } } == "dropout_gradient")
    #expect(complaint { $0.cross_entropy = { _, _, _, _, _, _, _ in } } == "cross_entropy")
    #expect(complaint { $0.accuracy = { _, _, _, _, _ in } } == "accuracy")
    #expect(complaint { $0.value_loss = { _, _, _, _, _, _, _ in } } == "value_loss")
    #expect(complaint { $0.threshold_hits = { _, _, _, _, _ in } } == "threshold_hits")
    #expect(complaint { $0.top_k_hits = { _, _, _, _, _, _ in } } == "top_k_hits")
    #expect(complaint { $0.tally_rows = { _, _, _, _, _, _ in } } == "tally_rows")
    #expect(complaint { $0.regression_sums = { _, _, _, _, _, _ in } } == "regression_sums")
    #expect(complaint { $0.position_weights = { _, _, _, _ in } } == "position_weights")
    #expect(complaint { $0.weigh = { _, _, _ in } } == "weigh")
  }

  @Test func theKernelsOfSequencesAndNormalizationsAreNamed() {
    #expect(complaint { $0.recurrent_forward = { _, _, _, _ in } } == "recurrent_forward")
    #expect(complaint { $0.recurrent_backward = { _, _, _, _ in } } == "recurrent_backward")
    #expect(complaint { $0.embed = { _, _, _, _ in } } == "embed")
    #expect(complaint { $0.embedding_gradient = { _, _, _, _, _ in } } == "embedding_gradient")
    #expect(complaint { $0.batch_moments = { _, _, _, _, _, _ in } } == "batch_moments")
    #expect(complaint { $0.blend = { _, _, _, _, _ in } } == "blend")
    #expect(complaint { $0.batch_normalize = { _, _, _, _, _, _, _, _ in } } == "batch_normalize")
    #expect(
      complaint { $0.batch_normalization_gradient = { _, _, _, _, _, _, _, _, _, _ in } }
        == "batch_normalization_gradient")
    #expect(complaint { $0.layer_normalize = { _, _, _, _, _, _ in } } == "layer_normalize")
    #expect(
      complaint { $0.layer_normalization_gradient = { _, _, _, _, _, _, _, _ in } }
        == "layer_normalization_gradient")
  }

  @Test func kernelsOfWindowsAreNamed() {
    #expect(
      complaint { $0.convolution_forward = { _, _, _, _, _, _, _, _ in } } == "convolution_forward")
    #expect(
      complaint { $0.convolution_kernel_gradient = { _, _, _, _, _, _, _ in } }
        == "convolution_kernel_gradient")
    #expect(
      complaint { $0.convolution_input_gradient = { _, _, _, _, _, _ in } }
        == "convolution_input_gradient")
    #expect(complaint { $0.max_pooling = { _, _, _, _ in } } == "max_pooling")
    #expect(complaint { $0.max_pooling_gradient = { _, _, _, _ in } } == "max_pooling_gradient")
    #expect(complaint { $0.average_steps = { _, _, _, _ in } } == "average_steps")
    #expect(
      complaint { $0.average_steps_gradient = { _, _, _, _ in } } == "average_steps_gradient")
  }

  @Test func theKernelsOfWholePacksAreNamed() {
    #expect(complaint { $0.train_stack = { _, span, _ in span.pointee.epochs } } == "train_stack")
    #expect(complaint { $0.evaluate_stack = { _, _ in } } == "evaluate_stack")
    #expect(complaint { $0.digest_floats = { _, _, _ in } } == "digest_floats")
    #expect(complaint { $0.digest_doubles = { _, _, _, _ in } } == "digest_doubles")
  }
}
