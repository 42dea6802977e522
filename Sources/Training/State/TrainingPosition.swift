/// How far the training of one trial has come, beside its tensors: with them, all that it needs to go
/// on to the bits of a training that was never interrupted.
///
/// The numbers are binary64 and must be kept exactly. What depends on the trial's seed and the place
/// alone, such as the order of an epoch's samples, is derived again and not kept.
public struct TrainingPosition: Hashable, Sendable {
  /// Epochs that are over.
  public var epoch: Int
  /// Samples of the open epoch that were trained on; 0 between epochs.
  public var samples: Int
  /// Optimizer steps taken.
  public var steps: Int
  /// Steps that the optimizer had taken before, where it went on from another training.
  public var earlierSteps: Int
  /// What the optimizer keeps per training, by name, such as powers of β.
  public var optimizer: [String: Double]
  /// What each callback keeps, by name, in their order.
  public var callbacks: [[String: Double]]
  /// The history of the epochs that are over: epochs × columns, row-major.
  public var history: [Double]
  /// The sums of the loss and the metrics over the open epoch's samples; empty between epochs.
  public var sums: [Double]
  /// Whose kept weights the trained model has, counted among the callbacks that can bring weights back;
  /// the tensors of that callback are then the weights of the last step. Nil where none were brought back.
  public var restored: Int?
  /// Whether it ended for another reason than that all its epochs are over: more epochs change nothing.
  public var isOver: Bool

  /// A position with all its parts.
  public init(
    epoch: Int, samples: Int, steps: Int, optimizer: [String: Double],
    callbacks: [[String: Double]], history: [Double], sums: [Double], restored: Int? = nil,
    isOver: Bool = false, earlierSteps: Int = 0
  ) {
    self.earlierSteps = earlierSteps
    self.epoch = epoch
    self.samples = samples
    self.steps = steps
    self.optimizer = optimizer
    self.callbacks = callbacks
    self.history = history
    self.sums = sums
    self.restored = restored
    self.isOver = isOver
  }
}

/// A tensor of a training that a checkpoint holds: a variable, what the optimizer keeps for it, or the
/// values that a callback may bring back.
public struct StateTensor: Hashable, Sendable {
  /// The name: the variable's path for its values, `@optimizer/0/PATH` for slot 0 of the optimizer,
  /// `@kept/0/PATH` for the weights that the first callback keeps of those that can bring weights back.
  public let name: String
  /// The shape, row-major.
  public let shape: [Int]

  /// A tensor.
  public init(name: String, shape: [Int]) {
    self.name = name
    self.shape = shape
  }

  /// The number of values.
  public var count: Int { shape.reduce(1, *) }
}

/// A trial's training at a place from which it can go on, seen in the trainer's own memory: valid only
/// during the call that it is given to.
public struct TrainingSnapshot {
  /// The place, and all that is no tensor.
  public let position: TrainingPosition
  /// The tensors: the variables in model order, then the optimizer's and the callbacks'.
  public let tensors: [(tensor: StateTensor, values: UnsafeBufferPointer<Float>)]
  /// What the variables predict for a few samples.
  public let probe: Probe

  /// A snapshot with all its parts.
  public init(
    position: TrainingPosition,
    tensors: [(tensor: StateTensor, values: UnsafeBufferPointer<Float>)], probe: Probe
  ) {
    self.position = position
    self.tensors = tensors
    self.probe = probe
  }
}

/// A few inputs and the bits that a model predicts for them: who loads the model compares, and so
/// knows before anything else is computed that it is the same model here.
public struct Probe: Hashable, Sendable {
  /// Samples that a probe has, at most.
  public static let samples = 4

  /// The inputs, samples × input shape.
  public let inputs: [Float]
  /// The predictions, samples × output shape.
  public let outputs: [Float]

  /// A probe.
  public init(inputs: [Float], outputs: [Float]) {
    self.inputs = inputs
    self.outputs = outputs
  }
}

/// Where a trial's training begins.
public enum TrainingStart {
  /// At the beginning, with the first values that the trial's seed gives.
  case fresh
  /// At the beginning of training, with these values of the variables, in model order.
  case values([[Float]])
  /// At a place that a ``TrainingSnapshot`` had; `fill` writes the values of each of the tensors.
  case resumed(
    TrainingPosition, fill: (StateTensor, UnsafeMutableBufferPointer<Float>) throws -> Void)
}

/// Takes snapshots of a training while it goes on.
public struct SnapshotTaker {
  /// Whether a snapshot is due; asked after every optimizer step and every epoch.
  let isDue: () -> Bool
  /// Takes it.
  let take: (TrainingSnapshot) throws -> Void

  /// A taker of the snapshots for which `isDue` answers true.
  ///
  /// Where `take` throws, the training stops and throws the same.
  public init(isDue: @escaping () -> Bool, take: @escaping (TrainingSnapshot) throws -> Void) {
    self.isDue = isDue
    self.take = take
  }
}
