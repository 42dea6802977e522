import Datasets
import Scheduling
import SweepModel
import SweepProtocol
import Training
import TrialStore

/// Does for clients what takes time, on threads of its own: the coordinator's own thread, which owns
/// the socket, must never wait for data to load or for the disk.
final class ControlClerk: Sendable {
  /// What is done.
  enum Report: Sendable {
    case changed(Result<Change, RuntimeError>)
    case counted([SweepKey: SweepExceptions])
    case failed(RuntimeError)
  }

  /// What is in the store now.
  enum Change: Sendable {
    case submitted(PreparedSubmission)
    case cancelled(SweepKey, SweepExceptions)
    /// Nothing: the client has to upload these files first.
    case filesWanted([WantedFile])
  }

  /// A submission whose sweep is in the store.
  struct PreparedSubmission: Sendable {
    let sweep: Sweep
    let stored: StoredJobs
    /// Where the files of data are that it names.
    let dataFiles: DataFilesOfSubmission
    let exceptions: SweepExceptions
    let isNew: Bool
    let warnings: [String]
  }

  /// Where the files of a submission are.
  enum DataFilesOfSubmission: Sendable {
    /// In the coordinator's own directory.
    case own([DataFileRecorder.Entry], DataFiles)
    /// Where those are that clients upload.
    case uploaded([DataFile])
  }

  private enum Errand: Sendable {
    case submit(Submission)
    case cancel(SweepKey)
    case note(SweepRegistry.Turn)
  }

  private let errands = WorkQueue<Errand>()
  private let counts = WorkQueue<[SweepKey]>()

  /// Starts the threads. Data are loaded from `files`, or from `uploads` where clients sent them; specifications
  /// may name what is in `registry`; `report` is called on either thread.
  init(
    store: TrialStore, files: DataFiles, uploads: DataCache,
    registry: ComponentRegistry = .builtIn,
    report: @escaping @Sendable (Report) -> Void
  ) {
    // One thread for whatever changes the store, in the order in which it was asked; another that only
    // reads, as a status must not wait until somebody's data are loaded.
    startThread(named: "errands") { [errands] in
      while let errand = errands.takeFirst() {
        // To the client a store that fails is an answer as well.
        switch errand {
        case .submit(let submission):
          report(
            .changed(
              Result { () throws(RuntimeError) in
                try Self.answer(submission, store, files, uploads, registry)
              }))
        case .cancel(let sweep):
          report(.changed(Result { () throws(RuntimeError) in try Self.cancel(sweep, store) }))
        case .note(let turn):
          // What is not noted is found out when a coordinator starts over the store.
          try? store.noteSubmission(of: turn.sweep, trials: turn.trials, isOver: turn.isOver)
        }
      }
    }
    startThread(named: "counts") { [counts] in
      while let sweeps = counts.takeFirst() {
        do throws(StoreError) {
          report(.counted(try Self.exceptions(sweeps, store)))
        } catch {
          report(.failed(RuntimeError(error)))
        }
      }
    }
  }

  /// Prepares a submission. Exactly one `changed` is reported.
  func submit(_ submission: Submission) { errands.add(.submit(submission)) }

  /// Ends the submission of a sweep. Exactly one `changed` is reported.
  func cancel(_ sweep: SweepKey) { errands.add(.cancel(sweep)) }

  /// Remembers which submissions are over. Nothing is reported.
  func note(_ turn: SweepRegistry.Turn) { errands.add(.note(turn)) }

  /// Counts what did not go as it should.
  func count(_ sweeps: [SweepKey]) { counts.add(sweeps) }

  /// Lets the threads end when they have done what they were given.
  func close() {
    errands.close()
    counts.close()
  }

  private static func cancel(
    _ sweep: SweepKey, _ store: TrialStore
  ) throws(RuntimeError) -> Change {
    do throws(StoreError) {
      try store.endSubmission(of: sweep)
      return .cancelled(sweep, try store.exceptions(sweep))
    } catch {
      throw RuntimeError(error)
    }
  }

  private static func exceptions(
    _ sweeps: [SweepKey], _ store: TrialStore
  ) throws(StoreError) -> [SweepKey: SweepExceptions] {
    var counts: [SweepKey: SweepExceptions] = [:]
    for sweep in sweeps { counts[sweep] = try store.exceptions(sweep) }
    return counts
  }

  private static func answer(
    _ submission: Submission, _ store: TrialStore, _ files: DataFiles, _ uploads: DataCache,
    _ registry: ComponentRegistry
  ) throws(RuntimeError) -> Change {
    let wanted = try lacking(submission, uploads)
    if !wanted.isEmpty { return .filesWanted(wanted) }
    do {
      return .submitted(try prepare(submission, in: store, files, uploads, registry))
    } catch {
      // What was found to be damaged is gone now, and its client has it.
      let wanted = try lacking(submission, uploads)
      if wanted.isEmpty { throw error }
      return .filesWanted(wanted)
    }
  }

  /// The files of a submission that its client has to upload.
  private static func lacking(
    _ submission: Submission, _ uploads: DataCache
  ) throws(RuntimeError) -> [WantedFile] {
    let total = submission.dataFiles.reduce(0) { $0 + $1.size }
    guard total <= uploads.limit else {
      throw RuntimeError(
        .input,
        "the specification's files have \(total) bytes, and the coordinator keeps at most "
          + "\(uploads.limit) of all clients (its --cache-size)")
    }
    var known: Set<FileDigest> = []
    return submission.dataFiles.filter { known.insert($0.digest).inserted && !uploads.holds($0) }
      .map { WantedFile(file: $0.digest, position: uploads.progress(of: $0)) }
  }

  private static func prepare(
    _ submission: Submission, in store: TrialStore, _ files: DataFiles, _ uploads: DataCache,
    _ registry: ComponentRegistry
  ) throws(RuntimeError) -> PreparedSubmission {
    let sent = submission.dataFiles
    let files = sent.isEmpty ? files : DataFiles(from: UploadedFiles(sent, in: uploads))
    let prepared = try PreparedSweep(
      text: submission.specification, file: submission.file,
      overrides: PreparedSweep.Overrides(
        trials: submission.trials, masterSeed: submission.masterSeed,
        audit: submission.audit),
      files: files, registry: registry)
    // A client may have named more than is read.
    let variants = prepared.sweep.variants
    let uploaded = sent.filter { file in
      variants.contains { !$0.variant.named(among: [file]).isEmpty }
    }
    let entries = prepared.dataFiles
    do throws(StoreError) {
      let isNew = try store.sweep(named: prepared.sweep.name) == nil
      let stored = try StoredJobs(
        [(prepared.sweep, sent.isEmpty ? entries.map(\.file) : uploaded)], store,
        priority: submission.priority)
      let key = stored.sweeps[0].key
      try store.noteRepresentations(of: prepared, key)
      try store.submit(key, trials: prepared.sweep.trials, priority: submission.priority)
      return PreparedSubmission(
        sweep: prepared.sweep, stored: stored,
        dataFiles: sent.isEmpty ? .own(entries, prepared.files) : .uploaded(uploaded),
        exceptions: try store.exceptions(key), isNew: isNew,
        warnings: prepared.warnings.prefix(Limits.submissionWarnings).map(\.description))
    } catch {
      throw RuntimeError(error)
    }
  }
}
