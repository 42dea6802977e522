import SweepModel

extension ComponentRegistry.Entry {
  private var families: [ConfigurationFamily] {
    [
      layer.map { _ in .layer }, loss.map { _ in .loss }, metric.map { _ in .metric },
      initializer.map { _ in .initializer },
    ].compactMap { $0 }
  }

  /// The identities of the component, one for each family, beside those of others.
  ///
  /// - Throws: ``ComponentRegistryError`` for the first thing that is wrong with it.
  func checked(
    _ others: [ComponentIdentity]
  ) throws(ComponentRegistryError) -> [ComponentIdentity] {
    var own: [ComponentIdentity] = []
    for family in families {
      let identity = ComponentIdentity(
        family: family, name: name, version: version, module: module)
      guard let identity else {
        throw ComponentRegistryError(
          "\(family.rawValue) `\(name)` version \(version) from module `\(module)`: a component has "
            + "a name in snake_case of up to \(Limits.nameLength) letters, digits and _, a version "
            + "from 1, and a module's name")
      }
      if let problem = conflict(of: identity, with: others) {
        throw ComponentRegistryError(problem)
      }
      own.append(identity)
    }
    try checkParameters()
    return own
  }

  private func conflict(
    of identity: ComponentIdentity, with others: [ComponentIdentity]
  ) -> String? {
    let family = identity.family
    if TrainingVocabulary.vocabulary[family].contains(where: {
      $0.kind == name || $0.aliases.contains(name)
    }) {
      return
        "\(identity): there is a built-in \(family.rawValue) of that name, or known by it; give "
        + "yours another, such as \(identity.module.snakeCased)_\(name)"
    }
    if let other = others.first(where: { $0.family == family && $0.name == name }) {
      return "\(identity) is registered after \(other): each name is registered once"
    }
    // Columns of the history and metrics of parts are called so.
    if family == .metric, name == "loss" || name.hasPrefix("val_") || name.hasPrefix("test_") {
      return "\(identity): `loss`, val_ and test_ mean something else in results; rename it"
    }
    return nil
  }

  // MARK: Arguments

  private func checkParameters() throws(ComponentRegistryError) {
    var names: Set<String> = []
    for parameter in parameters {
      let place = "\(name).\(parameter.name)"
      guard ComponentIdentity.isName(parameter.name), names.insert(parameter.name).inserted,
        layer == nil || !["name", "trainable"].contains(parameter.name)
      else {
        throw ComponentRegistryError(
          "\(place): arguments have names in snake_case, each once; `name` and `trainable` are every "
            + "layer's own")
      }
      try check(parameter.type, place)
      guard let value = parameter.defaultValue else { continue }
      let own = Vocabulary([
        .initializer: TrainingVocabulary.vocabulary[.initializer],
        .layer: [ConfigurationSchema(kind: name, summary: "", parameters: [parameter])],
      ])
      do {
        // An argument is looked for by the family and the kind that it stands in.
        try own.check(
          Configuration(kind: name, arguments: [parameter.name: value]), family: .layer,
          path: "default")
      } catch {
        throw ComponentRegistryError(
          "\(place) has a default that it does not allow: \(error.message)")
      }
    }
  }

  private func check(
    _ type: ParameterType, _ place: String
  ) throws(ComponentRegistryError) {
    switch type {
    case .integer, .number, .boolean, .name, .text, .choice: return
    case .list(let element, let count):
      if case .configuration = element { break }
      guard count.lowerBound >= 0, count.upperBound <= Limits.textBytes else { break }
      return try check(element, place)
    case .configuration(.initializer) where layer != nil: return
    case .configuration, .numberOr: break
    }
    throw ComponentRegistryError(
      "\(place): an argument is a plain value, a list of up to \(Limits.textBytes) of them, or, for a "
        + "layer, an initializer")
  }
}

extension String {
  /// For suggestions: "AcmeLayers" as "acme_layers".
  fileprivate var snakeCased: String {
    var words = ""
    for scalar in unicodeScalars {
      if ("A"..."Z").contains(scalar) {
        if !words.isEmpty, words.last != "_" { words += "_" }
        words += String(scalar).lowercased()
      } else {
        words += scalar == "." ? "_" : String(scalar)
      }
    }
    return words
  }
}
