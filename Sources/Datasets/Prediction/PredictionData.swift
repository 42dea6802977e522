import SweepModel

/// New samples for a trained model, prepared as its training samples were.
///
/// Nothing is found in the new samples: columns are taken by name, categories and words have the
/// numbers that they had, and inputs are standardized with the statistics of the training samples.
public struct PredictionData: Sendable {
  /// The samples' names: those of the file where a column or a key has them, else their numbers from 1.
  public var identifiers: [String]
  /// The inputs, samples × input shape.
  public var inputs: [Float]
  /// The targets, where the file has them: samples × columns of the target, class names as numbers.
  public var targets: [Float]?

  /// How new samples are read.
  public struct Options: Sendable {
    /// The column or key that names the samples; nil for numbers.
    public var identifier: String?
    /// How the training data were read, for tables and sentences.
    public var configuration: Configuration
    /// How their values became inputs.
    public var representation: DataRepresentation
    /// Whether targets are wanted: without, those in the file may be anything.
    public var readsTargets = false

    /// Options.
    public init(
      identifier: String? = nil, configuration: Configuration, representation: DataRepresentation
    ) {
      self.identifier = identifier
      self.configuration = configuration
      self.representation = representation
    }
  }

  /// Reads the samples of a file: an array of NumPy (`.npy`), JSON Lines (`.jsonl`), sentences where the
  /// model's own data are such, or a table; each may be gzipped.
  ///
  /// - Throws: ``DatasetError`` where the file is not such, or has what the model cannot take.
  public init(
    path: String, options: Options, files: DataFiles = DataFiles()
  ) throws(DatasetError) {
    do throws(FileProblem) {
      let content = try DataCompression.content(of: try files.read(path))
      let name = path.hasSuffix(".gz") ? String(path.dropLast(3)) : path
      if name.hasSuffix(".npy") {
        self = try Self.array(content, options)
      } else if name.hasSuffix(".jsonl") || name.hasSuffix(".ndjson") {
        self = try PredictionLines(options).data(content)
      } else if options.configuration.kind == CoNLLDataset.schema.kind {
        self = try PredictionSentences(options).data(content)
      } else {
        self = try PredictionTable(options).data(content)
      }
    } catch {
      throw DatasetError(path: "data", error.text(file: path))
    }
    guard !identifiers.isEmpty else {
      throw DatasetError(path: "data", "\(own: Quotation.path(path)): there are no samples")
    }
  }

  init(identifiers: [String], inputs: [Float], targets: [Float]?) {
    self.identifiers = identifiers
    self.inputs = inputs
    self.targets = targets
  }

  private static func array(_ content: [UInt8], _ options: Options) throws(FileProblem) -> Self {
    let array = try NPYFile.array(content)
    let width = options.representation.width
    let samples = array.shape.count > 1 || width == 1 ? array.shape[0] : 1
    guard array.values.count == samples * width else {
      throw FileProblem(
        "the array has shape \(content: "\(array.shape)"), but a sample of the model has shape "
          + "\(own: "\(options.representation.inputShape)")")
    }
    var inputs: [Float] = []
    inputs.reserveCapacity(array.values.count)
    for position in 0..<array.values.count {
      inputs.append(
        try options.representation.input(
          array.values.value(at: position), feature: position % width,
          place: "sample \(position / width + 1)"))
    }
    return Self(identifiers: (1...samples).map(String.init), inputs: inputs, targets: nil)
  }
}

extension DataRepresentation {
  /// Values of a sample's input.
  var width: Int { inputShape.reduce(1, *) }

  /// A raw value as the model takes it: scaled, standardized, then rounded to binary32, as in training.
  func input(_ value: Double, feature: Int, place: DataMessage) throws(FileProblem) -> Float {
    let scaled = scale == 1 ? value : value * scale
    let input = standardization?.standardized(scaled, feature: feature) ?? Float(scaled)
    guard input.isFinite else {
      throw FileProblem("value \(feature + 1) is not finite, or too large for binary32", at: place)
    }
    return input
  }

  /// The number of a word: 1, as for all unknown ones, where the vocabulary lacks it.
  func wordNumbers() -> [String: Float] {
    var numbers: [String: Float] = [:]
    for (number, word) in (vocabulary ?? []).enumerated() { numbers[word] = Float(number) }
    return numbers
  }
}

extension DataRepresentation.Column {
  /// The number of a category.
  ///
  /// - Throws: ``FileProblem`` where the training samples had no such category.
  func number(of category: String, place: DataMessage) throws(FileProblem) -> Double {
    guard let number = categories?.firstIndex(of: category) else {
      let known = (categories ?? []).prefix(10).joined(separator: ", ")
      throw FileProblem(
        "column \(own: name) has the category \(content: Quotation.text(category.utf8)), which the "
          + "training samples did not have; they had \(own: known)", at: place)
    }
    return Double(number)
  }
}

extension PredictionData {
  /// The samples with their targets, as one part that can be measured.
  ///
  /// - Parameters:
  ///   - path: The samples' file, for messages.
  ///   - targetsPath: A file of NumPy with the targets, where the samples' own file has none.
  /// - Throws: ``DatasetError`` where there are no targets, or not the right ones.
  public func measured(
    path: String, options: Options, targetsPath: String?, files: DataFiles = DataFiles()
  ) throws(DatasetError) -> TrainingData {
    let (values, shape) = try targetValues(path, targetsPath, files)
    let isSentence = options.configuration.kind == CoNLLDataset.schema.kind
    var targets = values
    var targetShape = isSentence ? options.representation.inputShape : shape
    if case .integer(let classes)? = options.configuration.arguments["one_hot"] {
      do throws(PreparationProblem) {
        targets = try OneHot(classes: Int(classes)).vectors(values)
      } catch {
        throw DatasetError(
          path: "data", "\(own: Quotation.path(targetsPath ?? path)): \(error.message)")
      }
      targetShape = (targetShape == [1] ? [] : targetShape) + [Int(classes)]
    }
    var data = TrainingData(
      sampleCount: identifiers.count, inputShape: options.representation.inputShape,
      targetShape: targetShape, inputs: inputs, targets: targets,
      vocabulary: options.representation.vocabulary, classNames: options.representation.classNames)
    data.representation = options.representation
    return data
  }

  private func targetValues(
    _ samplesPath: String, _ path: String?, _ files: DataFiles
  ) throws(DatasetError) -> (values: [Float], shape: [Int]) {
    guard let path else {
      guard let targets else {
        throw DatasetError(
          path: "data",
          "\(own: Quotation.path(samplesPath)): the file has no targets, or some that training had "
            + "not: there is nothing to measure predictions by")
      }
      return (targets, [targets.count / identifiers.count])
    }
    do throws(FileProblem) {
      let array = try NPYFile.array(try DataCompression.content(of: try files.read(path)))
      guard array.shape[0] == identifiers.count else {
        throw FileProblem(
          "there are \(array.shape[0]) targets, and \(identifiers.count) samples")
      }
      let values = array.values.doubles.map { Float($0) }
      guard values.allSatisfy(\.isFinite) else {
        throw FileProblem("a target is not finite, or too large for binary32")
      }
      return (values, array.shape.count == 1 ? [1] : Array(array.shape.dropFirst()))
    } catch {
      throw DatasetError(path: "data", error.text(file: path))
    }
  }
}
