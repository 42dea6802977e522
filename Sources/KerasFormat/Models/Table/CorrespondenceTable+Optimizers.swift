import SweepModel

extension CorrespondenceTable {
  /// The optimizers, with the names of what they keep in the generations' files.
  static let optimizers: [Correspondence] = [
    optimizer(
      "sgd", "SGD", [.same("momentum"), .same("nesterov")],
      slots: OptimizerSlots(
        slots: [
          .init(name: "momentum", otherNames: ["m"], isKept: { $0.number("momentum") > 0 })
        ], order: [0])),
    optimizer(
      "rmsprop", "RMSprop", [.same("rho"), .momentumOrNone, .epsilon, .centeredOrNot],
      otherNames: ["RMSProp"],
      slots: OptimizerSlots(
        slots: [
          .init(name: "velocity", otherNames: ["rms"]),
          .init(
            name: "average_gradient", otherNames: ["mg"],
            isKept: { $0.arguments["centered"] == .boolean(true) }),
          .init(name: "momentum", isKept: { ($0.optionalNumber("momentum") ?? 0) > 0 }),
        ], order: [0, 2, 1])),
    optimizer("adam", "Adam", moments + [.only("amsgrad", .off)], slots: twoMoments),
    optimizer(
      "adamw", "AdamW", moments + [.only("amsgrad", .off)], otherNames: ["Adamw", "adam_w"],
      slots: twoMoments),
    optimizer("nadam", "Nadam", moments, slots: nadamMoments),
    optimizer(
      "adagrad", "Adagrad",
      // Keras before 2.4 had no such argument, and started from 0.
      [.same("initial_accumulator_value", absent: .number(0)), .epsilon],
      slots: OptimizerSlots(
        slots: [.init(name: "accumulator")], order: [0])),
  ]

  /// The schedules of learning rates.
  static let schedules: [Correspondence] = [
    schedule(
      "exponential_decay", "ExponentialDecay",
      [
        .same("initial_learning_rate"), .same("decay_steps"), .same("decay_rate"),
        .same("staircase"),
      ]
    ),
    schedule(
      "inverse_time_decay", "InverseTimeDecay",
      [
        .same("initial_learning_rate"), .same("decay_steps"), .same("decay_rate"),
        .same("staircase"),
      ]
    ),
    schedule(
      "cosine_decay", "CosineDecay",
      [
        .same("initial_learning_rate"), .same("decay_steps"), .same("alpha"),
        .same("warmup_target"), .same("warmup_steps"),
      ]),
    schedule(
      "piecewise_constant_decay", "PiecewiseConstantDecay", [.same("boundaries"), .same("values")]),
    schedule(
      "polynomial_decay", "PolynomialDecay",
      [
        .same("initial_learning_rate"), .same("decay_steps"), .same("end_learning_rate"),
        .same("power"), .same("cycle"),
      ]),
  ]

  private static let moments: [ArgumentRule] = [.same("beta_1"), .same("beta_2"), .epsilon]

  private static let twoMoments = OptimizerSlots(
    slots: [
      .init(name: "momentum", otherNames: ["m"]), .init(name: "velocity", otherNames: ["v"]),
    ], order: [0, 1], isByVariable: true)

  private static let nadamMoments: OptimizerSlots = {
    var slots = twoMoments
    slots.hasMomentumProduct = true
    return slots
  }()

  private static func optimizer(
    _ kind: String, _ className: String, _ arguments: [ArgumentRule], otherNames: [String] = [],
    slots: OptimizerSlots
  ) -> Correspondence {
    Correspondence(
      family: .optimizer, kind: kind, className: className, otherNames: [kind] + otherNames,
      arguments: [
        .ignored("name", written: .string(SnakeCase.name(ofClass: className))), .learningRate,
        .same("weight_decay"), .clipping("clipnorm"), .clipping("global_clipnorm"),
        .clipping("clipvalue"), .only("use_ema", .off),
        .ignored("ema_momentum", written: .number(0.99)),
        .ignored("ema_overwrite_frequency", written: .null), .only("loss_scale_factor"),
        .only("gradient_accumulation_steps"),
      ] + arguments + [
        .ignored("decay"), .ignored("jit_compile"), .ignored("is_legacy_optimizer"),
        .ignored("schedule_decay"),
      ], slots: slots)
  }

  private static func schedule(
    _ kind: String, _ className: String, _ arguments: [ArgumentRule]
  ) -> Correspondence {
    Correspondence(
      family: .schedule, kind: kind, className: className,
      arguments: arguments + [
        .ignored(
          "name",
          written: .string(
            className == "PiecewiseConstantDecay" ? "PiecewiseConstant" : className))
      ])
  }
}

extension ArgumentRule {
  /// A rate or a schedule; with the `decay` of Keras 2's optimizers, rate ÷ (1 + decay × step).
  fileprivate static let learningRate = ArgumentRule(
    name: "learning_rate", otherNames: ["lr"],
    reading: .custom(own: "learning_rate") {
      argument, configuration, reader throws(KerasFileError) in
      guard !argument.isObject || argument["type"] != nil else {
        return .configuration(try reader.configuration(argument, family: .schedule))
      }
      let rate = try argument.number()
      let decay = try configuration["decay"]?.number() ?? 0
      guard decay != 0 else { return .number(rate) }
      return .configuration(
        Configuration(
          kind: "inverse_time_decay",
          arguments: [
            "initial_learning_rate": .number(rate), "decay_steps": .integer(1),
            "decay_rate": .number(decay), "staircase": .boolean(false),
          ]))
    }, writing: .value(own: "learning_rate"))

  /// A limit of gradients; 0 is none.
  fileprivate static func clipping(_ name: String) -> ArgumentRule {
    ArgumentRule(
      name: name,
      reading: .custom(own: name) { argument, _, _ throws(KerasFileError) in
        let limit = try argument.number()
        return limit == 0 ? nil : .number(limit)
      }, writing: .value(own: name))
  }

  /// `epsilon`, which old files leave to the default by null.
  fileprivate static let epsilon = same("epsilon")

  /// The momentum of RMSprop, which has no argument here where it is 0.
  fileprivate static let momentumOrNone = ArgumentRule(
    name: "momentum",
    reading: .custom(own: "momentum") { argument, _, _ throws(KerasFileError) in
      let share = try argument.number()
      return share == 0 ? nil : .number(share)
    },
    writing: .custom { configuration, _ in
      .number(configuration.optionalNumber("momentum") ?? 0)
    })

  /// Whether RMSprop is centered, which has no argument here where it is not.
  fileprivate static let centeredOrNot = ArgumentRule(
    name: "centered",
    reading: .custom(own: "centered") { argument, _, _ throws(KerasFileError) in
      try argument.boolean() ? .boolean(true) : nil
    },
    writing: .custom { configuration, _ in
      .boolean(configuration.arguments["centered"] == .boolean(true))
    })
}
