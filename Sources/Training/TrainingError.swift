import SweepModel

/// A variant that cannot be trained, or a machine that cannot train it as the contract demands.
public struct TrainingError: Error, Hashable, CustomStringConvertible {
  /// Where in the specification the cause stands, such as `model[1].dense.units` or
  /// `training.loss`; empty where the specification is not the cause.
  public let path: String
  /// What is wrong and how to mend it.
  public let message: String
  /// The same for people who may not read the data: `…` stands in place of their values.
  public let messageWithoutContents: String

  /// An error about what stands at `path`.
  public init(path: String, message: String) {
    self.init(path: path, message: message, withoutContents: nil)
  }

  private init(path: String, message: String, withoutContents: String?) {
    self.path = path
    self.message = message
    messageWithoutContents = withoutContents ?? message
  }

  init(_ mismatch: ConfigurationMismatch) {
    self.init(path: mismatch.path, message: mismatch.message)
  }

  /// What a component finds wrong, at a path that is complete: the argument is not added to it.
  init(_ error: ComponentError, at path: String) {
    self.init(
      path: path, message: error.message, withoutContents: error.messageWithoutContents)
  }

  /// What the component at `place` finds wrong, with itself or with the argument that it names.
  init(_ error: ComponentError, place: String) {
    self.init(error, at: error.argument.map { "\(place).\($0)" } ?? place)
  }

  /// One line for people.
  public var description: String { path.isEmpty ? message : "\(path): \(message)" }
}

/// What a component finds wrong with where it is used; the plan adds the place.
public struct ComponentError: Error {
  /// The argument that is the cause, where there is one.
  var argument: String?
  let message: String
  /// Where the message quotes a value of the data, the same without.
  var messageWithoutContents: String?

  /// An error about the component itself, or about the argument that is named: what is wrong and how
  /// to mend it, in one line.
  public init(argument: String? = nil, message: String) {
    self.argument = argument
    self.message = message
  }

  /// An error that quotes a value of the data.
  init(argument: String? = nil, value: Any, message: (_ shown: String) -> String) {
    self.argument = argument
    self.message = message("\(value)")
    messageWithoutContents = message("…")
  }
}
