import SweepModel

/// One thing that Keras and SeedSweep both have, and how the words of one become those of the other.
///
/// All that this module knows of layers, losses and the like stands in such entries
/// (``CorrespondenceTable``); reading and writing both go by them.
struct Correspondence: Sendable {
  /// Where it can stand.
  let family: ConfigurationFamily
  /// The name here.
  let kind: String
  /// The name that Keras 3 writes: of a class, or of a function where there is no class.
  let className: String
  /// Other names that are read: aliases, and those of other generations.
  var otherNames: [String] = []
  /// The arguments, in the order in which Keras writes them.
  var arguments: [ArgumentRule] = []
  /// Arguments here that the class implies.
  var implied: [String: ArgumentValue] = [:]
  /// The argument that holds the layer which this one is in fact; nil where it is one of its own.
  var wrapped: String?
  /// What Keras's configuration must say for this entry; others of the same name may take the rest.
  var applies: @Sendable (JSONNode) throws(KerasFileError) -> Bool = {
    (_: JSONNode) throws(KerasFileError) -> Bool in true
  }
  /// The generation whose files this entry is for; nil for all.
  var generation: KerasGeneration?
  /// Whether this entry is what a configuration is written as; others may take the rest.
  var isWritten: @Sendable (Configuration) -> Bool = { _ in true }
  /// Groups of a layer's variables in Keras's files, one after the other in the order of ours.
  var weights: [WeightGroup] = []
  /// Tensors that an optimizer keeps for each variable.
  var slots = OptimizerSlots()

  /// Whether Keras knows it by that name.
  func isCalled(_ name: String) -> Bool { className == name || otherNames.contains(name) }
}

/// A group of variables within a layer's group of a `.weights.h5` file.
struct WeightGroup: Hashable, Sendable {
  /// The path below the layer's group; empty for the layer itself.
  let path: String
  /// The names of the variables that it can have, in order; a layer may lack some.
  let variables: [String]
  /// The name that Keras gives the object with these variables, where it is not the layer.
  var objectName: String?

  /// The variables of the layer itself.
  static func own(_ variables: String...) -> WeightGroup {
    WeightGroup(path: "", variables: variables)
  }
}

/// What an optimizer keeps for each trainable variable, in the order of ours.
struct OptimizerSlots: Sendable {
  /// A slot that is there under some settings.
  struct Slot: Sendable {
    /// The name in Keras 3.
    let name: String
    /// Names of the same in files of Keras 2.
    var otherNames: [String] = []
    /// Whether the optimizer keeps it.
    var isKept: @Sendable (Configuration) -> Bool = { _ in true }
  }

  /// In the order of SeedSweep.
  var slots: [Slot] = []
  /// The order in which Keras stores them, by places in ``slots``.
  var order: [Int] = []
  /// Whether Keras 3 stores all slots of one variable, then those of the next; else all variables of
  /// one slot, then those of the next slot.
  var isByVariable = false
  /// Whether Keras 3 stores one more number at the end: Nadam's product of momenta.
  var hasMomentumProduct = false
}

/// What becomes of one argument.
struct ArgumentRule: Sendable {
  /// How it is read.
  enum Reading: Sendable {
    /// As the schema of the kind says, into the argument `own`.
    case value(own: String)
    /// SeedSweep has no such argument: only what means "none of it" is read.
    case only(Neutral)
    /// The same, but it matters only while the model is trained: another value is read, and
    /// ``ConfigurationReader/trainingDifferences(_:)`` says so.
    case trainingOnly(Neutral)
    /// It has no effect here.
    case ignored
    /// By a rule of its own, from the argument and the configuration that it stands in, into the
    /// argument `own`; nil leaves that out.
    case custom(
      own: String?,
      @Sendable (_ argument: JSONNode, _ configuration: JSONNode, ConfigurationReader)
        throws(KerasFileError) -> ArgumentValue?)
  }

  /// How it is written.
  enum Writing: Sendable {
    /// The value of `own`, or null where there is none.
    case value(own: String)
    /// Always the same.
    case constant(JSONValue)
    /// Not at all.
    case nothing
    /// By a rule of its own.
    case custom(@Sendable (Configuration, ConfigurationWriter) throws(KerasFileError) -> JSONValue)
  }

