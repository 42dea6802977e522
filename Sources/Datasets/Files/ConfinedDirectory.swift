import Foundation

/// A directory whose files are opened, and no others, whatever the paths and links say.
///
/// To resolve a path and look where it leads, and then to open it, is not enough: between the two a
/// link may be put in its place. So the path is walked name by name from an open directory, links are
/// read and walked here and never followed by the system, and what is opened is what was judged.
struct ConfinedDirectory {
  /// The directory; nil where there is none, and every file is refused.
  let path: String?

  /// Links that one path may lead over, as on Linux.
  private static let mostLinks = 40

  /// What has been walked: the open directories from the confining one to where the walk is.
  private struct Walk: ~Copyable {
    var directories: [Int32]
    /// The names that are still to be walked, the next one last.
    var pending: [Substring]
    var links = 0

    init(from root: Int32, along names: [Substring]) {
      directories = [root]
      pending = names.reversed()
    }

    deinit { for directory in directories { close(directory) } }

    mutating func leave() { close(directories.removeLast()) }
  }

  /// Opens a file for reading, without waiting for anybody who writes to it.
  ///
  /// - Parameter path: Relative to the directory.
  /// - Throws: ``FileProblem`` where it is not a regular file beneath the directory.
  func open(_ path: String) throws(FileProblem) -> Int32 {
    guard let directory = self.path else {
      throw FileProblem(
        "the coordinator has no directory of data, and reads no files for those who submit: start it "
          + "with `--data DIRECTORY`, and name files relative to that")
    }
    guard !path.hasPrefix("/") else {
      throw FileProblem("an absolute path \(Self.rule): write it relative to that")
    }
    let names = path.split(separator: "/")
    // Where it would lead depends on the links of each machine, so that it is refused everywhere.
    guard !names.contains("..") else { throw FileProblem("`..` \(Self.rule): name it without") }
    let root = Foundation.open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard root >= 0 else {
      throw FileProblem(
        "the coordinator's directory of data (`--data`) cannot be opened: \(system: errno)")
    }
    var walk = Walk(from: root, along: names)
    while let name = walk.pending.popLast() {
      if let file = try step(to: name, &walk, of: directory) { return file }
    }
    throw Self.isDirectory
  }

  /// Goes on by one name. Returns the file where it has been reached.
  private func step(
    to name: Substring, _ walk: inout Walk, of directory: String
  ) throws(FileProblem) -> Int32? {
    let place = walk.directories[walk.directories.count - 1]
    if name == "." { return nil }
    if name == ".." {
      guard walk.directories.count > 1 else { throw Self.leadsOut }
      walk.leave()
      return nil
    }
    var status = stat()
    guard fstatat(place, String(name), &status, AT_SYMLINK_NOFOLLOW) == 0 else {
      throw errno == ENOENT
        ? FileProblem("there is no such file in the coordinator's directory of data (`--data`)")
        : FileProblem(system: errno)
    }
    switch status.st_mode & S_IFMT {
    case S_IFLNK:
      walk.links += 1
      guard walk.links <= Self.mostLinks else { throw FileProblem(system: ELOOP) }
      try follow(try Self.target(of: String(name), in: place), &walk, of: directory)
      return nil
    case S_IFDIR:
      guard !walk.pending.isEmpty else { throw Self.isDirectory }
      walk.directories.append(
        try Self.open(String(name), in: place, O_RDONLY | O_DIRECTORY, expecting: status))
      return nil
    case S_IFREG:
      guard walk.pending.isEmpty else { throw FileProblem(system: ENOTDIR) }
      return try Self.open(String(name), in: place, O_RDONLY | O_NONBLOCK, expecting: status)
    default: throw FileProblem.noRegularFile
    }
  }

  /// Goes on where a link leads.
  private func follow(
    _ target: String, _ walk: inout Walk, of directory: String
  ) throws(FileProblem) {
    var names = target.split(separator: "/")
    if target.hasPrefix("/") {
      // Links are often made with absolute paths, of what stands beside them too.
      let spellings = [Self.resolved(directory), directory].filter { $0.hasPrefix("/") }
        .map { $0.split(separator: "/") }
      guard let root = spellings.first(where: { names.starts(with: $0) }) else {
        throw Self.leadsOut
      }
      names.removeFirst(root.count)
      while walk.directories.count > 1 { walk.leave() }
    }
    walk.pending += names.reversed()
  }

  /// Opens what `status` describes, and nothing that has taken its place.
  private static func open(
    _ name: String, in place: Int32, _ flags: Int32, expecting status: stat
  ) throws(FileProblem) -> Int32 {
    let descriptor = openat(place, name, flags | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileProblem(system: errno) }
    var opened = stat()
    guard fstat(descriptor, &opened) == 0, opened.st_dev == status.st_dev,
      opened.st_ino == status.st_ino
    else {
      close(descriptor)
      throw FileProblem("it changed while it was opened: try again")
    }
    return descriptor
  }

  private static func target(of link: String, in place: Int32) throws(FileProblem) -> String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlinkat(place, link, &buffer, buffer.count)
    guard count > 0 else { throw FileProblem(system: errno) }
    return String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// The path without links; empty where there is none.
  private static func resolved(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return "" }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  private static let rule: DataMessage =
    "is refused in a submitted specification, whose files are beneath the coordinator's `--data`"
  private static let isDirectory = FileProblem("this is a directory; name a file in it")
  private static let leadsOut = FileProblem(
    "a link leads out of the coordinator's directory of data (`--data`), beneath which the files of "
      + "submitted specifications are: put the file itself there")
}
