import Datasets
import Foundation
import Scheduling
import SweepModel
import SweepProtocol
import SweepSpecification
import Training

extension VariantSetting {
  /// Whether files are read to resolve it.
  fileprivate var readsFiles: Bool {
    Dataset.readsFiles(data) || kerasModel != nil || !sources.all.isEmpty
  }
}

extension ControlClient {
  /// What became of a submission.
  public struct Submitted: Sendable {
    /// How far its sweep is.
    public let sweep: SweepStatus
    /// Whether it is new to the store.
    public let isNew: Bool
    /// What is probably not meant of it.
    public let warnings: [String]
  }

  /// What a client has to say while it submits.
  public enum SubmissionNote: Sendable {
    /// The client has no file of this path, so that the coordinator looks for all of them.
    case missing(path: String)
    /// So many bytes of a file are sent.
    case uploading(path: String, bytes: Int)
  }

  /// Submits the specification in a file, as it stands, with the files of data that it names, as far as the
  /// coordinator does not have them.
  ///
  /// Where the client lacks one of the files, it sends none, and the coordinator looks for all of them.
  ///
  /// - Parameters:
  ///   - files: Where the client's files of data are.
  ///   - registry: The components that the client's program has.
  ///   - report: Called with what happens.
  /// - Throws: ``RuntimeError`` where a file cannot be read or used, with the coordinator's reason, or
  ///   where none answers.
  public func submit(
    path: String, overrides: PreparedSweep.Overrides, priority: Int? = nil, files: DataFiles,
    registry: ComponentRegistry = .builtIn, report: (SubmissionNote) -> Void = { _ in }
  ) throws(RuntimeError) -> Submitted {
    var submission = try Submission(path: path, overrides: overrides, priority: priority)
    let offered = try Self.offered(submission, overrides, files, registry, report)
    submission.dataFiles = offered.map(\.file)
    // A coordinator hangs up on strangers whose first message is large: they introduce themselves.
    if submission.specification.count > Limits.strangerBytes || !offered.isEmpty {
      _ = try status()
    }
    for _ in 0..<Self.mostSubmissions {
      switch try request(.submit(submission)) {
      case .submitted(let sweep, let isNew, let warnings):
        return Submitted(sweep: sweep, isNew: isNew, warnings: warnings)
      case .filesWanted(let wanted):
        for file in wanted {
          // Never anything else, whatever the coordinator asks for.
          guard let entry = offered.first(where: { $0.file.digest == file.file }) else {
            throw unexpected
          }
          try upload(entry, from: file.position, of: files, report)
        }
      default: throw unexpected
      }
    }
    throw RuntimeError(
      .environment,
      "the coordinator does not keep the files that were sent, as it has no room for all that clients "
        + "submit at once: try again later")
  }

  /// Something else may take the room of what was uploaded before it is used.
  private static let mostSubmissions = 5

  /// The files that the specification names: all of them, or none where one is not here. A specification with
  /// files is checked here, where a message may quote what they hold.
  private static func offered(
    _ submission: Submission, _ overrides: PreparedSweep.Overrides, _ files: DataFiles,
    _ registry: ComponentRegistry, _ report: (SubmissionNote) -> Void
  ) throws(RuntimeError) -> [DataFileRecorder.Entry] {
    // What cannot be read the coordinator refuses, as it does from clients that do not look.
    let specification = try? SpecificationReader(vocabulary: PreparedSweep.vocabulary(of: registry))
      .read(submission.specification, file: submission.file)
    guard let specification,
      specification.variants.contains(where: \.setting.readsFiles)
    else { return [] }
    let recorder = DataFileRecorder()
    do throws(RuntimeError) {
      return try PreparedSweep(
        text: submission.specification, file: submission.file, overrides: overrides,
        files: files.recording(by: recorder), registry: registry
      ).dataFiles
    } catch {
      guard let missing = recorder.missing.first else { throw error }
      report(.missing(path: missing))
      return []
    }
  }

  private func upload(
    _ entry: DataFileRecorder.Entry, from position: Int, of files: DataFiles,
    _ report: (SubmissionNote) -> Void
  ) throws(RuntimeError) {
    let (path, size) = (entry.file.path, entry.file.size)
    func failure(_ reason: String) -> RuntimeError {
      RuntimeError(.input, "\(ShownPath.text(path)): \(reason)")
    }
    let descriptor: Int32
    do { descriptor = try files.open(path) } catch { throw failure(error.reason) }
    defer { close(descriptor) }
    guard FileIdentity(descriptor: descriptor) == entry.identity else {
      throw failure("it changed since it was read: submit again")
    }
    report(.uploading(path: path, bytes: size - position))
    let id = newRequest()
    var upload = DataUpload(size: size, from: position, at: now)
    var buffer = [UInt8](repeating: 0, count: Limits.chunkBytes)
    var lastHeard = now
    while !upload.isComplete {
      while let part = upload.next(at: now) {
        let count = buffer.withUnsafeMutableBytes { buffer in
          pread(descriptor, buffer.baseAddress, part.count, off_t(part.lowerBound))
        }
        guard count == part.count else { throw failure("it became shorter: submit again") }
        let content = Upload(
          file: entry.file.digest, size: size, offset: part.lowerBound,
          content: Array(buffer[..<count]))
        guard try trySend(ControlRequest(id: id, command: .upload(content)).encoded) else {
          upload.takeBack(part)
          break
        }
      }
      switch try answer(to: id, before: upload.nextDeadline) {
      case nil: break
      case .uploaded(let kept)?:
        lastHeard = now
        upload.noteKept(upTo: kept, at: now)
      case .refused(let refusal)?: throw RuntimeError(refusal)
      default: throw unexpected
      }
      try giveUpIfSilent(since: lastHeard)
    }
  }
}
