/// Which models a sweep saves.
public enum ModelSaving: String, Hashable, Sendable, CaseIterable {
  /// None: a store keeps digests, and a model is trained again when somebody wants it.
  case none
  /// Of each completed trial the model that it ended with.
  case last
}

/// What becomes of the models of a sweep's trials. It changes no bit of a result, so it is no part of the
/// identity of a sweep or variant.
public struct ModelKeeping: Hashable, Sendable {
  /// Which models the coordinator keeps.
  public var saving: ModelSaving
  /// Seconds from one checkpoint of a trial that is trained to the next, from which another worker can go on; 0
  /// for none.
  public var checkpointSeconds: Int

  /// What becomes of models.
  public init(saving: ModelSaving = .none, checkpointSeconds: Int = 0) {
    self.saving = saving
    self.checkpointSeconds = checkpointSeconds
  }

  /// Whether workers have files to hand over, so that they train each trial alone.
  public var isOn: Bool { saving != .none || takesCheckpoints }

  /// Whether there are checkpoints.
  public var takesCheckpoints: Bool { checkpointSeconds > 0 }
}
