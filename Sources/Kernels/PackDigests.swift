import CKernels

/// SHA-256 of one message for each of ``KernelSet/maximumLanes`` lanes, all of one length, side by
/// side.
///
/// - Precondition of its methods: the kernels ``KernelSet/trainsStacks``, the same for one message.
///
/// Source: FIPS 180-4, section 6.2.
package final class PackDigests {
  private var digests: ss_digests
  private let state: UnsafeMutablePointer<UInt32>
  private let memory: StackMemory

  private static let stateWords = 8 * KernelSet.maximumLanes
  private static let blockWords = 16 * KernelSet.maximumLanes

  /// Digests that await ``begin(_:)``.
  package init() {
    var plan = StackMemory.Plan()
    let (state, block) = (plan.words(Self.stateWords), plan.words(Self.blockWords))
    memory = StackMemory(plan)
    self.state = memory.pointer(state)
    digests = ss_digests(state: self.state, block: memory.pointer(block), words: 0)
  }

  /// Starts new messages.
  package func begin(_ kernels: KernelSet) { kernels.table.pointee.digest_begin?(&digests) }

  /// Continues the others' messages.
  package func begin(copying others: PackDigests) {
    digests.state.update(from: others.digests.state, count: Self.stateWords)
    digests.block.update(from: others.digests.block, count: Self.blockWords)
    digests.words = others.digests.words
  }

  /// Takes in values[count, lanes] as little-endian binary32, every NaN as 7fc00000.
  package func update(_ kernels: KernelSet, floats values: Tensor, count: Int) {
    kernels.table.pointee.digest_floats?(&digests, count, values)
  }

  /// Takes in each of values[rows, lanes] `columns` times as little-endian binary64, every NaN as
  /// 7ff8000000000000.
  package func update(
    _ kernels: KernelSet, doubles values: UnsafePointer<Double>, rows: Int, columns: Int
  ) {
    kernels.table.pointee.digest_doubles?(&digests, rows, columns, values)
  }

  /// Ends the messages, so that ``words(lane:)`` are their digests.
  package func end(_ kernels: KernelSet) { kernels.table.pointee.digest_end?(&digests) }

  /// A lane's digest: 256 bits, the first byte highest.
  package func words(lane: Int) -> (UInt64, UInt64, UInt64, UInt64) {
    (word(0, lane: lane), word(1, lane: lane), word(2, lane: lane), word(3, lane: lane))
  }

  /// One of ``words(lane:)``.
  package func word(_ number: Int, lane: Int) -> UInt64 {
    let place = state + 2 * number * KernelSet.maximumLanes + lane
    return UInt64(place[0]) << 32 | UInt64(place[KernelSet.maximumLanes])
  }
}
