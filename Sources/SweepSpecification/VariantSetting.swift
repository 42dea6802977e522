import SweepModel

/// One setting of everything that decides a trial, as a specification states it: every default is
/// written out, and only the data's digest is missing, which takes loading the data.
public struct VariantSetting: Hashable, Sendable {
  /// The dataset.
  public let data: Configuration
  /// The layers of the Sequential model, from input to output.
  public let layers: [Configuration]
  /// How it is trained.
  public let training: TrainingSettings
  /// What is reported of the trained model; kinds are unique.
  public let metrics: [Configuration]

  /// The resolved variant, given what loading the dataset that ``data`` names has told.
  public func resolved(dataDigest: DataDigest, dataParts: DataParts? = nil) -> ResolvedVariant {
    ResolvedVariant(
      data: data, dataDigest: dataDigest, dataParts: dataParts, layers: layers,
      training: training, metrics: metrics)
  }
}

extension VariantSetting {
  /// Two settings are equal if and only if their differences from the same base are.
  ///
  /// Hashing these instead of the settings leaves out the layers that variants share, which may be
  /// 10,000 times 1,000.
  func difference(from base: VariantSetting) -> Difference {
    let layers = layers.enumerated().filter { index, layer in
      index >= base.layers.count || base.layers[index] != layer
    }
    return Difference(
      data: data, training: training, metrics: metrics, layerCount: self.layers.count,
      layers: layers.map { Difference.Layer(index: $0.offset, layer: $0.element) })
  }

  /// What a setting has that another has not.
  struct Difference: Hashable {
    let data: Configuration
    let training: TrainingSettings
    let metrics: [Configuration]
    let layerCount: Int
    let layers: [Layer]

    /// A layer that differs, and its place.
    struct Layer: Hashable {
      let index: Int
      let layer: Configuration
    }
  }
}
