import SweepModel
import SweepReport
import TrialStore

/// Reads the trials of a sweep as another process stores them, each once.
///
/// It looks at the store when it is asked to, remembers a position and a few counts, and holds one page of
/// results at a time, however many there are.
public struct StoreFollower {
  /// How far it has come.
  public enum Progress: Hashable, Sendable {
    /// There is no store, or no sweep in it, yet; what it is that is missing.
    case waiting(String)
    /// There may be more.
    case following
    /// Every trial was read.
    case complete
    /// Every trial that is there was read, and the sweep was cancelled before there were more.
    case cancelled
  }

  /// What it is following, once that is there.
  private struct Target {
    let store: TrialStore
    var sweep: StoredSweep
    var version: Int64?
    /// What a client wanted of it that is no longer looked for, for each variant.
    var endedTrials: UInt64?
    var variants: [VariantKey: NamedVariant]
  }

  private let path: String
  private let name: String?
  private let format: TrialExport.Format
  private let withHistory: Bool
  private var target: Target?
  private var position = ArrivalPosition()
  private var hasHeader = false

  /// Trials that were read.
  public private(set) var count: UInt64 = 0
  /// Trials that were read and whose result another has taken the place of since.
  public private(set) var replacedCount: UInt64 = 0

  /// All trials that the sweep is to have; nil while it is not there.
  public var total: UInt64? { target.map { Self.total(of: $0.sweep) } }

  /// Follows the sweep of that name, or the only one, in the store at `path`, which need not be there.
  public init(path: String, sweep name: String?, format: TrialExport.Format, withHistory: Bool) {
    self.path = path
    self.name = name
    self.format = format
    self.withHistory = withHistory
  }

  /// Looks whether there are more trials, and calls `write` with their lines.
  ///
  /// - Parameter replaced: called with each trial, as `VARIANT/INDEX`, that was read before and has another
  ///   result since.
  /// - Throws: ``RuntimeError`` where the store cannot be read or used, and what `write` throws.
  public mutating func poll(
    write: (String) throws -> Void, replaced: (String) -> Void
  ) throws -> Progress {
    do {
      if let missing = try open() { return .waiting(missing) }
      return try read(write: write, replaced: replaced)
    } catch let error as StoreError {
      // A file that is read without locks was written: it is opened again.
      guard error.code == .busy else { throw RuntimeError(error) }
      target = nil
      return .following
    }
  }

  /// Opens the store and finds the sweep. Returns what is missing.
  private mutating func open() throws -> String? {
    guard target == nil else { return nil }
    let store: TrialStore
    do throws(StoreError) {
      store = try TrialStore(path: path, access: .readOnly)
    } catch {
      guard error.code == .missing || error.code == .empty else { throw error }
      return "the store \(path)"
    }
    let sweeps = try store.sweeps()
    if let name, !sweeps.contains(where: { $0.sweep.name == name }) {
      return "sweep \(name) in \(path)"
    }
    if sweeps.isEmpty { return "a sweep in \(path)" }
    let sweep = try store.chosenSweep(name)
    if !hasHeader { try store.skipReplacements(&position) }
    target = Target(
      store: store, sweep: sweep, version: nil,
      variants: Dictionary(
        uniqueKeysWithValues: zip(sweep.variants.map(\.key), sweep.sweep.variants)))
    return nil
  }

  private mutating func read(
    write: (String) throws -> Void, replaced: (String) -> Void
  ) throws -> Progress {
    guard var target else { return .following }
    let export = TrialExport(target.sweep.sweep, as: format, withHistory: withHistory)
    if !hasHeader {
      try write(export.header)
      hasHeader = true
    }
    // Taken first: what is written while the rows are read shows at the next look.
    let version = try target.store.dataVersion()
    if version != target.version {
      if let sweep = try target.store.sweep(named: target.sweep.sweep.name) { target.sweep = sweep }
      // Before the rows, as it is written after them.
      target.endedTrials = try target.store.trialsOfEndedSubmission(of: target.sweep.id)
      var isLast = false
      while !isLast {
        let arrivals = try target.store.arrivals(
          of: target.sweep.id, after: &position, withHistory: withHistory)
        isLast = arrivals.isLast
        for (variant, index) in arrivals.replaced {
          replacedCount += 1
          replaced("\(target.variants[variant]?.name ?? "?")/\(index)")
        }
        for arrival in arrivals.results {
          guard let variant = target.variants[arrival.variant] else { continue }
          try write(export.lines(of: arrival.result, variant: variant))
          count += 1
        }
      }
      target.version = version
      self.target = target
    }
    if count >= Self.total(of: target.sweep) { return .complete }
    let variants = UInt64(target.sweep.variants.count)
    if let ended = target.endedTrials, count < ended * variants { return .cancelled }
    return .following
  }

  private static func total(of stored: StoredSweep) -> UInt64 {
    stored.sweep.trials * UInt64(stored.variants.count)
  }
}