  /// Keras's name of it.
  let name: String
  /// Names of the same in other generations.
  var otherNames: [String] = []
  let reading: Reading
  let writing: Writing
  /// What it means that the argument is absent, where that is not the default here.
  var absent: ArgumentValue?
  /// Whether Keras's default is nothing that SeedSweep has, so that the argument must be there.
  var isRequired = false

  /// Every name that it is read by.
  var names: [String] { [name] + otherNames }
}

extension ArgumentRule {
  /// An argument that both have.
  static func same(
    _ name: String, formerly otherNames: [String] = [], own: String? = nil,
    absent: ArgumentValue? = nil
  ) -> ArgumentRule {
    let own = own ?? name
    return ArgumentRule(
      name: name, otherNames: otherNames, reading: .value(own: own), writing: .value(own: own),
      absent: absent)
  }

  /// An argument that Keras alone has, and what value of it leaves everything as it is here.
  static func only(_ name: String, _ neutral: Neutral = .null) -> ArgumentRule {
    ArgumentRule(name: name, reading: .only(neutral), writing: .constant(neutral.written))
  }

  /// An argument that Keras alone has, and that matters only while the model is trained.
  static func trainingOnly(_ name: String, _ neutral: Neutral = .null) -> ArgumentRule {
    ArgumentRule(
      name: name, reading: .trainingOnly(neutral), writing: .constant(neutral.written))
  }

  /// The same of an argument that Keras 3 does not write.
  static func formerTrainingOnly(_ name: String, _ neutral: Neutral = .null) -> ArgumentRule {
    ArgumentRule(name: name, reading: .trainingOnly(neutral), writing: .nothing)
  }

  /// The same as ``only(_:_:)`` of an argument that Keras 3 does not write.
  static func formerOnly(_ name: String, _ neutral: Neutral = .null) -> ArgumentRule {
    ArgumentRule(name: name, reading: .only(neutral), writing: .nothing)
  }

  /// An argument of Keras that changes nothing here, and what is written.
  static func ignored(_ name: String, written: JSONValue? = nil) -> ArgumentRule {
    ArgumentRule(
      name: name, reading: .ignored, writing: written.map { .constant($0) } ?? .nothing)
  }
}

/// The value of an argument that says "none of it".
enum Neutral: Hashable, Sendable {
  /// `null` alone.
  case null
  /// `false`, or null.
  case off
  /// The number 0, or null.
  case zero
  /// The number 1, or a list of ones.
  case one
  /// The last axis.
  case lastAxis
  /// This word.
  case word(String)
  /// One of these words; the first is Keras 3's.
  case words([String])

  /// How Keras 3 writes it.
  var written: JSONValue {
    switch self {
    case .null: .null
    case .off: .boolean(false)
    case .zero: .number(0)
    case .one: .integer(1)
    case .lastAxis: .integer(-1)
    case .word(let word): .string(word)
    case .words(let words): words.first.map { .string($0) } ?? .null
    }
  }

  /// For people.
  var description: String {
    switch self {
    case .null: "none"
    case .off: "false"
    case .zero: "0"
    case .one: "1"
    case .lastAxis: "-1, the last axis"
    case .word(let word): word
    case .words(let words): words.joined(separator: " or ")
    }
  }

  /// Whether a value says it.
  func isMet(by node: JSONNode) -> Bool {
    switch (self, node.value) {
    case (_, .null): true
    case (.off, .boolean(let flag)): !flag
    case (.zero, .integer(let number)): number == 0
    case (.zero, .number(let number)): number == 0
    case (.one, .integer(let number)): number == 1
    case (.one, .number(let number)): number == 1
    case (.one, .array(let values)): values.allSatisfy { $0 == .integer(1) }
    case (.lastAxis, .integer(let number)): number == -1
    case (.lastAxis, .array(let values)): values == [.integer(-1)]
    case (.word(let word), .string(let text)): text == word
    case (.words(let words), .string(let text)): words.contains(text)
    default: false
    }
  }
}
