import SweepModel

extension CorrespondenceTable {
  /// The initializers. Seeds of their own have no meaning here: the trial's seed decides.
  static let initializers: [Correspondence] =
    [
      initializer("zeros", "Zeros", ["Zero", "zero"], isRandom: false),
      initializer("ones", "Ones", ["One", "one"], isRandom: false),
      initializer("constant", "Constant", [], [.same("value")], isRandom: false),
      initializer(
        "random_uniform", "RandomUniform", ["uniform"], [.same("minval"), .same("maxval")]),
      initializer("random_normal", "RandomNormal", ["normal"], [.same("mean"), .same("stddev")]),
      initializer("truncated_normal", "TruncatedNormal", [], [.same("mean"), .same("stddev")]),
      initializer("orthogonal", "Orthogonal", ["OrthogonalInitializer"], [.same("gain")]),
    ] + scalings.flatMap(entries)

  /// The regularizers.
  static let regularizers: [Correspondence] = [
    Correspondence(
      family: .regularizer, kind: "l1", className: "L1", otherNames: ["l1"],
      arguments: [.same("l1")]),
    Correspondence(
      family: .regularizer, kind: "l2", className: "L2", otherNames: ["l2"],
      arguments: [.same("l2")]),
    Correspondence(
      family: .regularizer, kind: "l1_l2", className: "L1L2", otherNames: ["l1_l2"],
      arguments: [.same("l1"), .same("l2")]),
  ]

  private static func initializer(
    _ kind: String, _ className: String, _ otherNames: [String], _ arguments: [ArgumentRule] = [],
    isRandom: Bool = true
  ) -> Correspondence {
    let seed: [ArgumentRule] = isRandom ? [.ignored("seed", written: .null)] : [.ignored("seed")]
    return Correspondence(
      family: .initializer, kind: kind, className: className, otherNames: otherNames + [kind],
      arguments: seed + arguments + [.ignored("dtype")])
  }

  /// The initializers that scale the variance by the numbers of connections.
  ///
  /// Keras 2 wrote them as `VarianceScaling` with arguments, as which they are read too.
  private struct Scaling {
    let name: String
    let className: String
    let scale: Double
    let mode: String
    let isUniform: Bool
  }

  private static let scalings = [
    Scaling(
      name: "glorot_uniform", className: "GlorotUniform", scale: 1, mode: "fan_avg", isUniform: true
    ),
    Scaling(
      name: "glorot_normal", className: "GlorotNormal", scale: 1, mode: "fan_avg", isUniform: false),
    Scaling(name: "he_uniform", className: "HeUniform", scale: 2, mode: "fan_in", isUniform: true),
    Scaling(name: "he_normal", className: "HeNormal", scale: 2, mode: "fan_in", isUniform: false),
    Scaling(
      name: "lecun_uniform", className: "LecunUniform", scale: 1, mode: "fan_in", isUniform: true),
    Scaling(
      name: "lecun_normal", className: "LecunNormal", scale: 1, mode: "fan_in", isUniform: false),
  ]

  private static func entries(_ scaling: Scaling) -> [Correspondence] {
    let arguments: [ArgumentRule] = [
      .ignored("seed", written: .null), .only("input_axes"), .only("output_axes"),
      .ignored("dtype"),
    ]
    return [
      Correspondence(
        family: .initializer, kind: scaling.name, className: scaling.className,
        otherNames: [scaling.name], arguments: arguments),
      Correspondence(
        family: .initializer, kind: scaling.name, className: "VarianceScaling",
        arguments: arguments + [.ignored("scale"), .ignored("mode"), .ignored("distribution")],
        applies: { (node: JSONNode) throws(KerasFileError) in
          let distribution = try node["distribution"]?.string() ?? "truncated_normal"
          let scale = try node["scale"]?.number() ?? 1
          let mode = try node["mode"]?.string() ?? "fan_in"
          return scale == scaling.scale && mode == scaling.mode
            && (scaling.isUniform ? ["uniform"] : ["normal", "truncated_normal"])
              .contains(distribution)
        }, isWritten: { _ in false }),
    ]
  }
}
