import Datasets
import Scheduling
import SweepModel
import SweepProtocol
import TrialStore

/// Does for clients what takes time, on threads of its own: the coordinator's own thread, which owns
/// the socket, must never wait for data to load or for the disk.
final class ControlClerk: Sendable {
  /// What is done.
  enum Report: Sendable {
    case prepared(RequestID, Result<PreparedSubmission, RuntimeError>)
    case cancelled(RequestID, SweepKey, Result<SweepExceptions, RuntimeError>)
    case counted([SweepKey: SweepExceptions])
    case failed(RuntimeError)
  }

  /// A submission whose sweep is in the store.
  struct PreparedSubmission: Sendable {
    let sweep: Sweep
    let stored: StoredJobs
    let exceptions: SweepExceptions
    let isNew: Bool
    let warnings: [String]
  }

  private enum Errand: Sendable {
    case cancel(RequestID, SweepKey)
    case count([SweepKey])
  }

  private let submissions = WorkQueue<(RequestID, Submission)>()
  private let errands = WorkQueue<Errand>()

  /// Starts the threads. Data are loaded from `files`; `report` is called on either thread.
  init(store: TrialStore, files: DataFiles, report: @escaping @Sendable (Report) -> Void) {
    // Two threads: a status must not wait until somebody's data are loaded.
    startThread(named: "submissions") { [submissions] in
      while let (id, submission) = submissions.takeFirst() {
        let result = Result { () throws(RuntimeError) in
          try Self.prepare(submission, in: store, files)
        }
        report(.prepared(id, result))
      }
    }
    startThread(named: "errands") { [errands] in
      while let errand = errands.takeFirst() {
        do throws(StoreError) {
          report(try Self.run(errand, store))
        } catch {
          report(.failed(RuntimeError(error)))
        }
      }
    }
  }

  /// Prepares a submission, after those that came before.
  func prepare(_ id: RequestID, _ submission: Submission) { submissions.add((id, submission)) }

  /// Ends the submission of a sweep.
  func cancel(_ id: RequestID, _ sweep: SweepKey) { errands.add(.cancel(id, sweep)) }

  /// Counts what did not go as it should.
  func count(_ sweeps: [SweepKey]) { errands.add(.count(sweeps)) }

  /// Lets the threads end when they have done what they were given.
  func close() {
    submissions.close()
    errands.close()
  }

  private static func prepare(
    _ submission: Submission, in store: TrialStore, _ files: DataFiles
  ) throws(RuntimeError) -> PreparedSubmission {
    let prepared = try PreparedSweep(
      text: submission.specification, file: submission.file,
      overrides: PreparedSweep.Overrides(
        trials: submission.trials, masterSeed: submission.masterSeed,
        audit: submission.audit),
      files: files)
    do throws(StoreError) {
      let isNew = try store.sweep(named: prepared.sweep.name) == nil
      let stored = try StoredJobs([prepared.sweep], store)
      let key = stored.sweeps[0].key
      try store.submit(key, trials: prepared.sweep.trials)
      return PreparedSubmission(
        sweep: prepared.sweep, stored: stored, exceptions: try store.exceptions(key), isNew: isNew,
        warnings: prepared.warnings.prefix(Limits.submissionWarnings).map(\.description))
    } catch {
      throw RuntimeError(error)
    }
  }

  private static func run(_ errand: Errand, _ store: TrialStore) throws(StoreError) -> Report {
    switch errand {
    case .cancel(let id, let sweep):
      // To the client a store that fails is an answer as well.
      let result = Result { () throws(RuntimeError) in
        do throws(StoreError) {
          try store.endSubmission(of: sweep)
          return try store.exceptions(sweep)
        } catch {
          throw RuntimeError(error)
        }
      }
      return .cancelled(id, sweep, result)
    case .count(let sweeps):
      var counts: [SweepKey: SweepExceptions] = [:]
      for sweep in sweeps { counts[sweep] = try store.exceptions(sweep) }
      return .counted(counts)
    }
  }
}
