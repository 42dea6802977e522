import SweepModel

/// The layers, losses, metrics and initializers that a program has: the built-in ones, and those of
/// its own. A value that travels with whatever reads, plans or trains variants; there is no other
/// place in which a component could be known.
public struct ComponentRegistry: Sendable {
  /// The built-in components alone.
  public static let builtIn = ComponentRegistry()

  /// Everything that a specification may say of a model and its training.
  public let vocabulary: Vocabulary
  /// What tells the program's own components, in their order; empty where all are built in.
  public let identities: [ComponentIdentity]

  let layers: [any Layer.Type]
  let losses: [any Loss.Type]
  let metrics: [any Metric.Type]
  let initializers: [any NameableInitializer.Type]

  private init() {
    vocabulary = TrainingVocabulary.vocabulary
    identities = []
    layers = TrainingVocabulary.layers
    losses = TrainingVocabulary.losses
    metrics = TrainingVocabulary.metrics
    initializers = TrainingVocabulary.initializers
  }

  /// The built-in components and these.
  ///
  /// - Throws: ``ComponentRegistryError`` where a component cannot be named, has the name of another,
  ///   or has arguments that cannot be.
  public init(_ entries: [Entry]) throws(ComponentRegistryError) {
    guard entries.count <= Limits.components else {
      throw ComponentRegistryError(
        "\(entries.count) custom components: a program has up to \(Limits.components)")
    }
    var identities: [ComponentIdentity] = []
    for entry in entries { identities += try entry.checked(identities) }
    self.identities = identities.sorted()
    layers = TrainingVocabulary.layers + entries.compactMap(\.layer)
    losses = TrainingVocabulary.losses + entries.compactMap(\.loss)
    metrics = TrainingVocabulary.metrics + entries.compactMap(\.metric)
    initializers = TrainingVocabulary.initializers + entries.compactMap(\.initializer)
    vocabulary = TrainingVocabulary.vocabulary.merging(
      Vocabulary([
        .layer: entries.compactMap { $0.layer?.schema.ofLayer },
        .loss: entries.compactMap { $0.loss?.schema },
        .metric: entries.compactMap { $0.metric?.schema },
        .initializer: entries.compactMap { $0.initializer?.schema },
      ]))
  }

  /// Whether all of them are built in.
  public var isBuiltIn: Bool { identities.isEmpty }
}

extension ComponentRegistry {
  /// A component of the program's own.
  public struct Entry: Sendable {
    let name: String
    let version: Int
    let module: String
    let parameters: [ConfigurationSchema.Parameter]
    var layer: (any Layer.Type)?
    var loss: (any Loss.Type)?
    var metric: (any Metric.Type)?
    var initializer: (any NameableInitializer.Type)?

    private init(_ component: any CustomComponent.Type) {
      name = component.name
      version = component.version
      module = component.module
      parameters = component.parameters
    }

    /// A layer.
    public static func layer<Custom: CustomLayer>(_ type: Custom.Type) -> Entry {
      var entry = Entry(type)
      entry.layer = CustomLayerAdapter<Custom>.self
      return entry
    }

    /// A loss, which is a metric of the same name too.
    public static func loss<Custom: CustomLoss>(_ type: Custom.Type) -> Entry {
      var entry = Entry(type)
      entry.loss = CustomLossAdapter<Custom>.self
      entry.metric = CustomLossMetric<Custom>.self
      return entry
    }

    /// A metric.
    public static func metric<Custom: CustomMetric>(_ type: Custom.Type) -> Entry {
      var entry = Entry(type)
      entry.metric = CustomMetricAdapter<Custom>.self
      return entry
    }

    /// An initializer.
    public static func initializer<Custom: CustomInitializer>(_ type: Custom.Type) -> Entry {
      var entry = Entry(type)
      entry.initializer = CustomInitializerAdapter<Custom>.self
      return entry
    }
  }
}

/// Components that a program cannot have together: a mistake of its source.
public struct ComponentRegistryError: Error, Hashable, Sendable, CustomStringConvertible {
  /// One line for people.
  public let description: String

  init(_ description: String) { self.description = description }
}
