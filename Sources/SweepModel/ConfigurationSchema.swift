/// What arguments one kind of configuration takes: types, defaults, bounds and one line of help.
///
/// Registered beside the implementation; read by the specification's reader and by documentation.
public struct ConfigurationSchema: Hashable, Sendable {
  /// The name of the kind as users write it.
  public let kind: String
  /// One sentence for people.
  public let summary: String
  /// The arguments, in the order in which help shows them.
  public let parameters: [Parameter]
  /// Other names that people know it by; none is valid, but each has this kind suggested.
  public let aliases: [String]

  /// A schema; the names of its parameters are unique.
  public init(
    kind: String, summary: String, parameters: [Parameter] = [], aliases: [String] = []
  ) {
    self.kind = kind
    self.summary = summary
    self.parameters = parameters
    self.aliases = aliases
  }

  /// One argument of a kind.
  public struct Parameter: Hashable, Sendable {
    /// The name as users write it.
    public let name: String
    /// What values it takes.
    public let type: ParameterType
    /// The value when it is left out; nil where ``isRequired`` or where leaving it out means "none".
    public let defaultValue: ArgumentValue?
    /// Whether users must write it.
    public let isRequired: Bool
    /// One line for people.
    public let summary: String

    /// An argument that users must write.
    public static func required(_ name: String, _ type: ParameterType, _ summary: String)
      -> Parameter
    {
      Parameter(name: name, type: type, defaultValue: nil, isRequired: true, summary: summary)
    }

    /// An argument with a default; a default of nil means that it may be absent.
    public static func optional(
      _ name: String, _ type: ParameterType, default value: ArgumentValue?, _ summary: String
    ) -> Parameter {
      Parameter(name: name, type: type, defaultValue: value, isRequired: false, summary: summary)
    }
  }
}

/// What values an argument takes.
public indirect enum ParameterType: Hashable, Sendable {
  /// A whole number within bounds.
  case integer(ClosedRange<Int64>)
  /// A finite binary64 number within bounds.
  case number(NumberBounds)
  /// `true` or `false`.
  case boolean
  /// Any text that is a valid name (letters, digits, `_`, `-`, `.`).
  case name
  /// Any text of 1 to ``Limits/textBytes`` bytes without control characters but tabs: a file's path,
  /// a column's name.
  case text
  /// One of these words.
  case choice([String])
  /// A list of so many values of one type; a value alone stands for a list of one.
  case list(ParameterType, count: ClosedRange<Int>)
  /// One configuration of a family: its kind alone, or `{kind: {arguments}}`.
  case configuration(ConfigurationFamily)
  /// A number, or one configuration of a family, such as a schedule in the place of a rate.
  case numberOr(NumberBounds, ConfigurationFamily)
}

/// Bounds of a binary64 number.
public struct NumberBounds: Hashable, Sendable {
  /// The lower bound.
  public let lower: Double
  /// Whether the lower bound itself is allowed.
  public let includesLower: Bool
  /// The upper bound.
  public let upper: Double
  /// Whether the upper bound itself is allowed.
  public let includesUpper: Bool

  /// Bounds; ±infinity where there is none.
  public init(
    lower: Double, includesLower: Bool = true, upper: Double = .infinity, includesUpper: Bool = true
  ) {
    self.lower = lower
    self.includesLower = includesLower
    self.upper = upper
    self.includesUpper = includesUpper
  }

  /// Finite and above zero.
  public static let positive = NumberBounds(lower: 0, includesLower: false)
  /// Finite and not below zero.
  public static let nonNegative = NumberBounds(lower: 0)
  /// In [0, 1).
  public static let fraction = NumberBounds(lower: 0, upper: 1, includesUpper: false)

  /// Whether `value` is finite and within the bounds.
  public func allow(_ value: Double) -> Bool {
    value.isFinite && (includesLower ? value >= lower : value > lower)
      && (includesUpper ? value <= upper : value < upper)
  }
}

extension NumberBounds: CustomStringConvertible {
  /// For messages: "above 0", "from 0 and below 1".
  public var description: String {
    var parts: [String] = []
    if lower.isFinite { parts.append((includesLower ? "from " : "above ") + Self.text(lower)) }
    if upper.isFinite { parts.append((includesUpper ? "up to " : "below ") + Self.text(upper)) }
    return parts.isEmpty ? "finite" : parts.joined(separator: " and ")
  }

  private static func text(_ value: Double) -> String {
    value == value.rounded() && value.magnitude < 1e15 ? String(Int64(value)) : value.description
  }
}

/// The kinds that can stand in one place of a specification.
public enum ConfigurationFamily: String, Hashable, Sendable, CaseIterable {
  /// Under `data`.
  case data
  /// In the list under `model`.
  case layer
  /// A layer's `activation`.
  case activation
  /// A layer's `kernel_initializer` and the like.
  case initializer
  /// Under `training.loss`.
  case loss
  /// Under `training.optimizer`.
  case optimizer
  /// In the list under `metrics`.
  case metric
  /// A layer's `kernel_regularizer` and the like.
  case regularizer
  /// In the place of an optimizer's `learning_rate`.
  case schedule
  /// In the list under `training.callbacks`.
  case callback
  /// What a variant takes from a file of a model: its kind is a key of the specification.
  case source
}

/// Every kind that a specification may name, by family.
///
/// Training and Datasets each contribute theirs; modules above put them together.
public struct Vocabulary: Hashable, Sendable {
  private let schemas: [ConfigurationFamily: [ConfigurationSchema]]

  /// A vocabulary of these kinds, in the order in which help lists them.
  public init(_ schemas: [ConfigurationFamily: [ConfigurationSchema]]) { self.schemas = schemas }

  /// Both vocabularies; a family's kinds are those of this one, then those of `other`.
  public func merging(_ other: Vocabulary) -> Vocabulary {
    Vocabulary(schemas.merging(other.schemas) { $0 + $1 })
  }

  /// The kinds of a family.
  public subscript(family: ConfigurationFamily) -> [ConfigurationSchema] { schemas[family] ?? [] }

  /// The kind of that name.
  public func schema(_ family: ConfigurationFamily, kind: String) -> ConfigurationSchema? {
    self[family].first { $0.kind == kind }
  }
}
