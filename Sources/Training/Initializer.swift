import Kernels
import SweepModel

/// One way to choose a variable's first values.
protocol Initializer: Sendable {
  /// Why it cannot make the first values of a variable of `shape`; nil where it can.
  func problem(withShape shape: [Int]) -> String?

  /// Writes the first values of a variable for every lane.
  func fill(_ variable: VariableInitialization)

  /// The same with what a program has of its own in the place of each ``NamedInitializer``.
  func resolved(
    _ find: (Configuration) throws(TrainingError) -> any Initializer
  ) throws(TrainingError) -> any Initializer
}

/// An initializer that a specification can name.
protocol NameableInitializer: Initializer {
  /// Its name and arguments as users write them.
  static var schema: ConfigurationSchema { get }

  /// An initializer as configured.
  init(_ configuration: Configuration)
}

extension Initializer {
  func resolved(
    _ find: (Configuration) throws(TrainingError) -> any Initializer
  ) throws(TrainingError) -> any Initializer { self }

  func problem(withShape shape: [Int]) -> String? { nil }
}

/// A variable that awaits its first values.
struct VariableInitialization {
  let kernels: KernelSet
  let lanes: Int
  let shape: [Int]
  /// Values of one lane.
  let count: Int
  /// Of the variable's path.
  let instance: UInt32
  /// The trial seeds of the lanes.
  let seeds: UnsafePointer<UInt64>
  let values: MutableTensor
}

/// The numbers of connections that a variable's shape makes, which scale its first values.
///
/// Source: Keras, initializers/random_initializers.py, `compute_fans`.
struct Fans {
  let incoming: Int
  let outgoing: Int

  init(shape: [Int]) {
    switch shape.count {
    case 0: (incoming, outgoing) = (1, 1)
    case 1: (incoming, outgoing) = (shape[0], shape[0])
    default:
      let receptiveField = shape.dropLast(2).reduce(1, *)
      incoming = receptiveField * shape[shape.count - 2]
      outgoing = receptiveField * shape[shape.count - 1]
    }
  }
}

extension Configuration {
  /// The initializer that a checked argument names; one that is not built in, the plan finds.
  func initializer(_ argument: String) -> any Initializer {
    let configuration = configuration(argument)
    let builtIn = TrainingVocabulary.initializers.first { $0.schema.kind == configuration.kind }
    return builtIn?.init(configuration) ?? NamedInitializer(configuration)
  }
}

extension ConfigurationSchema.Parameter {
  /// An argument that takes an initializer.
  static func initializer(_ name: String, default kind: String, _ summary: String) -> Self {
    optional(
      name, .configuration(.initializer), default: .configuration(Configuration(kind: kind)),
      summary)
  }
}
