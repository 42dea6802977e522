import Datasets
import Foundation
import Logging
import Scheduling
import SweepModel
import SweepReport
import Training
import TrialStore
import ZeroMQTransport

/// Runs the coordinator's state machine over a real socket, clock and store.
///
/// One thread, the caller's, owns the socket and the machine; another writes to the store; they talk
/// through a mailbox that is polled beside the socket.
public final class CoordinatorService {
  /// How a coordinator came to its end.
  public enum Ending: Hashable, Sendable {
    /// Every trial is in the store.
    case finished
    /// It was asked to end; what was received is in the store.
    case interrupted
  }

  /// What can happen to a coordinator from outside its socket.
  enum Note: Sendable {
    case store(StoreWriter.Report)
    case stopRequested
    case workerProcessEnded(WorkerID, LossCause)
    case failed(RuntimeError)
    case keysRevoked([PublicKey])
    case control(ControlClerk.Report)
    case data(ChunkReader.Report)
    case upload(UploadDesk.Report)
    case model(ModelDesk.Report)
  }

  /// The socket and what guards it.
  let access: CoordinatorAccess
  let mailbox: Mailbox<Note>
  let writer: StoreWriter
  /// Where the results are.
  public let store: TrialStore
  let log: ThrottledLog
  let progress: ProgressMeter
  let clock = MonotonicClock()
  /// What clients want, where they are served.
  let control: ControlOffice?
  /// The files of data that workers are given.
  let data: DataDesk
  /// Where workers hand over models.
  let models: ModelOffice
  var registry: SweepRegistry
  let monitor: CoordinatorMonitor
  var machine: Coordinator
  var nextTick = Instant(.zero)
  var nextWaitingLook = Instant(.zero)
  var waitingChanges = WaitingChanges()
  var isStopping = false
  var uncommittedResults = 0
  var isFinished = false
  /// The registration that is being handled, with the key that the transport vouches for.
  var latestHello: (WorkerHello, PublicKey?)?
  /// Whose message is being handled, and its bytes.
  var latestFrame: (peer: PeerID, size: Int)?
  /// When workers that have not said goodbye are no longer waited for.
  var farewellDeadline = Instant(.zero)
  /// Called on the coordinator's thread when results were committed.
  var onProgress: () -> Void = {}
  /// Called on the coordinator's thread when every trial is in the store, before workers hear of it.
  var onFinish: () -> Void = {}

  /// What follows the store's path in the name of the directory of files that clients upload.
  static let uploadSuffix = "-data"

  /// The address that workers connect to.
  public var endpoint: String { access.endpoint }

  /// The number of this start over its store.
  public var epoch: CoordinatorEpoch { machine.epoch }

  /// Listens, with keys or plain, and registers the sweeps in the store.
  ///
  /// - Parameter openStore: Called once the address is had, so that no new store is left where it is
  ///   not.
  /// - Throws: ``RuntimeError`` where the store refuses a sweep or the address cannot be had.
  public init(
    sweeps: [PreparedSweep], openStore: () throws(RuntimeError) -> TrialStore, options: Options,
    log: Logger, progress: ProgressMeter
  ) throws(RuntimeError) {
    let throttled = ThrottledLog(log)
    self.log = throttled
    self.progress = progress
    let limits = try ConnectionLimits(wanted: options.maxWorkers)
    for warning in limits.warnings { log.warning("\(warning)") }
    var policy = options.policy
    policy.mostWorkers = limits.workers
    let mailbox = try Mailbox<Note>()
    self.mailbox = mailbox
    access = try CoordinatorAccess(
      endpoint: options.endpoint, keys: options.keys, limits: limits, log: throttled
    ) {
      switch $0 {
      case .revoked(let keys): mailbox.post(.keysRevoked(keys))
      case .failed(let error): mailbox.post(.failed(error))
      }
    }
    monitor = try CoordinatorMonitor(options.metrics)
    let store = try openStore()
    self.store = store
    do {
      let catalog = DataCatalog(
        uploads: DataCache(
          directory: options.cache.directory ?? store.path + Self.uploadSuffix,
          limit: options.cache.limit))
      data = DataDesk(catalog) { mailbox.post(.data($0)) }
      models = ModelOffice(ModelDesk(store: store) { mailbox.post(.model($0)) })
      var registered = try StoredJobs(
        sweeps.map { ($0.sweep, $0.dataFiles.map(\.file)) }, store)
      for (sweep, served) in zip(sweeps, registered.sweeps) {
        catalog.add(sweep.dataFiles, from: sweep.files)
        try store.noteRepresentations(of: sweep, served.key)
      }
      if let files = options.clientFiles {
        try registered.addSubmissions(of: store)
        for sweep in registered.sweeps { catalog.add(sweep.files, from: files) }
      }
      registry = SweepRegistry(registered.sweeps)
      control = options.clientFiles.map { files in
        ControlOffice(
          store: store, files: files, catalog: catalog, registry: options.registry,
          report: { mailbox.post(.control($0)) }, reportUpload: { mailbox.post(.upload($0)) })
      }
      machine = Coordinator(
        jobs: registered.jobs, epoch: CoordinatorEpoch(try store.beginEpoch()),
        goldenWeights: GoldenTrial.expectedWeights, endsWhenFinished: options.endsWhenFinished,
        quarantined: registered.quarantined, quarantinedKeys: registered.quarantinedKeys,
        policy: policy)
      catalog.pin(registry.openDataFiles)
      writer = StoreWriter(store: store, variants: registered.variants) { report in
        mailbox.post(.store(report))
      }
      findCheckpoints(of: registered.jobs)
    } catch {
      throw RuntimeError(error)
    }
  }

  deinit {
    writer.close()
    control?.close()
    data.reader.close()
    models.desk.close()
  }

  /// Closes the store, so that another coordinator can have it. Nothing is served from then on.
  public func closeStore() {
    writer.close()
    try? store.close()
  }

  /// Asks the coordinator, from any thread, to commit what it has received and end.
  public var stop: @Sendable () -> Void {
    { [mailbox] in mailbox.post(.stopRequested) }
  }

  /// Tells the coordinator, from any thread, what happened to a worker's process.
  var note: @Sendable (Note) -> Void {
    { [mailbox] in mailbox.post($0) }
  }

  /// Whether there is nothing to do unless a client submits something.
  public var hasNoSweeps: Bool { registry.count == 0 }

  /// The names of the sweeps that are served, those that clients submitted among them.
  public var sweepNames: [String] { registry.sweepNames }

  /// How far the sweeps are.
  public var sweeps: [SweepStatus] { registry.statuses(progressByJob) }

  /// The sweeps that clients cancelled before all of their trials were there.
  public var cancelledSweeps: [SweepStatus] { sweeps.filter { $0.state == .cancelled } }

  /// Whether the store has every trial already.
  var isDone: Bool { machine.isFinished }
}
