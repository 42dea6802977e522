import Archives
import Foundation
import SweepModel

/// The files that datasets are read from.
///
/// A path in a specification is part of a trial's identity, so that it is kept as it is written; where
/// it begins may differ between the machines that train the trials.
public struct DataFiles: Sendable {
  /// The base directory for relative paths; empty for the process's current one.
  public let directory: String
  /// The option of the command line that sets the base directory; nil where none does.
  private let option: String?
  /// Files in memory, in place of any others.
  private let contents: [String: [UInt8]]?
  /// Where files must be; nil for anywhere.
  private let confinement: ConfinedDirectory?
  /// Who gives the bytes, in place of any file that a path leads to.
  private let source: (any DataFileSource)?
  /// Who is told what was read.
  public private(set) var recorder: DataFileRecorder?

  /// Whether nothing that files hold is told.
  public var areConfined: Bool { confinement != nil || source != nil }

  /// The files of a directory, and any others by their absolute paths.
  ///
  /// - Parameter option: The option of the command line that sets the directory, for messages about files
  ///   that are missing; nil where none does.
  public init(directory: String = "", option: String? = nil) {
    self.directory = directory
    self.option = option
    contents = nil
    confinement = nil
    source = nil
  }

  /// Files that `source` has by the paths that a specification calls them; no path is ever opened here.
  public init(from source: any DataFileSource) {
    directory = ""
    option = nil
    contents = nil
    confinement = nil
    self.source = source
  }

  /// The same files; `recorder` is told which of them are read.
  public func recording(by recorder: DataFileRecorder) -> DataFiles {
    var files = self
    files.recorder = recorder
    return files
  }

  /// The files beneath a directory and no others, for specifications of people who may not read what
  /// this process may.
  ///
  /// - Parameter directory: nil for no files at all.
  public init(confinedTo directory: String?) {
    self.directory = directory ?? ""
    option = nil
    contents = nil
    source = nil
    confinement = ConfinedDirectory(path: directory)
  }

  /// Files in memory, by path.
  package init(inMemory contents: [String: [UInt8]]) {
    directory = ""
    option = nil
    self.contents = contents
    confinement = nil
    source = nil
  }

  /// The bytes of the file at `path`.
  ///
  /// They are read, not mapped: a mapped file that another process shortens ends this one, and
  /// reading costs little beside what is then done to every byte.
  ///
  /// - Throws: ``FileProblem`` where it is not a file that can be read, or is over the limit.
  func read(_ path: String) throws(FileProblem) -> [UInt8] {
    if let contents {
      guard let bytes = contents[path] else { throw FileProblem("there is no such file") }
      return bytes
    }
    if let source {
      do { return try source.bytes(of: path) } catch { throw FileProblem("\(own: error.reason)") }
    }
    return try bytes(at: path)
  }

  /// The bytes of the file at `path`, which is no data but what a variant takes from elsewhere.
  ///
  /// - Throws: ``DataFileFailure`` where it is not a file that can be read, or is over the limit.
  package func contents(of path: String) throws(DataFileFailure) -> [UInt8] {
    do throws(FileProblem) { return try read(path) } catch {
      throw DataFileFailure(error.reason.text)
    }
  }

  /// Opens the file at `path` for reading, as the data are read: where files are confined, only beneath
  /// their directory.
  ///
  /// - Throws: ``DataFileFailure`` where it is not a regular file that can be read, or there are no paths.
  public func open(_ path: String) throws(DataFileFailure) -> Int32 {
    guard contents == nil, source == nil else { throw DataFileFailure("it has no path here") }
    do throws(FileProblem) {
      let descriptor = try descriptor(of: path)
      do throws(FileProblem) {
        _ = try Self.status(of: descriptor)
      } catch {
        close(descriptor)
        throw error
      }
      return descriptor
    } catch {
      throw DataFileFailure(error.reason.text)
    }
  }

  private func location(of path: String) -> String {
    path.hasPrefix("/") || directory.isEmpty ? path : directory + "/" + path
  }

