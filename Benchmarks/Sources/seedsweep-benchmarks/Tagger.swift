import Kernels
import Randomness
import SweepModel
import Training

/// The benchmark `tagger`: an epoch of a network that gives every word of a sentence its tag.
///
/// Embedding(64), LSTM(128), Dropout, BatchNormalization and a softmax over 20 tags, for sentences of
/// up to 50 of 5,000 words, as peers/keras_tagger.py makes them too.
enum Tagger {
  static let length = 50
  static let words = 5000
  static let tags = 20
  static let sentences = 4096

  /// How long the sentences are.
  enum Kind: String, CaseIterable {
    /// 5 to 50 words, 27.5 on average, filled up with zeros, which are masked.
    case padded
    /// 50 words.
    case full
  }

  static func measure(_ options: Options) throws -> [Measurement] {
    let kernels = try KernelSet.selected
    return try Kind.allCases.map { kind in
      let plan = try plan(data(kind), epochs: options.epochs)
      let trainer = Trainer(plan: plan, kernels: kernels, lanes: 1)
      var starts: [(wall: ContinuousClock.Instant, processor: Double)] = []
      let trial = (index: TrialIndex(0), seed: MasterSeed(1).trialSeed(at: TrialIndex(0)))
      let results = trainer.train([trial], keepsHistory: false) { progress in
        if progress.epoch == starts.count, progress.epoch < options.epochs {
          starts.append((.now, ProcessorTime.ofThread))
        }
        return .proceed
      }
      let times = zip(starts, starts.dropFirst())
      var measurement = Measurement(
        benchmark: "tagger", subject: "\(kind.rawValue), \(kernels)", unit: "s an epoch",
        timesOf: 1,
        Durations(times.map { ($1.wall - $0.wall) / .seconds(1) }),
        details: [
          ("cores", 1),
          ("processor best", Durations(times.map { $1.processor - $0.processor }).minimum),
          ("accuracy", results?.first?.measurements?.metrics.last ?? .nan),
        ])
      measurement.labels = [("data", kind.rawValue)]
      return measurement
    }
  }

  static func data(_ kind: Kind) -> TrainingData {
    var (inputs, targets): ([Float], [Float]) = ([], [])
    var state: UInt32 = 1
    for sentence in 0..<sentences {
      let end = kind == .full ? length : 5 + sentence * 7919 % 46
      for position in 0..<length {
        state = state &* 1_664_525 &+ 1_013_904_223
        let word = position < end ? 1 + Int(state >> 8) % (words - 1) : 0
        inputs.append(Float(word))
        targets.append(Float((word * 7 + position) % tags))
      }
    }
    return TrainingData(
      sampleCount: sentences, inputShape: [length], targetShape: [length], inputs: inputs,
      targets: targets)
  }

  private static func plan(_ data: TrainingData, epochs: Int) throws -> TrainingPlan {
    let model = [
      """
      {"embedding": {"input_dim": \(words), "output_dim": 64, "mask_zero": true,
      "embeddings_initializer": {"random_uniform": {"minval": -0.05, "maxval": 0.05}}}}
      """,
      """
      {"lstm": {"units": 128, "activation": {"tanh": {}}, "recurrent_activation": {"sigmoid": {}},
      "use_bias": true, "kernel_initializer": {"glorot_uniform": {}},
      "recurrent_initializer": {"orthogonal": {"gain": 1}}, "bias_initializer": {"zeros": {}},
      "unit_forget_bias": true, "return_sequences": true, "go_backwards": false}}
      """,
      Model.dropout(rate: 0.3),
      """
      {"batch_normalization": {"axis": -1, "momentum": 0.99, "epsilon": 0.001, "center": true,
      "scale": true, "beta_initializer": {"zeros": {}}, "gamma_initializer": {"ones": {}},
      "moving_mean_initializer": {"zeros": {}}, "moving_variance_initializer": {"ones": {}}}}
      """,
      Model.dense(units: tags, activation: "softmax"),
    ]
    let text = """
      {"contract": \(Versions.contract), "data": {"sequence": {"length": 10}},
      "data_sha256": "\(data.digest.hex)", "model": [\(model.joined(separator: ","))],
      "training": {"loss": {"sparse_categorical_crossentropy": {"from_logits": false}},
        "optimizer": {"adam": {
        "learning_rate": 0.001, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7}},
        "epochs": \(epochs), "batch_size": 32, "shuffle": true},
      "metrics": [{"sparse_categorical_accuracy": {}}]}
      """
    return try TrainingPlan(variant: ResolvedVariant(canonicalJSON: text.utf8), data: data)
  }
}
