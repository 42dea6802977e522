import SweepModel

extension CorrespondenceTable {
  /// The activations: functions that are called by their names alone, then those that are layers of
  /// Keras with arguments, which can stand wherever a layer or an activation can.
  ///
  /// Where a function means another thing in another generation it has an entry for each.
  static let activations: [Correspondence] = [
    function("linear"),
    function("relu"),
    function("elu", implied: ["alpha": .number(1)]),
    function("selu"),
    function("gelu", implied: ["approximate": .boolean(false)]),
    function("silu", alias: "swish"),
    function("softplus"),
    function("tanh"),
    function("sigmoid"),
    function("hard_sigmoid", generation: .keras3),
    function("hard_sigmoid_keras2", called: "hard_sigmoid", generation: .keras2),
    function("softmax"),
    function("leaky_relu", implied: ["negative_slope": .number(0.2)]),
    // In Keras 2 LeakyReLU has `alpha`.
    layer(
      "leaky_relu", "LeakyReLU",
      [.same("negative_slope", formerly: ["alpha"], absent: .number(0.3))]),
    layer("elu", "ELU", [.same("alpha")]),
    layer("softmax", "Softmax", [.only("axis", .lastAxis)]),
    layer(
      "relu", "ReLU",
      [.only("max_value"), .only("negative_slope", .zero), .only("threshold", .zero)],
      applies: { (node: JSONNode) throws(KerasFileError) in try hasNoSlope(node) }),
    layer(
      "leaky_relu", "ReLU",
      [.only("max_value"), .same("negative_slope"), .only("threshold", .zero)],
      applies: { (node: JSONNode) throws(KerasFileError) in !(try hasNoSlope(node)) },
      isWritten: { _ in false }),
  ]

  /// Classes of activations that are layers in Keras.
  static let activationLayers = Set(
    activations.map(\.className).filter { $0.first?.isUppercase == true })

  /// A function of Keras, called by the kind's name or another.
  private static func function(
    _ kind: String, called name: String? = nil, alias: String? = nil,
    implied: [String: ArgumentValue] = [:], generation: KerasGeneration? = nil
  ) -> Correspondence {
    Correspondence(
      family: .activation, kind: kind, className: name ?? kind,
      otherNames: alias.map { [$0] } ?? [], implied: implied, generation: generation,
      // What is written is of Keras 3.
      isWritten: { configuration in
        generation != .keras2
          && configuration.arguments.allSatisfy { implied[$0.key] == $0.value }
      })
  }

  private static func layer(
    _ kind: String, _ className: String, _ arguments: [ArgumentRule],
    applies: @escaping @Sendable (JSONNode) throws(KerasFileError) -> Bool = {
      (_: JSONNode) throws(KerasFileError) -> Bool in true
    },
    isWritten: @escaping @Sendable (Configuration) -> Bool = { _ in true }
  ) -> Correspondence {
    Correspondence(
      family: .activation, kind: kind, className: className, arguments: arguments,
      applies: applies, isWritten: isWritten)
  }

  private static func hasNoSlope(_ node: JSONNode) throws(KerasFileError) -> Bool {
    try node["negative_slope"]?.number() ?? 0 == 0
  }
}
