/// The versions that decide who may work with whom.
public enum Versions {
  /// This software's own version, for people.
  public static let software = "0.1.0"
  /// The numeric contract (docs/numeric-contract.md): part of every trial's identity.
  public static let contract = 1
  /// The messages between coordinator and worker (docs/protocol.md).
  public static let wireProtocol = 3
}
