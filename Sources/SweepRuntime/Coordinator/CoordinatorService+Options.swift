import Datasets
import Scheduling
import SweepModel
import Training

extension CoordinatorService {
  /// How a coordinator serves.
  public struct Options: Sendable {
    /// The address to listen at.
    public var endpoint: String
    /// Whom it lets in; nil for a plain socket.
    public var keys: CoordinatorKeys?
    /// Workers that it serves at most; nil for as many as the limit of open files allows.
    public var maxWorkers: Int?
    /// Whether it ends when every trial is in the store.
    public var endsWhenFinished: Bool
    /// Where the data are of sweeps that clients submit, confined unless clients may read all that
    /// the process may; nil to serve no clients.
    public var clientFiles: DataFiles?
    /// Where the files are kept that clients upload: by default beside the store.
    public var cache: CacheLocation
    /// The components that specifications of clients may name.
    public var registry: ComponentRegistry
    /// Where to serve metrics; nil to serve none.
    public var metrics: MetricsAddress?
    /// The times and sizes.
    public var policy: SchedulingPolicy

    /// Options of a coordinator.
    public init(
      endpoint: String, keys: CoordinatorKeys? = nil, maxWorkers: Int? = nil,
      endsWhenFinished: Bool, clientFiles: DataFiles? = nil,
      cache: CacheLocation = CacheLocation(limit: Limits.cacheBytes),
      registry: ComponentRegistry = .builtIn, metrics: MetricsAddress? = nil,
      policy: SchedulingPolicy = SchedulingPolicy()
    ) {
      self.endpoint = endpoint
      self.keys = keys
      self.maxWorkers = maxWorkers
      self.endsWhenFinished = endsWhenFinished
      self.clientFiles = clientFiles
      self.cache = cache
      self.registry = registry
      self.metrics = metrics
      self.policy = policy
    }
  }
}
