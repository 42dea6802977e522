import Foundation
import KerasFormat
import SweepModel

/// Keras's files with known answers, beside the project (`../shared/cases/keras`), which are there in
/// continuous integration.
enum Cases {
  static let directory = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "shared/cases/keras").standardizedFileURL

  static func path(_ name: String) -> String { directory.appending(path: name).path }

  static func bytes(_ name: String) throws -> [UInt8] {
    try Array(Data(contentsOf: directory.appending(path: name)))
  }

  /// The names of all files, hostile ones apart, that end so.
  static func files(_ suffixes: String...) -> [String] {
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
    return folders.sorted().filter { $0 != "hostile" && $0 != "real" }.flatMap { folder in
      ((try? FileManager.default.contentsOfDirectory(atPath: path(folder))) ?? []).sorted()
        .filter { name in name != "io.json" && suffixes.contains { name.hasSuffix($0) } }
        .map { folder + "/" + $0 }
    }
  }
}

extension HDF5File {
  /// The paths of all datasets beneath a group, in the file's own order.
  func datasets(beneath path: String = "") -> [String] {
    members(of: path).flatMap { name in
      let member = path.isEmpty ? name : path + "/" + name
      return kind(of: member) == .dataset ? [member] : datasets(beneath: member)
    }
  }
}
