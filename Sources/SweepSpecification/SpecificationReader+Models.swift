import SweepModel

extension SpecificationReader {
  /// Which models are saved, and how often: `save`, `checkpoint_seconds`.
  static func models(_ document: Section) throws(SpecificationError) -> ModelKeeping {
    var keeping = ModelKeeping()
    if let value = document["save"]?.value {
      if value.text == "best" {
        throw SpecificationError(
          "`save` cannot be `best`: no digest of a result vouches for the weights of an earlier epoch; write "
            + "`save: last`, and add the callback early_stopping with restore_best_weights: true, which ends "
            + "a trial with its best weights", at: value.position)
      }
      let word = try value.choice(of: ModelSaving.allCases.map(\.rawValue), path: "save")
      keeping.saving = ModelSaving(rawValue: word) ?? .none
    }
    if let value = document["checkpoint_seconds"]?.value {
      keeping.checkpointSeconds = Int(
        try value.integer(in: 1...Limits.checkpointSeconds, path: "checkpoint_seconds"))
    }
    return keeping
  }
}
