import SweepModel

extension SpecificationReader {
  /// Which models are saved, and how often: `save`, `checkpoint_seconds`.
  static func models(_ document: Section) throws(SpecificationError) -> ModelKeeping {
    var keeping = ModelKeeping()
    if let value = document["save"]?.value {
      let word = try value.choice(of: ["last", "best", "none"], path: "save")
      keeping.saving = word == "none" ? .none : .last
    }
    if let value = document["checkpoint_seconds"]?.value {
      keeping.checkpointSeconds = Int(
        try value.integer(in: 1...Limits.checkpointSeconds, path: "checkpoint_seconds"))
    }
    return keeping
  }

  /// Whether each trial is to end with the weights of its best epoch: `save: best`.
  static func endsWithBest(_ document: Section) -> Bool { document["save"]?.value.text == "best" }
}
