/// What ends a command early: one line for people, and whose matter it is.
public struct RuntimeError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Whose matter it is; the command line makes the exit status of it.
  public enum Kind: Hashable, Sendable {
    /// What the user gave cannot be used.
    case input
    /// The machine, the disk or the network failed.
    case environment
  }

  /// Whose matter it is.
  public let kind: Kind
  /// What is wrong, where, and how to mend it.
  public let message: String

  /// An error.
  public init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  /// The message.
  public var description: String { message }
}
