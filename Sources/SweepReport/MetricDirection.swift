/// Which of two values of a metric is the better one.
///
/// Told from the metric's name, word by word: a name is searched for the words of both lists, and has a
/// direction only where those of one list are in it, and none of the other. So no name is guessed: of an
/// unknown metric it is said which value is higher, not which is better.
public enum MetricDirection: String, Hashable, Sendable {
  /// The higher value is the better one, as of an accuracy.
  case higher
  /// The lower value is the better one, as of a loss.
  case lower
  /// The name does not tell.
  case unknown

  /// The direction of the metric of that name; `val_` before it changes nothing.
  public init(metric name: String) {
    let base = name.hasPrefix("val_") ? String(name.dropFirst(4)) : name
    if let direction = Self.names[base] {
      self = direction
      return
    }
    let words = base.lowercased().split(separator: "_")
    let isHigher = words.contains { Self.higherWords.contains(String($0)) }
    let isLower = words.contains { Self.lowerWords.contains(String($0)) }
    self = isHigher == isLower ? .unknown : isHigher ? .higher : .lower
  }

  /// Words of metrics of which more is better.
  private static let higherWords: Set<String> = [
    "accuracy", "acc", "auc", "f1", "fbeta", "iou", "precision", "r2", "recall", "sensitivity",
    "specificity", "correlation",
  ]

  /// Words of metrics of which less is better.
  private static let lowerWords: Set<String> = [
    "crossentropy", "divergence", "entropy", "error", "hinge", "huber", "logcosh", "loss", "mae",
    "mape", "mse", "msle", "perplexity", "poisson", "rmse",
  ]

  /// Whole names whose words do not tell.
  private static let names: [String: MetricDirection] = [
    "binary_io_u": .higher, "io_u": .higher, "mean_io_u": .higher, "one_hot_io_u": .higher,
    "one_hot_mean_io_u": .higher, "true_positives": .higher, "true_negatives": .higher,
    "false_positives": .lower, "false_negatives": .lower, "log_cosh": .lower,
    // As a loss Keras gives it the other sign.
    "cosine_similarity": .unknown,
  ]
}
