import Foundation

/// A model's file that cannot be read, is not what it says, or does not fit what it is to be used with.
public struct CheckpointError: Error, Hashable, CustomStringConvertible {
  /// The file as it was given.
  public let file: String
  /// What is wrong, where, and how to mend it, in one line.
  public let message: String
  /// Whether the disk failed, and not the file or its use.
  public let isEnvironment: Bool

  init(_ file: String, _ message: String, isEnvironment: Bool = false) {
    self.file = file
    self.message = message
    self.isEnvironment = isEnvironment
  }

  /// What the system said of the last call.
  init(_ file: String, failed action: String, code: Int32 = errno) {
    let isInput = [ENOENT, ENOTDIR, EISDIR, EACCES].contains(code)
    self.init(
      file, "cannot \(action): \(String(cString: strerror(code)))", isEnvironment: !isInput)
  }

  /// `FILE: MESSAGE`.
  public var description: String { "\(file): \(message)" }
}
