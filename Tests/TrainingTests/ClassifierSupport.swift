import SweepModel

func dropout(_ rate: Double, name: String? = nil) -> Configuration {
  var arguments: [String: ArgumentValue] = ["rate": .number(rate)]
  if let name { arguments["name"] = .text(name) }
  return Configuration(kind: "dropout", arguments: arguments)
}

/// A cross-entropy, as a loss or as a metric.
func entropy(_ kind: String, fromLogits: Bool = false) -> Configuration {
  Configuration(kind: kind, arguments: ["from_logits": .boolean(fromLogits)])
}

let categorical = "categorical_crossentropy"
let sparse = "sparse_categorical_crossentropy"

/// Samples whose classes follow no simple rule: numbers, or one-hot vectors.
func classData(samples: Int, inputs: Int, classes: Int, oneHot: Bool = false) -> TrainingData {
  let numbers = (0..<samples).map { ($0 * 7 + 3) % 11 % classes }
  return TrainingData(
    sampleCount: samples, inputShape: [inputs], targetShape: [oneHot ? classes : 1],
    inputs: unevenData(samples: samples, inputs: inputs, targets: 1).inputs,
    targets: oneHot
      ? numbers.flatMap { number in (0..<classes).map { $0 == number ? 1 : 0 } }
      : numbers.map { Float($0) })
}

extension VariantSketch {
  /// A classifier with dropout, trained in short batches with some of its samples set aside.
  static func classifier(
    _ layers: [Configuration] = [
      dense(8, "relu"), dropout(0.4), dense(5, "relu"), dropout(0.3), dense(3, "softmax"),
    ],
    data: TrainingData = classData(samples: 20, inputs: 6, classes: 3)
  ) -> VariantSketch {
    VariantSketch(
      layers: layers, data: data, loss: entropy(sparse), optimizer: rmsprop(rate: 0.01), epochs: 3,
      batchSize: .samples(8), shuffle: true, validationSplit: 0.25,
      metrics: [entropy(sparse), Configuration(kind: "sparse_categorical_accuracy")])
  }
}
