import CKernels

/// One implementation of the numeric contract's operations, for one instruction set.
///
/// Every set gives the same bits (but for which NaN a NaN is), so the choice decides speed alone.
/// It is made once, by the CPU's features; `SEEDSWEEP_ISA` in the environment forces another.
///
/// `@unchecked`: it points to a constant table of C functions.
public struct KernelSet: @unchecked Sendable {
  let table: UnsafePointer<ss_kernels>

  /// `reference`, `baseline`, `avx2`, `avx512` or `neon`.
  public var name: String { String(cString: table.pointee.name) }

  /// The sets that this CPU can run, the reference first and the fastest last.
  public static let available: [KernelSet] =
    (0..<ss_available_kernels()).map { KernelSet(table: ss_kernel_table($0)) }

  /// The specification in plain loops; slow.
  public static let reference = available[0]

  /// Trials of a pack, at most.
  public static let maximumLanes = Int(SS_MAX_LANES)
}

extension KernelSet: CustomStringConvertible {
  /// The name.
  public var description: String { name }
}
