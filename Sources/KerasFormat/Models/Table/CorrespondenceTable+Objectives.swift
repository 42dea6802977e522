import SweepModel

extension CorrespondenceTable {
  /// The losses, by class and by function: `mean_squared_error` and `mse` are `MeanSquaredError`.
  static let losses: [Correspondence] = [
    loss("mean_squared_error", "MeanSquaredError", ["mse", "MSE"]),
    loss("mean_absolute_error", "MeanAbsoluteError", ["mae", "MAE"]),
    loss("mean_absolute_percentage_error", "MeanAbsolutePercentageError", ["mape", "MAPE"]),
    loss("huber", "Huber", ["huber_loss"], [.same("delta")]),
    loss(
      "kl_divergence", "KLDivergence",
      ["kld", "KLD", "kullback_leibler_divergence", "KullbackLeiblerDivergence"]),
    loss(
      "binary_crossentropy", "BinaryCrossentropy", ["bce", "BCE"],
      [.same("from_logits"), .labelSmoothing, .only("axis", .lastAxis)]),
    loss(
      "categorical_crossentropy", "CategoricalCrossentropy", [],
      [.same("from_logits"), .labelSmoothing, .only("axis", .lastAxis)]),
    loss(
      "sparse_categorical_crossentropy", "SparseCategoricalCrossentropy", [],
      [.same("from_logits"), .only("ignore_class"), .formerOnly("axis", .lastAxis)]),
  ]

  /// The metrics, by class and by function. `accuracy` is none of them: ``CompileReader`` resolves it.
  static let metrics: [Correspondence] = [
    metric("mean_squared_error", "MeanSquaredError", ["mse", "MSE"]),
    metric("mean_absolute_error", "MeanAbsoluteError", ["mae", "MAE"]),
    metric("mean_absolute_percentage_error", "MeanAbsolutePercentageError", ["mape", "MAPE"]),
    metric("root_mean_squared_error", "RootMeanSquaredError"),
    metric(
      "kl_divergence", "KLDivergence", ["kld", "KLD", "kullback_leibler_divergence"]),
    metric(
      "binary_crossentropy", "BinaryCrossentropy", ["bce", "BCE"],
      [.same("from_logits"), .labelSmoothing, .formerOnly("axis", .lastAxis)]),
    metric(
      "categorical_crossentropy", "CategoricalCrossentropy", [],
      [.same("from_logits"), .labelSmoothing, .only("axis", .lastAxis)]),
    metric(
      "sparse_categorical_crossentropy", "SparseCategoricalCrossentropy", [],
      [.same("from_logits"), .only("ignore_class"), .only("axis", .lastAxis)]),
    metric("binary_accuracy", "BinaryAccuracy", [], [.same("threshold")]),
    metric("categorical_accuracy", "CategoricalAccuracy"),
    metric("sparse_categorical_accuracy", "SparseCategoricalAccuracy"),
    metric("top_k_categorical_accuracy", "TopKCategoricalAccuracy", [], [.same("k")]),
    metric("sparse_top_k_categorical_accuracy", "SparseTopKCategoricalAccuracy", [], [.same("k")]),
    metric("precision", "Precision", [], .oneThreshold),
    metric("recall", "Recall", [], .oneThreshold),
    metric(
      "auc", "AUC", [],
      [
        .same("num_thresholds"), .same("curve"), .same("summation_method"),
        .only("multi_label", .off), .only("num_labels"), .only("label_weights"),
        .same("from_logits"), .formerOnly("thresholds"),
      ]),
    metric("f1_score", "F1Score", [], [.f1Average, .same("threshold")]),
    metric(
      "r2_score", "R2Score", [], [.same("class_aggregation"), .only("num_regressors", .zero)]),
    // Keras has this only as a loss and a function.
    Correspondence(
      family: .metric, kind: "huber", className: "huber", implied: ["delta": .number(1)],
      isWritten: { $0.number("delta") == 1 }),
  ]

  private static func loss(
    _ kind: String, _ className: String, _ otherNames: [String] = [],
    _ arguments: [ArgumentRule] = []
  ) -> Correspondence {
    Correspondence(
      family: .loss, kind: kind, className: className, otherNames: [kind] + otherNames,
      arguments: [
        .ignored("name", written: .string(kind == "huber" ? "huber_loss" : kind)),
        .only("reduction", .words(["sum_over_batch_size", "auto"])),
      ] + arguments + [.ignored("fn"), .ignored("dtype")])
  }

  private static func metric(
    _ kind: String, _ className: String, _ otherNames: [String] = [],
    _ arguments: [ArgumentRule] = []
  ) -> Correspondence {
    Correspondence(
      family: .metric, kind: kind, className: className, otherNames: [kind] + otherNames,
      arguments: [
        .ignored("name", written: .string(kind)), .ignored("dtype", written: .string("float32")),
      ] + arguments + [.ignored("fn"), .formerOnly("axis", .lastAxis)])
  }
}

extension ArgumentRule {
  /// The share that is spread over all classes; 0 is none, which has no argument here.
  fileprivate static let labelSmoothing = ArgumentRule(
    name: "label_smoothing",
    reading: .custom(own: "label_smoothing") { argument, _, _ throws(KerasFileError) in
      let share = try argument.number()
      return share == 0 ? nil : .number(share)
    },
    writing: .custom { configuration, _ in
      .number(configuration.optionalNumber("label_smoothing") ?? 0)
    })

  /// How the classes' scores become one number; Keras's default gives a number for each.
  fileprivate static let f1Average = ArgumentRule(
    name: "average",
    reading: .custom(own: "average") { argument, _, _ throws(KerasFileError) in
      .text(try argument.string())
    }, writing: .value(own: "average"), isRequired: true)
}

extension [ArgumentRule] {
  /// The arguments of precision and recall.
  fileprivate static let oneThreshold: [ArgumentRule] = [
    ArgumentRule(
      name: "thresholds",
      reading: .custom(own: "thresholds") { argument, _, _ throws(KerasFileError) in
        let thresholds = argument.isList ? try argument.list() : [argument]
        guard thresholds.count == 1 else {
          throw argument.error(.unsupported, "SeedSweep takes one threshold")
        }
        return .number(try thresholds[0].number())
      }, writing: .value(own: "thresholds")),
    .only("top_k"), .same("class_id"),
  ]
}
