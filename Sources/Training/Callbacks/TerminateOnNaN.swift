import SweepModel

/// Ends a training at the first batch that makes the epoch's loss infinite or no number.
///
/// Source: Keras, callbacks/terminate_on_nan.py.
struct TerminateOnNaN: Callback {
  static let schema = ConfigurationSchema(
    kind: "terminate_on_nan",
    summary: "Stops at the first batch whose loss is not finite, not at the end of its epoch.")

  init(_ configuration: Configuration, training: WatchedTraining) {}

  var abilities: CallbackAbilities { .endsBrokenEpochs }

  mutating func epochEnded(
    _ epoch: Int, row: HistoryRow, rate: Double
  ) -> CallbackActions {
    CallbackActions()
  }
}
