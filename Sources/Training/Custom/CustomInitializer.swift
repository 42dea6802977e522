import Kernels
import Randomness
import SweepModel

/// A way of one's own to choose a variable's first values.
public protocol CustomInitializer: CustomComponent {
  /// An initializer as configured; the configuration fits ``CustomComponent/parameters``.
  init(_ configuration: Configuration)

  /// Why it cannot make the first values of a variable of `shape`; nil, the default, where it can.
  func problem(shape: [Int]) -> String?

  /// Writes the first values of a variable of `shape`, all of which are 0 before.
  ///
  /// - Parameter random: Random numbers of this variable alone; a place for each value and more.
  func fill(_ values: MutableValues, shape: [Int], random: TrialRandom)
}

extension CustomInitializer {
  /// Nil: any shape will do.
  public func problem(shape: [Int]) -> String? { nil }
}

/// A custom initializer among the others; it fills one lane after the other.
struct CustomInitializerAdapter<Custom: CustomInitializer>: NameableInitializer {
  static var schema: ConfigurationSchema { Custom.schema() }

  private let custom: Custom

  init(_ configuration: Configuration) { custom = Custom(configuration) }

  func problem(withShape shape: [Int]) -> String? { custom.problem(shape: shape) }

  func fill(_ variable: VariableInitialization) {
    let lanes = variable.lanes
    withUnsafeTemporaryAllocation(of: Float.self, capacity: variable.count) { own in
      guard let start = own.baseAddress else { return }
      for lane in 0..<lanes {
        start.initialize(repeating: 0, count: variable.count)
        custom.fill(
          MutableValues(start, count: variable.count), shape: variable.shape,
          random: TrialRandom(
            seed: TrialSeed(variable.seeds[lane]), stream: .initialization,
            instance: variable.instance, step: 0))
        for element in 0..<variable.count {
          variable.values[element * lanes + lane] = start[element]
        }
      }
    }
  }
}

/// An initializer that a layer names, before the plan finds it among those that there are.
struct NamedInitializer: Initializer {
  let configuration: Configuration

  init(_ configuration: Configuration) { self.configuration = configuration }

  func resolved(
    _ find: (Configuration) throws(TrainingError) -> any Initializer
  ) throws(TrainingError) -> any Initializer { try find(configuration) }

  func fill(_ variable: VariableInitialization) {
    preconditionFailure("the plan resolves \(configuration.kind) before anything is trained")
  }
}
