/// One block of memory, each of whose parts begins on a cache line.
final class StackMemory {
  /// What a block holds.
  struct Plan {
    fileprivate var byteCount = 0

    /// Reserves room for so many words of 4 bytes; the place of the first.
    mutating func words(_ count: Int) -> Int {
      let lines = (4 * count + StackMemory.line - 1) / StackMemory.line
      defer { byteCount += lines * StackMemory.line }
      return byteCount
    }
  }

  /// Bytes of a cache line, and of the widest vector.
  private static let line = 64
  private let start: UnsafeMutableRawPointer

  init(_ plan: Plan) {
    start = .allocate(byteCount: max(plan.byteCount, 1), alignment: Self.line)
    start.initializeMemory(as: UInt8.self, repeating: 0, count: plan.byteCount)
  }

  deinit { start.deallocate() }

  func pointer<Value: BitwiseCopyable>(
    _ place: Int, as type: Value.Type = Value.self
  ) -> UnsafeMutablePointer<Value> {
    (start + place).assumingMemoryBound(to: type)
  }
}
