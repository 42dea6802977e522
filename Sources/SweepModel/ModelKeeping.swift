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

  /// What becomes of models.
  public init(saving: ModelSaving = .none) { self.saving = saving }

  /// Whether workers have files to hand over, so that they train each trial alone.
  public var isOn: Bool { saving != .none }
}
