import SweepModel

/// Why a worker cannot train a variant.
public struct VariantRejection: Error, Hashable, Sendable {
  /// The kinds of reasons.
  public enum Code: String, Hashable, Sendable, CaseIterable {
    /// Its data are other data than the coordinator's.
    case dataDiffer = "data_differ"
    /// A file of its data is missing or cannot be read.
    case dataMissing = "data_missing"
    /// It needs more memory than there is.
    case memory
    /// It needs a custom component that the worker's program does not have.
    case componentMissing = "component_missing"
    /// Anything else.
    case unusable = "variant_rejected"

    /// What trials wait for where all workers have rejected their variant so.
    var waiting: WaitingReason.Code {
      switch self {
      case .dataDiffer: .dataDiffer
      case .dataMissing: .dataMissing
      case .memory: .memory
      case .componentMissing: .componentMissing
      case .unusable: .variantRejected
      }
    }
  }

  /// The kind.
  public var code: Code
  /// What is wrong, where, and what to do: one line for people.
  public var text: String

  /// A rejection; a longer text than a message may hold is cut.
  public init(_ code: Code, _ text: String) {
    self.code = code
    self.text = String(text.prefix(Limits.reasonLength))
  }
}
