import CKernels

/// Draws for whole packs; the module Randomness is their specification.
extension KernelSet {
  /// values[count] = (2 × uniform − 1) × limit, of each lane's init stream.
  public func initializeUniform(
    lanes: Int, count: Int, seeds: UnsafePointer<UInt64>, instance: UInt32, limit: Float,
    values: MutableTensor
  ) {
    table.pointee.initialize_uniform(lanes, count, seeds, instance, limit, values)
  }

  /// permutation[count] = each lane's order of samples in `epoch`, which counts from 0.
  public func shuffle(
    lanes: Int, count: Int, seeds: UnsafePointer<UInt64>, epoch: UInt32,
    permutation: UnsafeMutablePointer<UInt32>
  ) {
    table.pointee.shuffle(lanes, count, seeds, epoch, permutation)
  }
}
