import Foundation
import ZeroMQTransport

/// What a key may do at a coordinator.
public struct AccessRoles: OptionSet, Hashable, Sendable {
  /// The bits.
  public let rawValue: UInt8

  /// A set of bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Take leases and give results.
  public static let worker = AccessRoles(rawValue: 1)
  /// Submit and cancel sweeps, and ask how they stand.
  public static let client = AccessRoles(rawValue: 2)
}

/// The keys that a coordinator lets in, as two directories say: `workers` and `clients`.
struct AllowList: Sendable {
  /// Who has a key, and what it may do.
  struct Entry: Hashable, Sendable {
    var name: String
    var roles: AccessRoles
  }

  private(set) var entries: [CurvePublicKey: Entry] = [:]
  /// What could not be read, a line for each: whoever it is about is not let in.
  private(set) var problems: [String] = []

  static let folders: [(name: String, role: AccessRoles)] = [
    ("workers", .worker), ("clients", .client),
  ]

  /// Files of one folder that are looked at.
  static let mostFiles = 100_000

  /// Nobody.
  init() {}

  /// Reads the folders of a directory of keys; one that is missing lets nobody in.
  init(directory: String) {
    for (folder, role) in Self.folders {
      let path = "\(directory)/\(folder)"
      let names = (try? KeyDirectory.names(in: path, suffix: KeyFile.publicSuffix)) ?? []
      if names.count > Self.mostFiles {
        problems.append("\(path): only the first \(Self.mostFiles) keys count")
      }
      for name in names.prefix(Self.mostFiles) {
        do throws(RuntimeError) {
          let file = try KeyFile.readPublic("\(path)/\(name)")
          entries[file.publicKey, default: Entry(name: file.name, roles: [])].roles.insert(role)
        } catch {
          problems.append("\(error.message); this key is not let in")
        }
      }
    }
  }

  /// What a key may do: nothing where it is not listed.
  func roles(of key: CurvePublicKey) -> AccessRoles { entries[key]?.roles ?? [] }

  /// The keys that may do less than before, in the order of their bytes.
  func revoked(since before: AllowList) -> [CurvePublicKey] {
    before.entries.filter { !roles(of: $0.key).isSuperset(of: $0.value.roles) }.keys
      .sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
  }
}

/// What the directories of an allow-list look like from outside: it changes when they do.
///
/// By the times of the inodes, which no program can set, and not by those of the contents, which `cp -p`
/// carries along.
struct AllowListFingerprint: Hashable, Sendable {
  private struct Mark: Hashable {
    let name: String
    let inode: UInt64
    let size: Int64
    let seconds: Int
    let nanoseconds: Int

    /// Nil where there is no such file.
    init?(_ path: String, name: String) {
      var status = stat()
      guard stat(path, &status) == 0 else { return nil }
      #if os(Linux)
        let time = status.st_ctim
      #else
        let time = status.st_ctimespec
      #endif
      self.name = name
      inode = UInt64(status.st_ino)
      size = Int64(status.st_size)
      seconds = time.tv_sec
      nanoseconds = time.tv_nsec
    }
  }

  private let marks: [Mark?]

  /// Looks at the folders, and at the files in them where `isThorough`.
  ///
  /// The folders alone tell of every file that comes, goes or is renamed.
  init(directory: String, isThorough: Bool) {
    var marks: [Mark?] = []
    for (folder, _) in AllowList.folders {
      let path = "\(directory)/\(folder)"
      marks.append(Mark(path, name: folder))
      guard isThorough else { continue }
      let names = (try? KeyDirectory.names(in: path, suffix: KeyFile.publicSuffix)) ?? []
      for name in names.prefix(AllowList.mostFiles) {
        marks.append(Mark("\(path)/\(name)", name: name))
      }
    }
    self.marks = marks
  }

  /// Whether something changed so lately that another change could bear the same time.
  var isFresh: Bool {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return marks.contains { mark in mark.map { $0.seconds + 2 >= now.tv_sec } ?? false }
  }
}
