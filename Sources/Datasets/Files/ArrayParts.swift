import SweepModel

/// Arrays of inputs and targets, as samples: those to train on, and those of other parts.
///
/// Each array is read by an argument that names it, so that what is wrong can be told by its name.
struct ArrayParts {
  /// The kind of dataset, for errors.
  let kind: any DatasetKind.Type
  /// Reads the array that an argument's text names.
  let read: (String) throws(FileProblem) -> NumberArray
  /// The file that an argument's text names, for messages.
  let file: (String) -> String

  /// The samples that the arguments of `configuration` name: `inputs` and `targets`, and those of
  /// validation and test, both or neither of each.
  func samples(
    _ configuration: Configuration, training: (inputs: String, targets: String),
    validation: (inputs: String, targets: String), test: (inputs: String, targets: String)
  ) throws(DatasetError) -> Samples {
    guard let first = try part(configuration, training) else {
      preconditionFailure("the schema requires \(training.inputs)")
    }
    var others: [Samples?] = []
    for names in [validation, test] {
      let other = try part(configuration, names)
      if let other { try check(other, against: first, names, training) }
      others.append(other)
    }
    let count = ([first] + others.compactMap(\.self)).reduce(0) { $0 + $1.inputs.count }
    guard count <= Limits.dataValues else {
      throw kind.error(
        training.inputs, "all parts have \(count) values, over the limit of \(Limits.dataValues)")
    }
    return Samples.joining(training: first, validation: others[0], test: others[1])
  }

  private func part(_ configuration: Configuration, _ names: (inputs: String, targets: String))
    throws(DatasetError) -> Samples?
  {
    switch (configuration.optionalText(names.inputs), configuration.optionalText(names.targets)) {
    case (nil, nil): return nil
    case (nil, _?): throw kind.error(names.inputs, "it is needed beside \(own: names.targets)")
    case (_?, nil): throw kind.error(names.targets, "it is needed beside \(own: names.inputs)")
    case (let inputsText?, let targetsText?):
      let inputs = try array(inputsText, names.inputs)
      let targets = try array(targetsText, names.targets)
      guard inputs.shape[0] == targets.shape[0] else {
        throw kind.error(
          names.targets,
          "\(own: Quotation.path(file(targetsText))): \(targets.shape[0]) targets for "
            + "\(inputs.shape[0]) inputs")
      }
      return Samples(
        inputShape: inputs.sampleShape, inputs: inputs.values, targetShape: targets.sampleShape,
        targets: targets.values, parts: DataParts(training: inputs.shape[0]))
    }
  }

  private func array(_ text: String, _ argument: String) throws(DatasetError) -> NumberArray {
    do {
      return try read(text)
    } catch {
      throw kind.error(argument, error.text(file: file(text)))
    }
  }

  private func check(
    _ other: Samples, against first: Samples, _ names: (inputs: String, targets: String),
    _ training: (inputs: String, targets: String)
  ) throws(DatasetError) {
    for (name, shape, trainingName, trainingShape) in [
      (names.inputs, other.inputShape, training.inputs, first.inputShape),
      (names.targets, other.targetShape, training.targets, first.targetShape),
    ] where shape != trainingShape {
      throw kind.error(
        name,
        "samples of shape \(own: "\(shape)"), but those of \(own: trainingName) have shape "
          + "\(own: "\(trainingShape)")")
    }
  }
}

extension DatasetKind {
  /// Reads a file and decompresses it where gzip compressed it.
  static func content(_ path: String, _ argument: String, _ files: DataFiles)
    throws(DatasetError) -> [UInt8]
  {
    do {
      return try DataCompression.content(of: try files.read(path))
    } catch {
      throw Self.error(argument, error.text(file: path))
    }
  }

  /// Samples prepared as the arguments say.
  static func prepared(_ samples: Samples, _ configuration: Configuration, from argument: String)
    throws(DatasetError) -> TrainingData
  {
    do {
      return try Preparation(configuration).prepare(samples)
    } catch {
      throw Self.error(error.argument ?? argument, error.message)
    }
  }
}
