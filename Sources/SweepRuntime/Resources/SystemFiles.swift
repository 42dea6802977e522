import Foundation

/// Small text files of the system, or of a folder that stands for it in tests.
struct SystemFiles: Sendable {
  /// What comes before every path; empty for the system itself.
  private let root: String

  init(root: String = "") { self.root = root }

  /// The content of the file at an absolute path; nil where it cannot be read.
  func text(_ path: String) -> String? {
    guard let file = FileHandle(forReadingAtPath: root + path) else { return nil }
    defer { try? file.close() }
    // Files below /proc state no size: they are read to their end.
    guard let bytes = try? file.readToEnd() else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }
}
