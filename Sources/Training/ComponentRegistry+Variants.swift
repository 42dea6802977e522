import SweepModel

extension ComponentRegistry {
  /// The program's own components that a variant names, in their order.
  public func components(of variant: ResolvedVariant) -> [ComponentIdentity] {
    guard !isBuiltIn else { return [] }
    var found: Set<ComponentIdentity> = []
    for layer in variant.layers { collect(layer, .layer, &found) }
    collect(variant.training.loss, .loss, &found)
    for metric in variant.metrics { collect(metric, .metric, &found) }
    return found.sorted()
  }

  private func collect(
    _ configuration: Configuration, _ family: ConfigurationFamily,
    _ found: inout Set<ComponentIdentity>
  ) {
    if let own = identities.first(where: { $0.family == family && $0.name == configuration.kind }) {
      found.insert(own)
    }
    guard let schema = vocabulary.schema(family, kind: configuration.kind) else { return }
    for parameter in schema.parameters {
      guard let nested = configuration.optionalConfiguration(parameter.name) else { continue }
      switch parameter.type {
      case .configuration(let family), .numberOr(_, let family): collect(nested, family, &found)
      case .integer, .number, .boolean, .name, .text, .choice, .list: break
      }
    }
  }

  /// Checks that the program has what a variant needs, exactly, and that the variant needs what it
  /// says: else one variant would have several digests, or one digest several meanings.
  ///
  /// - Throws: ``TrainingError`` that names the component.
  public func check(_ variant: ResolvedVariant) throws(TrainingError) {
    if let missing = MissingComponent(of: variant.components, among: Set(identities)) {
      throw TrainingError(path: "", message: missing.description)
    }
    let named = components(of: variant)
    guard named != variant.components else { return }
    let unlisted = named.first { !variant.components.contains($0) }
    let unnamed = variant.components.first { !named.contains($0) }
    throw TrainingError(
      path: "components",
      message: unlisted.map { "the variant names \($0) and does not say that it needs it" }
        ?? unnamed.map { "the variant says that it needs \($0) and does not name it" }
        ?? "the components are not in their order")
  }

  /// The initializer that a layer names for one of its variables.
  ///
  /// A custom layer may name what no specification has: that is checked here, and must be built in,
  /// so that a variant tells of every component that it needs.
  func initializer(
    _ configuration: Configuration, ofVariable variable: String, of layer: Configuration,
    place: String
  ) throws(TrainingError) -> any Initializer {
    let isArgument = layer.holds(configuration)
    do {
      let known = isArgument ? vocabulary : TrainingVocabulary.vocabulary
      try known.check(configuration, family: .initializer, path: "\(place) (\(variable))")
    } catch {
      throw TrainingError(error)
    }
    return initializers.kind(of: configuration) { $0.schema }.init(configuration)
  }
}

extension Configuration {
  /// Whether another configuration is an argument of this one, at any depth.
  fileprivate func holds(_ other: Configuration) -> Bool {
    arguments.values.contains { value in
      guard case .configuration(let own) = value else { return false }
      return own == other || own.holds(other)
    }
  }
}
