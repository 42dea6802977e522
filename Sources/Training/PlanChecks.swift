import SweepModel

/// What must hold of a variant before it is resolved.
///
/// A variant may come from another machine, so nothing is taken for granted that the reader of
/// specifications has checked already.
enum PlanChecks {
  static func check(
    _ variant: ResolvedVariant, data: TrainingData, _ registry: ComponentRegistry = .builtIn
  ) throws(TrainingError) {
    guard variant.contractVersion == Versions.contract else {
      throw TrainingError(
        path: "contract",
        message: "the variant is of numeric contract \(variant.contractVersion), this software "
          + "keeps \(Versions.contract): use the version that made it")
    }
    try checkModel(of: variant, registry)
    guard variant.dataDigest == data.digest else {
      throw TrainingError(
        path: "data",
        message: "the data have the digest \(data.digest), but the variant is for "
          + "\(variant.dataDigest): they were changed, or loaded otherwise")
    }
    guard (variant.dataParts ?? DataParts(training: data.sampleCount)) == data.parts else {
      throw TrainingError(
        path: "data", message: "the data are divided otherwise than the variant says")
    }
    try checkSplit(variant.training, data: data)
    try checkSteps(variant.training, data: data)
  }

  /// The checks that need no data: what a model that only predicts must keep to.
  static func checkModel(
    of variant: ResolvedVariant, _ registry: ComponentRegistry
  ) throws(TrainingError) {
    try registry.check(variant)
    try checkCounts(variant)
    try checkConfigurations(variant, registry.vocabulary)
  }

  private static func checkCounts(_ variant: ResolvedVariant) throws(TrainingError) {
    try check(variant.layers.count, within: 1...Limits.layers, of: "layers", path: "model")
    try check(variant.metrics.count, within: 0...Limits.metrics, of: "metrics", path: "metrics")
    try check(
      variant.training.epochs, within: 1...Int(Limits.epochs), of: "epochs",
      path: "training.epochs")
    if case .samples(let count) = variant.training.batchSize {
      try check(
        count, within: 1...Int(Limits.batchSize), of: "samples", path: "training.batch_size")
    }
  }

  private static func check(
    _ count: Int, within bounds: ClosedRange<Int>, of what: String, path: String
  ) throws(TrainingError) {
    guard bounds.contains(count) else {
      throw TrainingError(
        path: path,
        message: "\(count) \(what), but there can be \(bounds.lowerBound) to \(bounds.upperBound)")
    }
  }

  private static func checkSplit(
    _ training: TrainingSettings, data: TrainingData
  ) throws(TrainingError) {
    let sampleCount = data.parts.training
    let split = training.validationSplit
    let path = "training.validation_split"
    guard NumberBounds.fraction.allow(split) else {
      throw TrainingError(path: path, message: "\(split) is not \(NumberBounds.fraction)")
    }
    guard split > 0 else { return }
    guard data.parts.validation == 0 else {
      throw TrainingError(
        path: path,
        message: "the dataset has \(data.parts.validation) samples for validation already: "
          + "take one of the two out")
    }
    let trainingCount = training.trainingSampleCount(of: sampleCount)
    guard trainingCount > 0 else {
      throw TrainingError(
        path: path, message: "\(split) of \(sampleCount) samples leaves none to train on")
    }
    guard trainingCount < sampleCount else {
      throw TrainingError(
        path: path, message: "\(split) of \(sampleCount) samples leaves none to validate with")
    }
  }

  /// Steps and samples number random words, whose coordinates have 32 bits.
  private static func checkSteps(
    _ training: TrainingSettings, data: TrainingData
  ) throws(TrainingError) {
    let bound = CheckedCount(1 << 32)
    guard CheckedCount(data.sampleCount) < bound else {
      throw TrainingError(path: "data", message: "there are 2³² samples or more")
    }
    var batches = 1
    let trainingCount = training.trainingSampleCount(of: data.parts.training)
    if case .samples(let count) = training.batchSize {
      batches = trainingCount / count + (trainingCount.isMultiple(of: count) ? 0 : 1)
    }
    guard CheckedCount(batches) * CheckedCount(training.epochs) < bound else {
      throw TrainingError(
        path: "training.epochs",
        message: "training would take 2³² steps or more: use fewer epochs or larger batches")
    }
  }

  private static func checkConfigurations(
    _ variant: ResolvedVariant, _ vocabulary: Vocabulary
  ) throws(TrainingError) {
    for (position, layer) in variant.layers.enumerated() {
      try check(layer, family: .layer, path: "model[\(position)]", vocabulary)
    }
    try check(variant.training.loss, family: .loss, path: "training.loss", vocabulary)
    try check(
      variant.training.optimizer, family: .optimizer, path: "training.optimizer", vocabulary)
    for (position, callback) in variant.training.callbacks.enumerated() {
      try check(callback, family: .callback, path: "training.callbacks[\(position)]", vocabulary)
    }
    for (position, metric) in variant.metrics.enumerated() {
      try check(metric, family: .metric, path: "metrics[\(position)]", vocabulary)
    }
  }

  private static func check(
    _ configuration: Configuration, family: ConfigurationFamily, path: String,
    _ vocabulary: Vocabulary
  ) throws(TrainingError) {
    do {
      try vocabulary.check(configuration, family: family, path: path)
    } catch {
      throw TrainingError(error)
    }
  }

  /// Refuses two paths that would draw the same random numbers.
  static func checkInstances(layers: [PlannedLayer]) throws(TrainingError) {
    var paths: [UInt32: String] = [:]
    for (position, layer) in layers.enumerated() {
      let named = [(layer.path, layer.instance)] + layer.variables.map { ($0.path, $0.instance) }
      for (path, instance) in named {
        if let other = paths.updateValue(path, forKey: instance) {
          throw TrainingError(
            path: "model[\(position)]",
            message: "\(path) and \(other) would draw the same random numbers: "
              + "give this layer another name")
        }
      }
    }
  }
}
