import Datasets
import KerasFormat
import SweepModel
import SweepSpecification

/// The layers of a model of Keras, in the place of a list of layers (`model: {keras: FILE}`).
struct KerasLayers {
  /// The layers, from input to output.
  let layers: [Configuration]
  /// What a user should know of how they were read.
  let notes: [String]

  /// Reads the layers of a model for samples of `inputShape`.
  ///
  /// - Throws: ``VariantError`` where the file has no such model, or Keras would train it otherwise.
  init(
    _ setting: KerasModelSetting, inputShape: [Int], _ files: DataFiles
  ) throws(VariantError) {
    let path = "model.keras"
    let bytes: [UInt8]
    do { bytes = try files.contents(of: setting.path) } catch {
      throw VariantError(.files, path, "\(setting.path): \(error.reason)")
    }
    let architecture: KerasArchitecture
    do throws(KerasFileError) {
      architecture = try KerasModelFile.architecture(bytes: bytes, name: setting.path)
    } catch {
      throw VariantError(path, file: setting.path, error.description)
    }
    if let difference = architecture.trainingDifferences.first {
      throw VariantError(
        path, file: setting.path,
        "\(setting.path): it would be trained otherwise here: \(difference); to train it without that, "
          + "list the layers under `model`")
    }
    if let axes = architecture.inputAxes,
      axes.count != inputShape.count
        || zip(axes, inputShape).contains(where: { $0 != nil && $0 != $1 })
    {
      let shape = axes.map { $0.map(String.init) ?? "any" }.joined(separator: ", ")
      throw VariantError(
        path, file: setting.path,
        "\(setting.path): its samples have the shape [\(shape)], and those of the data \(inputShape)"
      )
    }
    if let unknown = setting.frozen.first(where: { !architecture.paths.contains($0) }) {
      throw VariantError(
        "model.frozen", file: setting.path,
        "\(setting.path): there is no layer `\(unknown)`; it has \(architecture.paths.listed)")
    }
    let frozen = architecture.frozen.union(setting.frozen)
    layers = zip(architecture.layers, architecture.paths).map { layer, path in
      guard frozen.contains(path) else { return layer }
      return Configuration(
        kind: layer.kind,
        arguments: layer.arguments.merging(["trainable": .boolean(false)]) { $1 })
    }
    notes = architecture.notes
  }
}