  /// Why a file that is not there may be somewhere else.
  private func absence(of path: String) -> DataMessage {
    guard !path.hasPrefix("/"), !directory.isEmpty || option != nil else {
      return "there is no such file"
    }
    let place = directory.isEmpty ? "the current directory" : Quotation.path(directory)
    let isThere = directory.isEmpty || access(directory, F_OK) == 0
    let hint = option.map { " (set it with `\($0) DIRECTORY`)" } ?? ""
    return
      "there is no \(own: isThere ? "such file in" : "directory") \(own: place), the base directory "
      + "for relative data paths\(own: hint)"
  }

  /// Why a file cannot be opened.
  private func problem(with path: String, _ error: Int32) -> FileProblem {
    switch error {
    case ENOENT: FileProblem(absence(of: path))
    case ENOTDIR: FileProblem("a part of this path is not a directory")
    case EACCES:
      FileProblem("this user may not read it: change its permissions, or name another file")
    default: FileProblem(system: error)
    }
  }

  private func descriptor(of path: String) throws(FileProblem) -> Int32 {
    if let confinement { return try confinement.open(path) }
    // A FIFO must not keep the process waiting for someone who writes to it.
    let descriptor = Foundation.open(location(of: path), O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      let error = errno
      if error == ENOENT { recorder?.noteMissing(path) }
      throw problem(with: path, error)
    }
    return descriptor
  }

  private func bytes(at path: String) throws(FileProblem) -> [UInt8] {
    let descriptor = try descriptor(of: path)
    defer { close(descriptor) }
    let status = try Self.status(of: descriptor)
    let bytes = try Self.bytes(of: descriptor, count: Int(status.st_size))
    try recorder?.note(path, FileIdentity(status), bytes)
    return bytes
  }

  /// What the system says of an open file that can be data.
  private static func status(of descriptor: Int32) throws(FileProblem) -> stat {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileProblem(system: errno) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw FileProblem("this is a directory; name a file in it")
    default: throw FileProblem.noRegularFile
    }
    guard status.st_size <= Limits.dataFileBytes else {
      throw FileProblem("\(status.st_size) bytes are over the limit of \(Limits.dataFileBytes)")
    }
    return status
  }

  /// The first `count` bytes of an open file.
  private static func bytes(of descriptor: Int32, count: Int) throws(FileProblem) -> [UInt8] {
    var problem: FileProblem?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let rest = UnsafeMutableRawBufferPointer(
          UnsafeMutableBufferPointer(rebasing: buffer[filled...]))
        let read = Foundation.read(descriptor, rest.baseAddress, rest.count)
        if read < 0, errno == EINTR { continue }
        if read < 0 { problem = FileProblem(system: errno) }
        if read <= 0 { return }
        filled += read
      }
    }
    if let problem { throw problem }
    return bytes
  }
}

/// Gives the bytes of files of data that are not simply files of a directory.
public protocol DataFileSource: Sendable {
  /// The bytes of the file that a specification calls `path`.
  ///
  /// - Throws: ``DataFileFailure`` where there are none.
  func bytes(of path: String) throws(DataFileFailure) -> [UInt8]
}

/// Why a file of data cannot be had.
public struct DataFileFailure: Error, Hashable, Sendable {
  /// What is wrong and how to mend it, without the file's path and without anything that it holds.
  public let reason: String

  /// A failure.
  public init(_ reason: String) { self.reason = reason }
}

/// What is wrong with a file, and where in it.
struct FileProblem: Error, Hashable {
  /// Where: "byte 16", "line 3", "line 3, column 7"; nil for the whole file.
  let position: DataMessage?
  /// What is wrong and how to mend it.
  let reason: DataMessage

  static let noRegularFile = FileProblem("this is no regular file")

  init(_ reason: DataMessage, at position: DataMessage? = nil) {
    self.position = position
    self.reason = reason
  }

  init(_ reason: DataMessage, atByte offset: Int) { self.init(reason, at: "byte \(offset)") }

  init(system error: Int32) { self.init("\(system: error)") }

  init(_ error: ArchiveError) {
    let name: DataMessage = error.memberName.map { "\(content: Quotation.text($0)) " } ?? ""
    self.init(name + "\(own: error.reason)", at: error.offset.map { "byte \($0)" })
  }

  /// The file, the place and the reason in one line.
  func text(file: String) -> DataMessage {
    let place: DataMessage = position.map { "\($0): " } ?? ""
    return "\(own: Quotation.path(file)): \(place)\(reason)"
  }
}
