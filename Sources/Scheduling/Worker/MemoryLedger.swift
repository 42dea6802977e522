import SweepModel

/// What training a variant takes of a worker's memory.
public struct VariantMemory: Hashable, Sendable {
  /// Its data, which all variants that use them, and all slots, share.
  public var data: DataDigest
  /// Bytes of the data.
  public var dataBytes: UInt64
  /// Bytes that each slot takes.
  public var slotBytes: UInt64

  /// What a variant takes.
  public init(data: DataDigest, dataBytes: UInt64, slotBytes: UInt64) {
    self.data = data
    self.dataBytes = dataBytes
    self.slotBytes = slotBytes
  }
}

/// Who takes how much of a worker's memory: the process, the data of its variants, each once, and the
/// slots, which keep the memory of what they trained last.
struct MemoryLedger: Hashable, Sendable {
  /// Bytes that there are; nil where nothing limits them.
  let limit: UInt64?
  private let overhead: UInt64
  private var variants: [VariantDigest: VariantMemory] = [:]
  private var slots: [UInt64]

  init(limit: UInt64?, overhead: UInt64, slots: Int) {
    self.limit = limit
    self.overhead = overhead
    self.slots = Array(repeating: 0, count: slots)
  }

  subscript(_ variant: VariantDigest) -> VariantMemory? { variants[variant] }

  /// Bytes of the process and of all data.
  private var shared: UInt64 {
    var counted: Set<DataDigest> = []
    return variants.values.reduce(overhead) { sum, memory in
      counted.insert(memory.data).inserted ? Self.sum(sum, memory.dataBytes) : sum
    }
  }

  mutating func add(_ memory: VariantMemory, of variant: VariantDigest) {
    variants[variant] = memory
  }

  mutating func forget(_ variant: VariantDigest) { variants[variant] = nil }

  mutating func take(_ variant: VariantDigest, in slot: Int) {
    slots[slot] = variants[variant]?.slotBytes ?? 0
  }

  mutating func release(_ slot: Int) { slots[slot] = 0 }

  func holds(_ slot: Int) -> Bool { slots[slot] > 0 }

  /// How many slots could train a variant together if they did nothing else; nil where its memory, or the
  /// limit, is not known.
  func room(for variant: VariantDigest) -> SlotRoom? {
    guard let limit, let need = variants[variant] else { return nil }
    let shared = shared
    let free = limit > shared ? limit - shared : 0
    let fitting = need.slotBytes == 0 ? UInt64(slots.count) : free / need.slotBytes
    let count = min(UInt64(slots.count), fitting)
    return SlotRoom(
      slots: Int(count), memoryBytes: Self.sum(shared, Self.product(count, need.slotBytes)))
  }

  /// Whether a slot can train a variant beside what the others hold.
  func fits(_ variant: VariantDigest, in slot: Int) -> Bool {
    guard let limit, let need = variants[variant] else { return true }
    let others = slots.indices.reduce(shared) { $1 == slot ? $0 : Self.sum($0, slots[$1]) }
    return Self.sum(others, need.slotBytes) <= limit
  }

  /// Why not even one slot can train a variant.
  func shortage(of variant: VariantDigest) -> String {
    let need = variants[variant]
    let total = Self.sum(shared, need?.slotBytes ?? 0)
    return "it needs \(total) bytes of memory (\(ByteCount.text(total)): data "
      + "\(ByteCount.text(need?.dataBytes ?? 0)), one slot \(ByteCount.text(need?.slotBytes ?? 0)), the "
      + "worker itself and what else it holds the rest) and this worker may use \(limit ?? 0) bytes "
      + "(\(ByteCount.text(limit ?? 0)))"
  }

  // Sizes come from specifications: they may be as large as they like.
  private static func sum(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let (sum, overflows) = left.addingReportingOverflow(right)
    return overflows ? .max : sum
  }

  private static func product(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let (product, overflows) = left.multipliedReportingOverflow(by: right)
    return overflows ? .max : product
  }
}
