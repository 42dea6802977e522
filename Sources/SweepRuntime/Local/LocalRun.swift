import Foundation
import Kernels
import Logging
import Scheduling
import SweepModel
import TrialStore

/// A coordinator and its worker processes on this machine: the embedded default.
public final class LocalRun {
  private let service: CoordinatorService
  private let directory: TemporaryDirectory
  private let makeWorkers:
    (@escaping @Sendable (WorkerProcesses.Event) -> Void)
      throws(RuntimeError) -> WorkerProcesses

  /// What a local run is made of.
  public struct Options: Sendable {
    /// Worker processes.
    public var workers: Int
    /// Bytes of memory that each of them may use.
    public var memoryShare: UInt64
    /// The program that has the `worker` command.
    public var executable: String
    /// Where relative paths of data begin; empty for the current directory.
    public var dataDirectory: String
    /// What workers write to standard error.
    public var logLevel: Logger.Level
    /// How workers write it: `text` or `json`.
    public var logFormat: String

    /// Options of a local run.
    public init(
      workers: Int, memoryShare: UInt64, executable: String, dataDirectory: String = "",
      logLevel: Logger.Level,
      logFormat: String = "text"
    ) {
      self.workers = workers
      self.memoryShare = memoryShare
      self.executable = executable
      self.dataDirectory = dataDirectory
      self.logLevel = logLevel
      self.logFormat = logFormat
    }
  }

  /// Registers the sweep in the store and opens a socket of its own for the workers to come.
  ///
  /// - Parameter openStore: Called once there is all else that is needed, so that no new store is left
  ///   where there is not.
  /// - Throws: ``RuntimeError`` where the store refuses the sweep or there is no place for the socket.
  public init(
    _ sweep: PreparedSweep, openStore: () throws(RuntimeError) -> TrialStore, options: Options,
    log: Logger,
    progress: ProgressMeter
  ) throws(RuntimeError) {
    // Workers would all fail alike: one line now instead of one from each of them.
    _ = try KernelSet.ofThisProcess().proven()
    let directory = try TemporaryDirectory()
    self.directory = directory
    service = try CoordinatorService(
      sweeps: [sweep], openStore: openStore,
      options: CoordinatorService.Options(endpoint: directory.endpoint, endsWhenFinished: true),
      log: log, progress: progress)
    let endpoint = service.endpoint
    makeWorkers = { (report) throws(RuntimeError) in
      try WorkerProcesses(
        executable: options.executable, endpoint: endpoint, count: options.workers,
        memoryShare: options.memoryShare, dataDirectory: options.dataDirectory,
        logLevel: options.logLevel.rawValue,
        logFormat: options.logFormat, report: report)
    }
  }

  /// Where the results are.
  public var store: TrialStore { service.store }

  /// Closes the store, so that another coordinator can have it.
  public func closeStore() { service.closeStore() }

  /// Asks the run, from any thread, to commit what it has and end.
  public var stop: @Sendable () -> Void { service.stop }

  /// Trains what the store does not have.
  ///
  /// - Throws: ``RuntimeError`` where the store, the socket or all workers fail.
  public func run() throws(RuntimeError) -> CoordinatorService.Ending {
    guard !service.isDone else { return .finished }
    let note = service.note
    let workers = try makeWorkers { event in
      switch event {
      case .ended(let worker, let cause): note(.workerProcessEnded(worker, cause))
      case .gaveUp(let error): note(.failed(error))
      }
    }
    defer { workers.end() }
    service.onProgress = { workers.noteProgress() }
    service.onFinish = { workers.expectEnds() }
    return try service.run()
  }
}
