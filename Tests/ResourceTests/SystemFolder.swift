import Foundation
import Testing

@testable import SweepRuntime

/// A folder that stands for the root of a system.
final class SystemFolder {
  private let url = FileManager.default.temporaryDirectory
    .appendingPathComponent("seedsweep-resources-\(UUID().uuidString)")

  /// Files by their absolute paths.
  init(_ files: [String: String]) throws {
    for (path, text) in files {
      let file = url.appendingPathComponent(path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: file, atomically: false, encoding: .utf8)
    }
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  var files: SystemFiles { SystemFiles(root: url.path) }

  /// A line of mountinfo.
  static func mount(
    _ point: String, root: String = "/", type: String, options: String = "rw",
    optionalFields: String = "shared:9 master:1 "
  ) -> String {
    "31 23 0:28 \(root) \(point) rw,nosuid \(optionalFields)- \(type) none \(options)\n"
  }
}
