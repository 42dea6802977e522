/// The generation of Keras that wrote a file, where words and definitions differ between them.
package enum KerasGeneration: Hashable, Sendable {
  /// Keras 2.0 to 2.15, tf.keras of TensorFlow 1 and 2, tf_keras.
  case keras2
  /// Keras 3.
  case keras3
}

/// Who wrote a file, as far as the file says.
package struct KerasWriter: Hashable, Sendable {
  /// The version's text, such as `2.12.0`.
  package let version: String?
  /// The generation; nil where nothing tells.
  package let generation: KerasGeneration?

  /// A writer of that version, or where there is none, of that generation.
  package init(version: String?, generation: KerasGeneration? = nil) {
    self.version = version
    self.generation = Self.major(version).map { $0 >= 3 ? .keras3 : .keras2 } ?? generation
  }

  /// The first number of a version.
  private static func major(_ version: String?) -> Int? {
    version?.split(separator: ".").first.flatMap { Int($0) }
  }

  /// Whether it is Keras 1, whose variables have other shapes.
  var isKeras1: Bool { Self.major(version) == 1 }

  /// For people, such as "Keras 2.12.0"; nil where nothing tells.
  package var description: String? {
    if let version { return "Keras \(version)" }
    return generation.map { $0 == .keras2 ? "Keras 2" : "Keras 3" }
  }
}
