import SweepModel

/// What is said of names that are in no entry of the table.
enum UnknownNames {
  /// The error for such a name.
  static func error(
    _ name: String, family: ConfigurationFamily, node: JSONNode
  ) -> KerasFileError {
    let shown = Quotation.text(name)
    if family == .activation, name == "hard_sigmoid" {
      // Both are in the table, each for its generation.
      return node.error(
        .unsupported,
        "hard_sigmoid is clip(0.2 x + 0.5, 0, 1) in Keras 2 and clip(x / 6 + 0.5, 0, 1) in Keras 3, "
          + "and nothing says which of them wrote this file")
    }
    if let reason = lacking[name] {
      return node.error(.unsupported, "SeedSweep has no \(shown): \(reason)")
    }
    if isKnown(name) {
      return node.error(
        .unsupported,
        "Keras has \(shown), but SeedSweep has no such \(family.rawValue): \(advice(family))")
    }
    return node.error(
      .refused,
      "\(shown) is no \(family.rawValue) of Keras's own that is known here; custom objects are code, "
        + "which no file can bring: \(advice(family))")
  }

  /// The error for what no file of Keras 3 can hold, in a layer or elsewhere.
  static func unwritable(
    _ configuration: Configuration, family: ConfigurationFamily, layer: String?, file: String
  ) -> KerasFileError {
    let place = layer.map { "layer `\($0)`: " } ?? ""
    let reason =
      configuration.kind == "hard_sigmoid_keras2"
      ? "hard_sigmoid_keras2 is what Keras 2 called hard_sigmoid; Keras 3 has another by that name and "
        + "none that is this, so that no file of its can hold the model (its variables alone can be "
        + "written as .weights.h5)"
      : "Keras has no \(family.rawValue) that is \(configuration.json.text), so that no file of its "
        + "can hold it"
    return KerasFileError(.unsupported, file: file, place + reason)
  }

  private static func advice(_ family: ConfigurationFamily) -> String {
    let names = CorrespondenceTable.names(family).filter { $0.first?.isUppercase == true }
    let known = names.isEmpty ? CorrespondenceTable.names(family) : names
    return "there are \(known.sorted().joined(separator: ", "))"
  }

  /// Whether Keras has something of that name.
  static func isKnown(_ name: String) -> Bool {
    lacking[name] != nil || others.contains(name)
  }

  private static let chainOnly =
    "it takes several inputs, and a model here is one chain of layers"

  /// Names with advice of their own.
  private static let lacking: [String: String] = [
    "Add": chainOnly, "Average": chainOnly, "Concatenate": chainOnly, "Dot": chainOnly,
    "Maximum": chainOnly, "Minimum": chainOnly, "Multiply": chainOnly, "Subtract": chainOnly,
    "Attention": chainOnly, "AdditiveAttention": chainOnly, "MultiHeadAttention": chainOnly,
    "CuDNNLSTM": "load the model in Keras 2 and save it with LSTM",
    "CuDNNGRU": "load the model in Keras 2 and save it with GRU, reset_after=True",
    "Masking": "a mask comes from Embedding with mask_zero",
    "LossScaleOptimizer": "SeedSweep trains in float32, which needs none",
  ]

  /// The other names of Keras 2 and 3.
  private static let others: Set<String> = Set(
    """
    ActivityRegularization AdaptiveAveragePooling1D AdaptiveAveragePooling2D AdaptiveMaxPooling1D
    AdaptiveMaxPooling2D AlphaDropout AveragePooling1D AveragePooling2D AveragePooling3D
    CategoryEncoding CenterCrop Conv1D Conv1DTranspose Conv2DTranspose Conv3D Conv3DTranspose
    ConvLSTM1D ConvLSTM2D ConvLSTM3D Cropping1D Cropping2D Cropping3D DepthwiseConv1D
    DepthwiseConv2D Discretization EinsumDense GaussianDropout GaussianNoise GlobalAveragePooling2D
    GlobalAveragePooling3D GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D GRUCell
    GroupNormalization GroupQueryAttention HashedCrossing Hashing Identity IntegerLookup
    LocallyConnected1D LocallyConnected2D LSTMCell MaxPooling1D MaxPooling3D MelSpectrogram
    Normalization PReLU Permute RandomBrightness RandomContrast RandomCrop RandomFlip RandomHeight
    RandomRotation RandomTranslation RandomWidth RandomZoom RepeatVector Rescaling Resizing RNN
    RMSNormalization SeparableConv1D SeparableConv2D SimpleRNN SimpleRNNCell SpatialDropout1D
    SpatialDropout2D SpatialDropout3D SpectralNormalization StackedRNNCells StringLookup
    TextVectorization ThresholdedReLU TimeDistributed UnitNormalization UpSampling1D UpSampling2D
    UpSampling3D ZeroPadding1D ZeroPadding2D ZeroPadding3D
    celu exponential glu hard_shrink hard_sigmoid hard_silu hard_swish hard_tanh log_sigmoid
    log_softmax mish relu6 soft_shrink softsign sparse_plus sparse_sigmoid sparsemax squareplus
    tanh_shrink threshold
    IdentityInitializer STFT VarianceScaling OrthogonalRegularizer OrthogonalInitializer
    MaxNorm MinMaxNorm NonNeg UnitNorm RadialConstraint
    Adadelta Adafactor Adamax Ftrl Lamb Lion Muon ScheduleFreeAdamW adadelta adamax ftrl
    CosineDecayRestarts
    BinaryFocalCrossentropy CTC CategoricalFocalCrossentropy CategoricalHinge Circle
    CosineSimilarity Dice Hinge LogCosh MeanSquaredLogarithmicError Poisson SquaredHinge Tversky
    binary_focal_crossentropy categorical_focal_crossentropy categorical_hinge cosine_similarity
    hinge log_cosh logcosh mean_squared_logarithmic_error msle MSLE poisson squared_hinge
    cosine_proximity
    Accuracy BinaryIoU ConcordanceCorrelation FBetaScore FalseNegatives FalsePositives IoU
    LogCoshError Mean MeanIoU OneHotIoU OneHotMeanIoU PearsonCorrelation PrecisionAtRecall
    RecallAtPrecision SensitivityAtSpecificity SpecificityAtSensitivity Sum TrueNegatives
    TruePositives accuracy acc
    """.split(whereSeparator: \.isWhitespace).map(String.init))
}
