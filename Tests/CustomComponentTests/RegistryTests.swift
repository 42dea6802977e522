import CustomWorkerComponents
import SeedSweep
import Testing

/// Components that a program cannot have.
@Suite struct RegistryTests {
  private func problem(_ entries: [ComponentRegistry.Entry]) -> String {
    do {
      _ = try ComponentRegistry(entries)
      return ""
    } catch {
      return error.description
    }
  }

  @Test func theExampleIsGood() throws {
    let registry = try ComponentRegistry(example)
    #expect(
      registry.identities.map(\.description) == [
        "initializer acme_sparse_normal version 1 from module AcmeComponents",
        "layer acme_scale version 1 from module AcmeComponents",
        "loss acme_log_cosh version 1 from module AcmeComponents",
        "metric acme_log_cosh version 1 from module AcmeComponents",
        "metric acme_within_accuracy version 1 from module AcmeComponents",
      ])
    #expect(registry.vocabulary.schema(.layer, kind: "acme_scale")?.parameters.count == 4)
    #expect(ComponentRegistry.builtIn.identities.isEmpty)
    #expect(ComponentRegistry.builtIn.vocabulary == TrainingVocabulary.vocabulary)
  }

  @Test func theModuleIsThatOfTheType() { #expect(Good<Int>.module == "CustomComponentTests") }

  @Test func eachNameIsRegisteredOnce() {
    #expect(
      problem(example + [.layer(LearnedScale.self)])
        == "layer acme_scale version 1 from module AcmeComponents is registered after layer acme_scale "
        + "version 1 from module AcmeComponents: each name is registered once")
    #expect(
      problem([.loss(LogCosh.self), .metric(OtherLogCosh.self)]).contains("registered after"))
  }

  @Test func builtInNamesAreTaken() {
    for problem in [
      problem([.layer(Good<DenseName>.self)]), problem([.layer(Good<LSTMAlias>.self)]),
    ] {
      #expect(problem.contains("there is a built-in layer of that name, or known by it"))
    }
    #expect(problem([.metric(NamedMetric<AccuracyName>.self)]).contains("built-in metric"))
    #expect(problem([.metric(NamedMetric<AliasName>.self)]).contains("built-in metric"))
  }

  @Test func namesAndVersionsAreChecked() {
    for problem in [
      problem([.layer(Good<UpperName>.self)]), problem([.layer(Good<EmptyName>.self)]),
      problem([.layer(Good<LongName>.self)]), problem([.layer(Good<VersionZero>.self)]),
      problem([.layer(Good<HugeVersion>.self)]), problem([.layer(Good<LineInModule>.self)]),
    ] {
      #expect(problem.contains("a component has a name in snake_case"))
    }
    for problem in [
      problem([.metric(NamedMetric<LossName>.self)]),
      problem([.metric(NamedMetric<ValidationName>.self)]),
    ] {
      #expect(problem.contains("mean something else in results"))
    }
  }

  @Test func argumentsAreChecked() {
    #expect(
      problem([.layer(Good<NamedName>.self)]).contains(
        "`name` and `trainable` are every layer's own"))
    #expect(problem([.layer(Good<Twice>.self)]).contains("each once"))
    #expect(
      problem([.layer(Good<WrongDefault>.self)])
        == "good_wrongdefault.units has a default that it does not allow: 0 is not from 1 up to 9")
    #expect(problem([.layer(Good<NestedLayer>.self)]).contains("an argument is a plain value"))
    #expect(problem([.layer(Good<Activation>.self)]).contains("an argument is a plain value"))
    #expect(problem([.layer(Good<EndlessList>.self)]).contains("a list of up to"))
    #expect(problem([.layer(Good<Initializing>.self)]).isEmpty)
    #expect(problem([.metric(NamedMetric<Initializing>.self)]).contains("for a layer"))
  }

  @Test func thereIsAnEnd() {
    let many = Array(repeating: ComponentRegistry.Entry.layer(LearnedScale.self), count: 257)
    #expect(problem(many) == "257 custom components: a program has up to 256")
  }
}

/// What is special about a component of these tests.
protocol Trait {
  static var name: String { get }
  static var version: Int { get }
  static var module: String { get }
  static var parameters: [ConfigurationSchema.Parameter] { get }
}

extension Trait {
  static var name: String { "good_\(String(describing: Self.self).lowercased())" }
  static var version: Int { 1 }
  static var module: String { "CustomComponentTests" }
  static var parameters: [ConfigurationSchema.Parameter] { [] }
}

extension Int: Trait {}
enum DenseName: Trait { static let name = "dense" }
enum LSTMAlias: Trait { static let name = "lstm" }
enum AccuracyName: Trait { static let name = "accuracy" }
enum AliasName: Trait { static let name = "mse" }
enum UpperName: Trait { static let name = "Acme" }
enum EmptyName: Trait { static let name = "" }
enum LongName: Trait { static let name = String(repeating: "a", count: 65) }
enum LossName: Trait { static let name = "loss" }
enum ValidationName: Trait { static let name = "val_error" }
enum VersionZero: Trait { static let version = 0 }
enum HugeVersion: Trait { static let version = Int.max }
enum LineInModule: Trait { static let module = "Acme\nLayers" }

private func parameter(
  _ name: String, _ type: ParameterType, default value: ArgumentValue? = nil
) -> ConfigurationSchema.Parameter { .optional(name, type, default: value, "") }

enum NamedName: Trait { static let parameters = [parameter("name", .boolean)] }
enum Twice: Trait {
  static let parameters = [parameter("units", .boolean), parameter("units", .boolean)]
}
enum WrongDefault: Trait {
  static let parameters = [parameter("units", .integer(1...9), default: .integer(0))]
}
enum NestedLayer: Trait { static let parameters = [parameter("layer", .configuration(.layer))] }
enum Activation: Trait {
  static let parameters = [parameter("activation", .configuration(.activation))]
}
enum EndlessList: Trait {
  static let parameters = [parameter("all", .list(.boolean, count: 0...Int.max))]
}
enum Initializing: Trait {
  static let parameters = [
    parameter("first", .configuration(.initializer), default: .configuration(.zeros))
  ]
}

struct Good<Special: Trait>: CustomLayer {
  static var name: String { Special.name }
  static var version: Int { Special.version }
  static var module: String { Special.module }
  static var summary: String { "" }
  static var parameters: [ConfigurationSchema.Parameter] { Special.parameters }
  let outputShape: [Int]

  init(_ configuration: Configuration, inputShape: [Int]) { outputShape = inputShape }
  func forward(_ batch: ForwardBatch) {}
  func backward(_ batch: BackwardBatch) {}
}

struct NamedMetric<Special: Trait>: CustomMetric {
  static var name: String { Special.name }
  static var version: Int { 1 }
  static var summary: String { "" }
  static var parameters: [ConfigurationSchema.Parameter] { Special.parameters }

  init(_ configuration: Configuration, comparison: ComparedShapes) {}
  func add(predictions: Values, targets: Values, to sums: MetricAccumulator) {}
}

private struct OtherLogCosh: CustomMetric {
  static let name = "acme_log_cosh"
  static let version = 3
  static let summary = ""

  init(_ configuration: Configuration, comparison: ComparedShapes) {}
  func add(predictions: Values, targets: Values, to sums: MetricAccumulator) {}
}
