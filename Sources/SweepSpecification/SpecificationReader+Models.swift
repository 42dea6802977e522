import SweepModel

extension SpecificationReader {
  /// Which models are saved: `save`.
  static func models(_ document: Section) throws(SpecificationError) -> ModelKeeping {
    var keeping = ModelKeeping()
    if let value = document["save"]?.value {
      let word = try value.choice(of: ["last", "best", "none"], path: "save")
      keeping.saving = word == "none" ? .none : .last
    }
    return keeping
  }

  /// Whether each trial is to end with the weights of its best epoch: `save: best`.
  static func endsWithBest(_ document: Section) -> Bool { document["save"]?.value.text == "best" }
}
