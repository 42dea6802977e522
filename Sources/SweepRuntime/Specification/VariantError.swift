import Datasets
import Training

/// Why a variant cannot be made ready to be trained.
struct VariantError: Error, CustomStringConvertible {
  /// What is to be done about it.
  enum Cause {
    /// A file cannot be read, or is not what it should be.
    case files
    /// The data, or what training begins with, are others than the variant is for.
    case difference
    /// The variant itself cannot be trained.
    case variant
  }

  let cause: Cause
  /// The key of the specification where the cause stands, such as `initial_weights.path`; empty where
  /// the specification is not the cause.
  let path: String
  /// What is wrong and how to mend it.
  let message: String
  /// The same for people who may not read the files: nothing of what stands in them is quoted.
  let messageWithoutContents: String
  private var namesPlace = false

  /// An error about the file called `file` that the specification names at `path`.
  init(_ path: String, file: String, _ message: String) {
    cause = .files
    self.path = path
    self.message = message
    messageWithoutContents =
      "\(file): it cannot be used here; `seedsweep train` beside the file says what is wrong"
  }

  /// An error that quotes nothing of a file.
  init(_ cause: Cause, _ path: String, _ message: String) {
    self.cause = cause
    self.path = path
    self.message = message
    messageWithoutContents = message
  }

  init(_ error: DatasetError) {
    cause = .files
    path = error.sourcePath
    message = error.description
    messageWithoutContents = error.descriptionWithoutContents
    namesPlace = true
  }

  init(_ error: TrainingError) {
    cause = .variant
    path = error.path
    message = error.message
    messageWithoutContents = error.messageWithoutContents
  }

  /// One line for people.
  var description: String {
    // A dataset's message names the place itself.
    path.isEmpty || namesPlace ? message : "\(path): \(message)"
  }
}
