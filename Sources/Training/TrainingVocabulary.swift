import SweepModel

/// What a specification may say of a model and its training, and what implements it.
///
/// This is the built-in part: a new layer, loss, metric, optimizer or initializer is one file that
/// conforms to the protocol of its family, and one line here. What a program has beside it is in its
/// ``ComponentRegistry``.
public enum TrainingVocabulary {
  /// The kinds of every family but the data, with their arguments.
  public static let vocabulary = Vocabulary([
    .layer: layers.map { $0.schema.ofLayer },
    .activation: Activations.schemas,
    .initializer: initializers.map { $0.schema },
    .loss: losses.map { $0.schema },
    .optimizer: optimizers.map { $0.schema },
    .metric: metrics.map { $0.schema } + AmbiguousAccuracy.schemas,
    .callback: callbacks.map { $0.schema },
    .regularizer: Regularizer.schemas,
    .schedule: schedules.map { $0.schema },
    .source: ModelSources.schemas,
  ])

  static let layers: [any Layer.Type] = [
    DenseLayer.self, ActivationLayer.self, DropoutLayer.self, Conv2DLayer.self,
    MaxPooling2DLayer.self, FlattenLayer.self, ReshapeLayer.self, GlobalAveragePooling1DLayer.self,
    EmbeddingLayer.self, LSTMLayer.self, GRULayer.self, BidirectionalLayer.self,
    BatchNormalizationLayer.self, LayerNormalizationLayer.self,
  ]
  static let losses: [any Loss.Type] = [
    MeanSquaredError.self, CategoricalCrossentropy.self, SparseCategoricalCrossentropy.self,
    MeanAbsoluteError.self, MeanAbsolutePercentageError.self, Huber.self, BinaryCrossentropy.self,
    KullbackLeiblerDivergence.self,
  ]
  static let metrics: [any Metric.Type] = [
    MeanSquaredError.self, CategoricalCrossentropy.self, SparseCategoricalCrossentropy.self,
    CategoricalAccuracy.self, SparseCategoricalAccuracy.self,
    MeanAbsoluteError.self, MeanAbsolutePercentageError.self, Huber.self, BinaryCrossentropy.self,
    KullbackLeiblerDivergence.self, BinaryAccuracy.self, TopKCategoricalAccuracy.self,
    SparseTopKCategoricalAccuracy.self, Precision.self, Recall.self, AreaUnderCurve.self,
    F1Score.self, R2Score.self, RootMeanSquaredError.self,
  ]
  static let optimizers: [any Optimizer.Type] = [
    GradientDescent.self, Adam.self, RMSprop.self, AdamW.self, Nadam.self, Adagrad.self,
  ]
  static let schedules: [any Schedule.Type] = [
    ExponentialDecay.self, CosineDecay.self, PiecewiseConstantDecay.self, PolynomialDecay.self,
    InverseTimeDecay.self,
  ]
  static let callbacks: [any Callback.Type] = [
    EarlyStopping.self, ReduceLROnPlateau.self, TerminateOnNaN.self,
  ]
  static let initializers: [any NameableInitializer.Type] = [
    Zeros.self, Ones.self, Constant.self, GlorotUniform.self, GlorotNormal.self, HeUniform.self,
    HeNormal.self, LecunUniform.self, LecunNormal.self, RandomUniform.self, RandomNormal.self,
    TruncatedNormal.self, Orthogonal.self,
  ]
}

extension Array {
  /// The kind that a configuration names.
  ///
  /// - Precondition: the configuration was checked by the vocabulary.
  func kind(
    of configuration: Configuration, schema: (Element) -> ConfigurationSchema
  ) -> Element {
    guard let kind = first(where: { schema($0).kind == configuration.kind }) else {
      preconditionFailure("the vocabulary lists exactly what is implemented")
    }
    return kind
  }
}
