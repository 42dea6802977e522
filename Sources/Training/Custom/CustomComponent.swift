import SweepModel

/// What every layer, loss, metric and initializer of a user's own says about itself.
///
/// A specification names it by ``name`` with plain values as arguments, never with code. Name,
/// version and module become part of the identity of each variant that uses it
/// (``SweepModel/ComponentIdentity``), so that no program trains or compares it with something else.
///
/// A trial stays reproducible to the bit if the component is a function of what it is given: it
/// draws random numbers from ``TrialRandom`` alone, reads no clock, no file and no variable outside,
/// adds in a fixed order, and takes exp, log, tanh and the like from `Elementary`, never from the
/// system. Swift's own `+ - * /` and `squareRoot()` are the same on every machine.
public protocol CustomComponent: Sendable {
  /// The name as users write it: snake_case, best with a prefix of its own; no built-in one.
  static var name: String { get }

  /// A whole number from 1; raise it whenever the component gives other results than before.
  static var version: Int { get }

  /// The Swift module that has it; by default the one that declares the type.
  static var module: String { get }

  /// One sentence for people.
  static var summary: String { get }

  /// The arguments: plain values and, for layers, initializers; by default none.
  static var parameters: [ConfigurationSchema.Parameter] { get }
}

extension CustomComponent {
  /// The module that declares the type.
  public static var module: String {
    String(String(reflecting: Self.self).prefix { $0 != "." })
  }

  /// None.
  public static var parameters: [ConfigurationSchema.Parameter] { [] }

  static func schema(adding more: [ConfigurationSchema.Parameter] = []) -> ConfigurationSchema {
    ConfigurationSchema(kind: name, summary: summary, parameters: parameters + more)
  }
}
