import SweepModel

extension CorrespondenceTable {
  /// The layers. Activations that Keras has as layers too (`LeakyReLU`) are among ``activations``.
  static let layers: [Correspondence] = [
    Correspondence(
      family: .layer, kind: "dense", className: "Dense",
      arguments: [.same("units")] + .kernelAndBias + [
        .ignored("quantization_config", written: .null),
        .formerTrainingOnly("activity_regularizer"),
        .formerOnly("lora_rank"), .formerOnly("lora_alpha"), .formerOnly("input_dim"),
      ],
      weights: [.own("kernel", "bias")]),
    // A Dense does the same for every position of a sequence by itself.
    Correspondence(
      family: .layer, kind: "dense", className: "TimeDistributed", wrapped: "layer",
      applies: { (node: JSONNode) throws(KerasFileError) in
        node["layer"]?["class_name"]?.text == "Dense"
      }, isWritten: { _ in false },
      weights: [WeightGroup(path: "layer", variables: ["kernel", "bias"])]),
    Correspondence(
      family: .layer, kind: "activation", className: "Activation", arguments: [.same("activation")]),
    Correspondence(
      family: .layer, kind: "dropout", className: "Dropout",
      arguments: [.same("rate"), .ignored("seed", written: .null), .trainingOnly("noise_shape")]),
    Correspondence(
      family: .layer, kind: "conv2d", className: "Conv2D", otherNames: ["Convolution2D"],
      arguments: [
        .same("filters"), .pair("kernel_size"), .pair("strides", usual: 1), .padding,
        .only("data_format", .word("channels_last")), .onlyPair("dilation_rate"),
        .only("groups", .one),
      ] + .kernelAndBias + [.trainingOnly("activity_regularizer"), .formerOnly("lora_rank")],
      weights: [.own("kernel", "bias")]),
    Correspondence(
      family: .layer, kind: "max_pooling2d", className: "MaxPooling2D", otherNames: ["MaxPool2D"],
      arguments: [
        .pair("pool_size"), .padding, .poolingStrides,
        .only("data_format", .word("channels_last")),
      ]),
    Correspondence(
      family: .layer, kind: "flatten", className: "Flatten",
      arguments: [.only("data_format", .word("channels_last"))]),
    Correspondence(
      family: .layer, kind: "reshape", className: "Reshape", arguments: [.same("target_shape")]),
    Correspondence(
      family: .layer, kind: "global_average_pooling1d", className: "GlobalAveragePooling1D",
      otherNames: ["GlobalAvgPool1D"],
      arguments: [.only("data_format", .word("channels_last")), .only("keepdims", .off)]),
    Correspondence(
      family: .layer, kind: "embedding", className: "Embedding",
      arguments: [
        .same("input_dim"), .same("output_dim"), .same("embeddings_initializer"),
        .same("embeddings_regularizer"), .trainingOnly("activity_regularizer"),
        .trainingOnly("embeddings_constraint"), .same("mask_zero"),
        .ignored("quantization_config", written: .null), .ignored("input_length"),
        .ignored("sparse"), .formerOnly("lora_rank"), .formerOnly("lora_alpha"),
        .formerTrainingOnly("dropout", .zero),
      ],
      weights: [.own("embeddings")]),
    recurrent(
      "lstm", "LSTM",
      [.same("unit_forget_bias")], []),
    recurrent(
      // Before Keras 2.1 there was no such argument, and its meaning was false.
      "gru", "GRU", [], [.same("reset_after", absent: .boolean(false))]),
    Correspondence(
      family: .layer, kind: "bidirectional", className: "Bidirectional",
      arguments: [.same("merge_mode"), .direction, .backwardLayer],
      weights: ["forward", "backward"].map { direction in
        WeightGroup(path: "\(direction)_layer/cell", variables: recurrentVariables)
      }),
    Correspondence(
      family: .layer, kind: "batch_normalization", className: "BatchNormalization",
      otherNames: ["BatchNormalizationV1", "BatchNormalizationV2"],
      arguments: [.axis(isList: false), .same("momentum")] + .normalization + [
        .same("moving_mean_initializer"), .same("moving_variance_initializer"),
      ] + .normalizationConstraints + [
        .ignored("synchronized", written: .boolean(false)), .only("renorm", .off),
        .ignored("renorm_clipping", written: .null),
        .ignored("renorm_momentum", written: .number(0.99)), .ignored("fused"),
        .formerOnly("virtual_batch_size"), .formerOnly("adjustment"),
      ],
      weights: [.own("gamma", "beta", "moving_mean", "moving_variance")]),
    Correspondence(
      family: .layer, kind: "layer_normalization", className: "LayerNormalization",
      arguments: [.axis(isList: true)] + .normalization + [.only("rms_scaling", .off)]
        + .normalizationConstraints,
      weights: [.own("gamma", "beta")]),
  ]

  private static let recurrentVariables = ["kernel", "recurrent_kernel", "bias"]

  private static func recurrent(
    _ kind: String, _ className: String, _ own: [ArgumentRule], _ last: [ArgumentRule]
  ) -> Correspondence {
    Correspondence(
      family: .layer, kind: kind, className: className,
      arguments: [
        .same("return_sequences"), .only("return_state", .off), .same("go_backwards"),
        .only("stateful", .off), .ignored("unroll", written: .boolean(false)), .zeroOutput,
        .formerOnly("time_major", .off), .ignored("implementation"), .ignored("input_dim"),
        .ignored("input_length"), .same("units"), .same("activation"),
        .same("recurrent_activation"), .same("use_bias"), .same("kernel_initializer"),
        .same("recurrent_initializer"), .same("bias_initializer"),
      ] + own + [
        .same("kernel_regularizer"), .same("recurrent_regularizer"), .same("bias_regularizer"),
        .trainingOnly("activity_regularizer"), .trainingOnly("kernel_constraint"),
        .trainingOnly("recurrent_constraint"),
        .trainingOnly("bias_constraint"), .trainingOnly("dropout", .zero),
        .trainingOnly("recurrent_dropout", .zero),
      ] + last + [.ignored("seed", written: .null)],
      weights: [
        WeightGroup(path: "cell", variables: recurrentVariables, objectName: "\(kind)_cell")
      ])
  }
}

extension [ArgumentRule] {
  /// The arguments of a layer with a kernel and a bias.
  fileprivate static let kernelAndBias: [ArgumentRule] = [
    .same("activation"), .same("use_bias"), .same("kernel_initializer"),
    .same("bias_initializer"), .same("kernel_regularizer"), .same("bias_regularizer"),
    .trainingOnly("kernel_constraint"), .trainingOnly("bias_constraint"),
  ]

  /// The arguments of a normalization.
  fileprivate static let normalization: [ArgumentRule] = [
    .same("epsilon"), .same("center"), .same("scale"),
  ]

  fileprivate static let normalizationConstraints: [ArgumentRule] = [
    .same("beta_initializer"), .same("gamma_initializer"), .trainingOnly("beta_regularizer"),
    .trainingOnly("gamma_regularizer"), .trainingOnly("beta_constraint"),
    .trainingOnly("gamma_constraint"),
  ]
}
