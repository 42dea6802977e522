/// What tells a custom component from every other: its family, name and version, and the module that
/// has it.
///
/// It is part of the identity of the variants that use the component (``ResolvedVariant/components``),
/// and what a worker says of each component that it has.
public struct ComponentIdentity: Hashable, Sendable {
  /// The place in a specification that it can stand in.
  public let family: ConfigurationFamily
  /// The name as users write it.
  public let name: String
  /// Rises whenever the component gives other results than before.
  public let version: Int
  /// The Swift module that has it, for whoever looks for it.
  public let module: String

  /// The versions there can be.
  public static let versions = 1...Int(Int32.max)

  /// A component; nil where a part of it is not what ``isName(_:)`` and ``versions`` allow.
  public init?(family: ConfigurationFamily, name: String, version: Int, module: String) {
    guard Self.isName(name), Self.isModule(module), Self.versions.contains(version) else {
      return nil
    }
    self.family = family
    self.name = name
    self.version = version
    self.module = module
  }

  /// Whether a text can name a component: snake_case, a letter first, up to ``Limits/nameLength``.
  public static func isName(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first, ("a"..."z").contains(first),
      text.utf8.count <= Limits.nameLength
    else { return false }
    return text.unicodeScalars.allSatisfy {
      ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == "_"
    }
  }

  /// Whether a text can name a module: an identifier, or several with periods between them.
  public static func isModule(_ text: String) -> Bool {
    (1...Limits.nameLength).contains(text.utf8.count)
      && text.unicodeScalars.allSatisfy {
        ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0)
          || $0 == "_" || $0 == "."
      }
  }
}

extension ComponentIdentity: CustomStringConvertible {
  /// For messages: "layer acme_scale version 2 from module AcmeLayers".
  public var description: String { "\(family.rawValue) \(name) version \(version) \(origin)" }

  /// For messages: "from module AcmeLayers".
  public var origin: String { "from module \(module)" }
}

extension ComponentIdentity: Comparable {
  /// By family, then by name; a program has one version of each.
  public static func < (left: ComponentIdentity, right: ComponentIdentity) -> Bool {
    (left.family.rawValue, left.name, left.version, left.module)
      < (right.family.rawValue, right.name, right.version, right.module)
  }
}

extension ComponentIdentity {
  /// As it stands in the canonical JSON of a variant.
  public var json: JSONValue {
    [
      "family": .string(family.rawValue), "name": .string(name),
      "version": .integer(Int64(version)), "module": .string(module),
    ]
  }

  /// Reads what ``json`` wrote; nil for anything else.
  public init?(json: JSONValue) {
    guard case .object(let members) = json, members.count == 4,
      case .string(let word)? = json["family"], let family = ConfigurationFamily(rawValue: word),
      case .string(let name)? = json["name"], case .integer(let number)? = json["version"],
      let version = Int(exactly: number), case .string(let module)? = json["module"]
    else { return nil }
    self.init(family: family, name: name, version: version, module: module)
  }
}

/// Why a program cannot train a variant: it lacks a custom component.
public struct MissingComponent: Error, Hashable, Sendable, CustomStringConvertible {
  /// What the variant needs.
  public let needed: ComponentIdentity
  /// What the program has of that name; nil where it has nothing.
  public let present: ComponentIdentity?

  /// A component that is not there, or not in that version.
  public init(_ needed: ComponentIdentity, present: ComponentIdentity?) {
    self.needed = needed
    self.present = present
  }

  /// The first of `needed` that is not among `present`, exactly as it is needed; nil for none.
  public init?(of needed: [ComponentIdentity], among present: Set<ComponentIdentity>) {
    guard let missing = needed.first(where: { !present.contains($0) }) else { return nil }
    let others = present.filter { $0.family == missing.family && $0.name == missing.name }
    self.init(missing, present: others.min())
  }

  /// One line for people.
  public var description: String {
    let has =
      switch present {
      case nil: "does not have it"
      case let present? where present.module == needed.module: "has version \(present.version)"
      case let present?: "has version \(present.version) \(present.origin)"
      }
    return "this variant needs \(needed); this program \(has): use the program that has "
      + "\(needed.module) with \(needed.name) version \(needed.version)"
  }
}
