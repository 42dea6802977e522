import SweepModel

/// One setting of everything that decides a trial, as a specification states it: every default is
/// written out, and only the data's digest is missing, which takes loading the data.
public struct VariantSetting: Hashable, Sendable {
  /// The dataset.
  public let data: Configuration
  /// The layers of the Sequential model, from input to output; empty where it is a model of Keras.
  public let layers: [Configuration]
  /// The model of Keras that gives the layers; nil where they are listed.
  public let kerasModel: KerasModelSetting?
  /// How it is trained.
  public let training: TrainingSettings
  /// What is reported of the trained model; kinds are unique.
  public let metrics: [Configuration]
  /// What it takes from files of models, without the digest of what was read.
  public let sources: ModelSources

  /// The resolved variant, given what loading the dataset that ``data`` names has told.
  ///
  /// - Parameter layers: The layers of the model of Keras, where it has one.
  public func resolved(
    dataDigest: DataDigest, dataParts: DataParts? = nil, layers: [Configuration]? = nil
  ) -> ResolvedVariant {
    ResolvedVariant(
      data: data, dataDigest: dataDigest, dataParts: dataParts, layers: layers ?? self.layers,
      training: training, metrics: metrics, sources: sources)
  }
}

/// A model of Keras in the place of a list of layers.
public struct KerasModelSetting: Hashable, Sendable {
  /// The file: an architecture as JSON, `.keras` or a legacy `.h5`.
  public let path: String
  /// The names of layers that are not to be trained, beside those of which the file says so.
  public let frozen: [String]
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
      data: data, kerasModel: kerasModel, training: training, metrics: metrics, sources: sources,
      layerCount: self.layers.count,
      layers: layers.map { Difference.Layer(index: $0.offset, layer: $0.element) })
  }

  /// What a setting has that another has not.
  struct Difference: Hashable {
    let data: Configuration
    let kerasModel: KerasModelSetting?
    let training: TrainingSettings
    let metrics: [Configuration]
    let sources: ModelSources
    let layerCount: Int
    let layers: [Layer]

    /// A layer that differs, and its place.
    struct Layer: Hashable {
      let index: Int
      let layer: Configuration
    }
  }
}
