import CustomWorkerComponents
import SeedSweep
import Testing

/// Variants that a program cannot train, and layers that say what cannot be.
@Suite struct CustomPlanTests {
  private let registry: ComponentRegistry

  init() throws { registry = try ComponentRegistry(example) }

  private func problem(
    _ registry: ComponentRegistry, _ sketch: Sketch = everything,
    change: (inout ResolvedVariant) -> Void = { _ in }
  ) -> String {
    var variant = sketch.variant(registry)
    change(&variant)
    do throws(TrainingError) {
      _ = try TrainingPlan(variant: variant, data: sketch.data, registry: registry)
      return ""
    } catch {
      return error.description
    }
  }

  // MARK: Identity

  @Test func aVariantListsWhatItUses() throws {
    let variant = everything.variant(registry)
    #expect(
      variant.components.map(\.name) == [
        "acme_sparse_normal", "acme_scale", "acme_log_cosh", "acme_log_cosh",
        "acme_within_accuracy",
      ])
    let again = try ResolvedVariant(canonicalJSON: variant.canonicalJSON.utf8)
    #expect(again.digest == variant.digest && again.components == variant.components)
    let plain = Sketch(layers: [dense(2)]).variant(registry)
    #expect(plain.components.isEmpty && !plain.canonicalJSON.contains("components"))
    #expect(plain == Sketch(layers: [dense(2)]).variant(.builtIn))
  }

  private func missing(_ version: Int, _ module: String) -> (inout ResolvedVariant) -> Void {
    { variant in
      let wanted = ComponentIdentity(
        family: .layer, name: "acme_scale", version: version, module: module)
      variant.components[1] = wanted ?? variant.components[1]
    }
  }

  @Test func otherVersionsAndModulesAreOthers() {
    #expect(
      problem(registry, change: missing(2, "AcmeComponents"))
        == "this variant needs layer acme_scale version 2 from module AcmeComponents; this program has "
        + "version 1: use the program that has AcmeComponents with acme_scale version 2")
    #expect(
      problem(registry, change: missing(1, "Elsewhere")).contains(
        "from module Elsewhere; this program has version 1 from module AcmeComponents: "))
  }

  @Test func aProgramWithoutTheComponentSaysWhoHasIt() throws {
    let variant = everything.variant(registry)
    #expect(
      throws: TrainingError(
        path: "",
        message: "this variant needs initializer acme_sparse_normal version 1 from module "
          + "AcmeComponents; this program does not have it: use the program that has AcmeComponents "
          + "with acme_sparse_normal version 1")
    ) { try TrainingPlan(variant: variant, data: everything.data) }
  }

  @Test func whatIsNamedIsListed() {
    #expect(
      problem(registry) { $0.components.remove(at: 1) }
        == "components: the variant names layer acme_scale version 1 from module AcmeComponents and does "
        + "not say that it needs it")
    let plain = Sketch(layers: [dense(2)])
    #expect(
      problem(registry, plain) { $0.components = [registry.identities[1]] }
        == "components: the variant says that it needs layer acme_scale version 1 from module "
        + "AcmeComponents and does not name it")
    #expect(problem(registry) { $0.components.swapAt(0, 1) }.contains("not in their order"))
  }

  // MARK: Hostile variants

  @Test(arguments: [
    "[]", "{}", "null", "[1]", "[{}]", #"[{"family":"layer","module":"A","name":"a"}]"#,
    #"[{"family":"layer","module":"A","name":"a","version":0}]"#,
    #"[{"family":"layer","module":"A","name":"a","version":2147483648}]"#,
    #"[{"family":"layer","module":"A","name":"a","version":9223372036854775807}]"#,
    #"[{"family":"layer","module":"A","name":"a","version":1.5}]"#,
    #"[{"family":"layer","module":"A","name":"a","version":"1"}]"#,
    #"[{"family":"planet","module":"A","name":"a","version":1}]"#,
    #"[{"family":"layer","module":"A\n","name":"a","version":1}]"#,
    #"[{"family":"layer","module":"","name":"a","version":1}]"#,
    #"[{"family":"layer","module":"A","name":"A","version":1}]"#,
    #"[{"family":"layer","module":"A","name":"a","version":1,"code":"rm"}]"#,
    #"[{"family":"layer","module":"A","name":"b","version":1},"#
      + #"{"family":"layer","module":"A","name":"a","version":1}]"#,
    #"[{"family":"layer","module":"A","name":"a","version":1},"#
      + #"{"family":"layer","module":"A","name":"a","version":1}]"#,
  ])
  func listsThatCannotBeAreRefused(list: String) throws {
    let plain = Sketch(layers: [dense(2)]).variant(registry)
    let text = plain.canonicalJSON.dropLast() + ",\"components\":\(list)}"
    #expect(throws: ResolvedVariantError.self) {
      try ResolvedVariant(canonicalJSON: text.utf8)
    }
  }

  @Test func argumentsAreCheckedAsThoseOfOthers() {
    func replaced(_ layer: Configuration) -> Sketch {
      var sketch = everything
      sketch.layers[1] = layer
      return sketch
    }
    #expect(
      problem(registry, replaced(scale(noise: -1)))
        == "model[1].acme_scale.noise: -1.0 is not from 0")
    #expect(problem(registry, replaced(scale(noise: .nan))).contains("noise"))
    #expect(
      problem(registry, replaced(Configuration(kind: "acme_scale"))).contains("is missing"))
    #expect(
      problem(registry, replaced(scale(initializer: Configuration(kind: "acme_other"))))
        .contains("unknown initializer acme_other"))
    #expect(
      problem(registry, replaced(scale(initializer: scale()))).contains(
        "unknown initializer acme_scale"))
  }

  @Test func shapesThatDoNotFitAreToldByTheComponent() {
    var sketch = everything
    sketch.layers[2] = dense(3)
    #expect(problem(registry, sketch).hasPrefix("training.loss: acme_log_cosh compares values"))
    sketch.loss = Configuration(kind: "mean_squared_error")
    sketch.data = unevenData(samples: 4, inputs: [3], targets: [3])
    sketch.metrics = [within]
    #expect(problem(registry, sketch).isEmpty)
  }

  // MARK: Layers that lie

  private func problem(of shape: [Int], _ variables: [CustomVariable] = []) throws -> String {
    try Said.$answer.withValue(Said(shape: shape, variables: variables)) {
      let registry = try ComponentRegistry(example + [.layer(Lying.self)])
      return problem(
        registry, Sketch(layers: [Configuration(kind: "lying"), Self.flatten, dense(2)]))
    }
  }

  private static let flatten = Configuration(kind: "flatten")

  @Test(arguments: [
    [0], [-1], [3, 0], [Int.max, Int.max], [1 << 40], [Int](repeating: 1, count: 9),
    [-1, -1],
  ])
  func shapesAreChecked(shape: [Int]) throws {
    #expect(try problem(of: shape).contains("model[0].lying: lying gives its output the shape"))
    let variable = CustomVariable("kernel", shape: shape, initializer: .zeros)
    #expect(try problem(of: [3], [variable]).contains("gives its variable kernel the shape"))
  }

  @Test func variablesAreChecked() throws {
    func variable(_ name: String, _ initializer: Configuration = .zeros) -> CustomVariable {
      CustomVariable(name, shape: [2], initializer: initializer)
    }
    #expect(try problem(of: [3], [variable("a"), variable("a")]).contains("each is given once"))
    #expect(try problem(of: [3], [variable("a/b")]).contains("calls a variable `a/b`"))
    #expect(try problem(of: [3], [variable("")]).contains("calls a variable ``"))
    #expect(
      try problem(of: [3], (0..<17).map { variable("v\($0)") }).contains("has 17 variables"))
    // What no argument names must be built in, and complete.
    #expect(try problem(of: [3], [variable("a", sparse)]).contains("unknown initializer"))
    #expect(
      try problem(of: [3], [variable("a", Configuration(kind: "constant"))]).contains(
        "model[0].lying (a).constant.value: the argument is missing"))
    #expect(
      try problem(
        of: [3], [CustomVariable("big", shape: [1 << 29, 4], initializer: .zeros)]
      ).contains("the shape"))
    #expect(try problem(of: [3], [variable("a")]).isEmpty)
  }

  @Test func memoryBeyondReasonIsRefused() throws {
    for (retained, reason) in [
      (-1, "keeps -1 numbers"), (Int.max, "numbers of each sample"), (1 << 30, "GiB of memory"),
    ] {
      let text = try Said.$answer.withValue(Said(shape: [3], variables: [], retained: retained)) {
        let registry = try ComponentRegistry([.layer(Lying.self)])
        return problem(registry, Sketch(layers: [Configuration(kind: "lying"), dense(2)]))
      }
      #expect(text.contains(reason), "\(text)")
    }
  }
}

/// What the lying layer says of itself.
private struct Said: Sendable {
  var shape: [Int]
  var variables: [CustomVariable]
  var retained = 0

  @TaskLocal static var answer = Said(shape: [1], variables: [])
}

private struct Lying: CustomLayer {
  static let name = "lying"
  static let version = 1
  static let summary = ""
  let outputShape = Said.answer.shape
  let variables = Said.answer.variables

  init(_ configuration: Configuration, inputShape: [Int]) {}
  let retainedWidth = Said.answer.retained
  func forward(_ batch: ForwardBatch) {}
  func backward(_ batch: BackwardBatch) {}
}
