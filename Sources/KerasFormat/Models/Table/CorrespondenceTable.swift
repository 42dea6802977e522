import SweepModel

/// Everything that Keras and SeedSweep both have.
///
/// A new layer, activation, initializer, regularizer, loss, metric, optimizer or schedule of Training is
/// one entry in one of these lists.
enum CorrespondenceTable {
  /// All entries.
  static let all: [Correspondence] =
    layers + activations + initializers + regularizers + losses + metrics + optimizers + schedules

  /// The entries of a family that Keras knows by that name.
  static func entries(_ family: ConfigurationFamily, called name: String) -> [Correspondence] {
    byName[Key(family: family, name: name)] ?? []
  }

  /// What a configuration is written as; nil where Keras has no such thing.
  static func entry(
    _ family: ConfigurationFamily, writing configuration: Configuration
  ) -> Correspondence? {
    all.first {
      $0.family == family && $0.kind == configuration.kind && $0.isWritten(configuration)
    }
  }

  /// The names of Keras's classes and functions, by family.
  static func names(_ family: ConfigurationFamily) -> Set<String> {
    Set(all.filter { $0.family == family }.flatMap { [$0.className] + $0.otherNames })
  }

  private struct Key: Hashable {
    let family: ConfigurationFamily
    let name: String
  }

  private static let byName: [Key: [Correspondence]] = {
    var entries: [Key: [Correspondence]] = [:]
    for entry in all {
      for name in [entry.className] + entry.otherNames {
        entries[Key(family: entry.family, name: name), default: []].append(entry)
      }
    }
    return entries
  }()
}
