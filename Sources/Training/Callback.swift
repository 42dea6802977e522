import SweepModel

/// What watches a trial and acts between its epochs.
///
/// A value: each trial starts from a copy of the plan's, so that the trials of a pack are watched each
/// by itself.
protocol Callback: Sendable {
  /// Its name and arguments as users write them.
  static var schema: ConfigurationSchema { get }

  /// A callback before the first epoch.
  ///
  /// - Throws: ``ComponentError`` where it cannot watch such a training.
  init(_ configuration: Configuration, training: WatchedTraining) throws(ComponentError)

  /// What it is that it can do.
  var abilities: CallbackAbilities { get }

  /// What it keeps from epoch to epoch, by name: all that a checkpoint needs of it beside weights.
  /// Setting takes the names that getting gives, of which some may be absent.
  var numbers: [String: Double] { get set }

  /// What is to be done after an epoch, counted from 0, whose row of the history is `row` and whose
  /// learning rate was `rate`.
  mutating func epochEnded(
    _ epoch: Int, row: HistoryRow, rate: Double
  ) -> CallbackActions
}

extension Callback {
  var numbers: [String: Double] {
    get { [:] }
    set {}
  }
}

/// What a callback can do, for which a plan prepares.
struct CallbackAbilities: OptionSet, Sendable {
  let rawValue: Int

  /// Bring back weights that it kept.
  static let restoresWeights = CallbackAbilities(rawValue: 1)
  /// Change the learning rate: then each trial has its own, and trains alone.
  static let changesRate = CallbackAbilities(rawValue: 2)
  /// End an epoch after the first batch that makes its loss infinite or no number.
  static let endsBrokenEpochs = CallbackAbilities(rawValue: 4)
}

/// What a callback wants done after an epoch.
struct CallbackActions: Hashable, Sendable {
  /// This epoch is the last.
  var stops = false
  /// The weights as they are now are those to bring back.
  var keepsWeights = false
  /// The learning rate from now on.
  var rate: Double?
}

/// The values of one epoch of one trial, by column.
struct HistoryRow {
  let values: UnsafePointer<Double>

  subscript(column: Int) -> Double { values[column] }
}

/// The training that callbacks watch.
struct WatchedTraining {
  /// The columns of its history.
  let columns: [String]
  /// Whether all steps have one learning rate.
  let hasConstantRate: Bool
}

/// A value of the history that a callback watches, and which of two it takes for the better one.
///
/// Source: Keras, callbacks/monitor_callback.py.
struct Monitor: Sendable {
  /// The column of the history.
  let column: Int
  private let isIncreasing: Bool
  private let minimumChange: Double

  init(_ configuration: Configuration, training: WatchedTraining) throws(ComponentError) {
    let name = configuration.text("monitor")
    guard let column = training.columns.firstIndex(of: name) else {
      let known = training.columns.joined(separator: ", ")
      let advice =
        name.hasPrefix("val_") && !training.columns.contains("val_loss")
        ? "set training.validation_split, or monitor one of \(known)" : "there are \(known)"
      throw ComponentError(
        argument: "monitor", message: "the history has no column \(name): \(advice)")
    }
    self.column = column
    minimumChange = configuration.number("min_delta")
    switch configuration.text("mode") {
    case "min": isIncreasing = false
    case "max": isIncreasing = true
    default:
      guard let direction = Self.direction(of: name) else {
        throw ComponentError(
          argument: "mode",
          message: "whether \(name) should fall or rise is not known: write min or max")
      }
      isIncreasing = direction
    }
  }

  /// The value that it watches.
  func value(_ row: HistoryRow) -> Double { row[column] }

  /// Whether `value` is better than `best` by more than the least change.
  func improves(_ value: Double, on best: Double) -> Bool {
    isIncreasing ? value - minimumChange > best : value + minimumChange < best
  }

  /// Whether a column should rise; nil where that is not known.
  private static func direction(of column: String) -> Bool? {
    let name = column.hasPrefix("val_") ? String(column.dropFirst(4)) : column
    if name == "loss" || falling.contains(name) { return false }
    return name.hasSuffix("accuracy") || rising.contains(name) ? true : nil
  }

  /// Source: `_direction` of the classes in Keras, metrics/*.py.
  private static let rising: Set<String> = [
    "auc", "precision", "recall", "f1_score", "fbeta_score", "precision_at_recall",
    "recall_at_precision", "sensitivity_at_specificity", "specificity_at_sensitivity",
    "cosine_similarity", "r2_score", "mean_io_u", "io_u", "binary_io_u", "one_hot_io_u",
    "one_hot_mean_io_u", "pearson_correlation", "concordance_correlation",
  ]
  private static let falling: Set<String> = [
    "mean_squared_error", "root_mean_squared_error", "mean_absolute_error",
    "mean_absolute_percentage_error", "mean_squared_logarithmic_error", "log_cosh_error",
    "log_cosh", "hinge", "squared_hinge", "categorical_hinge", "kl_divergence", "poisson",
    "huber", "binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy",
  ]

  /// The arguments that say what is watched.
  static func parameters(minimumChange: Double) -> [ConfigurationSchema.Parameter] {
    [
      .optional(
        "monitor", .name, default: .text("val_loss"), "The column of the history that is watched."),
      .optional(
        "min_delta", .number(.nonNegative), default: .number(minimumChange),
        "A change up to this is no improvement."),
      .optional(
        "mode", .choice(["auto", "min", "max"]), default: .text("auto"),
        "Whether it should fall or rise; auto goes by its name."),
    ]
  }
}
