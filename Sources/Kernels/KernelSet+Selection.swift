#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension KernelSet {
  /// The variable of the environment that forces a set.
  public static let environmentVariable = "SEEDSWEEP_ISA"

  /// The set that this process uses: the fastest, or the one that the environment asks for.
  ///
  /// - Throws: ``KernelError/unknownSet(_:known:)`` where the environment asks for one that the CPU
  ///   cannot run or that does not exist.
  public static var selected: KernelSet {
    get throws(KernelError) { try selection.get() }
  }

  /// The set of that name; without a name the fastest.
  ///
  /// - Throws: ``KernelError/unknownSet(_:known:)``.
  public static func named(_ name: String?) throws(KernelError) -> KernelSet {
    guard let name else { return available[available.count - 1] }
    guard let set = available.first(where: { $0.name == name }) else {
      throw .unknownSet(name, known: available.map(\.name))
    }
    return set
  }

  private static let selection: Result<KernelSet, KernelError> = {
    let name = getenv(environmentVariable).map { String(cString: $0) }
    return Result { () throws(KernelError) in try named(name) }
  }()
}

/// What can be wrong with a set of kernels.
public enum KernelError: Error, Hashable {
  /// There is no set of that name on this CPU.
  case unknownSet(String, known: [String])
  /// The set gives other bits than the reference.
  case selfTestFailed(set: String, kernel: String)
  /// The processor rounds otherwise than to nearest, or flushes subnormals to zero.
  case unusualArithmetic
}

extension KernelError: CustomStringConvertible {
  /// One line for people.
  public var description: String {
    switch self {
    case .unknownSet(let name, let known):
      "\(KernelSet.environmentVariable)=\(name): this CPU has no such kernels; "
        + "it has \(known.joined(separator: ", "))"
    case .selfTestFailed(let set, let kernel):
      "the \(set) kernels differ from the reference in \(kernel): this machine cannot keep the "
        + "numeric contract with them; choose others with \(KernelSet.environmentVariable)"
    case .unusualArithmetic:
      "the processor does not round to nearest or flushes subnormals to zero: a library of this "
        + "process has changed its floating-point mode"
    }
  }
}
