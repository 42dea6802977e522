import Foundation
import Scheduling
import SweepModel
import SweepProtocol
import Synchronization
import TrialStore

/// Keeps the models that workers hand over, on a thread of its own: the coordinator's thread must not wait for a
/// disk.
final class ModelDesk: Sendable {
  /// What became of a part of a model.
  enum Report: Sendable {
    /// The coordinator has the file up to there; whether the part was news.
    case kept(PeerID, ModelPart.Header, position: Int, news: Bool)
    /// The whole file is verified and durable.
    case done(PeerID, ModelPart.Header, ModelSubject, KeptFile, news: Bool)
    /// It is not kept.
    case refused(PeerID, ModelPart.Header, ModelRefusal)
  }

  /// What a file is kept as.
  enum Purpose: Hashable, Sendable {
    /// The model of a completed trial.
    case model
    /// The checkpoint of a trial, in place of an earlier one.
    case checkpoint(inPlaceOf: KeptCheckpoint?)
    /// A checkpoint that nobody will go on from.
    case discarded
  }

  /// What was kept.
  enum KeptFile: Hashable, Sendable {
    case model(WeightsDigest)
    case checkpoint(KeptCheckpoint)
    case nothing
  }

  private enum Order: Sendable {
    case part(PeerID, ModelPart, ModelSubject, Purpose)
    case remove(KeptCheckpoint, ModelSubject)
    case settle(ModelSubject, WeightsDigest?)
  }

  private let orders = WorkQueue<Order>()
  private let waiting = Mutex(0)

  /// Starts the thread, which keeps models beside `store`. `report` is called on it.
  init(store: TrialStore, report: @escaping @Sendable (Report) -> Void) {
    startThread(named: "models") { [self] in
      var models = ArrivingModels(store: store)
      while let order = orders.takeFirst() {
        switch order {
        case .settle(let subject, let weights): models.kept.settle(subject, weights: weights)
        case .remove(let checkpoint, let subject): models.kept.remove(checkpoint, of: subject)
        case .part(let peer, let part, let subject, let purpose):
          do throws(ModelRefusal) {
            switch try models.take(part, of: subject, purpose) {
            case .arriving(let position, let isNews):
              report(.kept(peer, part.header, position: position, news: isNews))
            case .kept(let file, let isNews):
              report(.done(peer, part.header, subject, file, news: isNews))
            }
          } catch {
            report(.refused(peer, part.header, error))
          }
          waiting.withLock { $0 -= 1 }
        }
      }
    }
  }

  /// Keeps a part of a model. What is too much at a time is dropped: the worker sends it again.
  func add(
    _ part: ModelPart, of subject: ModelSubject, as purpose: Purpose = .model, from peer: PeerID
  ) {
    let hasRoom = waiting.withLock { waiting in
      guard waiting < Limits.waitingModelParts else { return false }
      waiting += 1
      return true
    }
    if hasRoom { orders.add(.part(peer, part, subject, purpose)) }
  }

  /// The trial has a result, with these weights where it was completed.
  func settle(_ subject: ModelSubject, weights: WeightsDigest?) {
    orders.add(.settle(subject, weights))
  }

  /// Removes a checkpoint whose trial has a result.
  func remove(_ checkpoint: KeptCheckpoint, of subject: ModelSubject) {
    orders.add(.remove(checkpoint, subject))
  }

  func close() { orders.close() }
}

extension ModelPart {
  /// Which file of which trial it belongs to.
  struct Header: Hashable, Sendable {
    let job: JobID
    let index: TrialIndex
    let file: FileDigest
    let size: Int
  }

  var header: Header { Header(job: job, index: index, file: file, size: size) }
}

/// The models that are on their way to a coordinator's disk.
private struct ArrivingModels {
  enum Progress {
    /// It is there up to this position.
    case arriving(Int, news: Bool)
    /// All of it is.
    case kept(ModelDesk.KeptFile, news: Bool)
  }

  let kept: KeptModels
  private let store: TrialStore
  private let cache: DataCache
  /// The one that was written last is the last.
  private var open: [ArrivingFile] = []
  /// What was kept lately: its worker may not have heard.
  private var recent: [FileDigest: ModelDesk.KeptFile] = [:]
  /// How often what arrived was not what was announced.
  private var failures: [FileDigest: Int] = [:]
  private var representations: [String: RepresentationDigest] = [:]

  /// Files that are open at a time; others are opened again, and read again for their digest.
  private static let mostOpen = 2 * Limits.modelUploads
  private static let mostRemembered = 4_096

  init(store: TrialStore) {
    self.store = store
    kept = KeptModels(storePath: store.path)
    cache = DataCache(
      directory: kept.incoming, limit: Limits.incomingModelBytes, option: "--store",
      contents: "models")
  }

  /// Takes a part where it is the next one.
  mutating func take(
    _ part: ModelPart, of subject: ModelSubject, _ purpose: ModelDesk.Purpose
  ) throws(ModelRefusal) -> Progress {
    if let known = recent[part.file] { return .kept(known, news: false) }
    let file = DataFile(path: "", size: part.size, digest: part.file)
    do throws(RuntimeError) {
      if !cache.holds(file), let progress = try append(part, to: file) { return progress }
    } catch {
      open.removeAll { $0.file == file }
      throw ModelRefusal(error)
    }
    let isWhole = cache.holds(file)
    guard isWhole else { return try noteFailure(of: file) }
    return .kept(try publish(file, of: subject, purpose), news: true)
  }

  /// Appends a part; nil where the file is there then, or was not what was announced.
  private mutating func append(
    _ part: ModelPart, to file: DataFile
  ) throws(RuntimeError) -> Progress? {
    guard let opened = try opened(file) else {
      throw RuntimeError(
        .environment, "another process writes the file \(file.digest) in \(cache.directory)")
    }
    let isNext = opened.position == part.offset && !part.content.isEmpty
    if isNext { try opened.append(part.content) }
    guard opened.position == file.size else { return .arriving(opened.position, news: isNext) }
    open.removeAll { $0 === opened }
    _ = try opened.finish()
    return nil
  }

  private mutating func opened(_ file: DataFile) throws(RuntimeError) -> ArrivingFile? {
    if let position = open.firstIndex(where: { $0.file == file }) {
      let entry = open.remove(at: position)
      open.append(entry)
      return entry
    }
    try cache.makeDirectory()
    if let free = DataCache.freeBytes(cache.directory), free < file.size + Limits.diskReserveBytes {
      throw RuntimeError(
        .environment,
        "\(kept.directory) has \(free) free bytes: too few for a model of \(file.size) bytes beside the "
          + "\(Limits.diskReserveBytes >> 20) MiB that results may need; free some space there")
    }
    guard let partial = try cache.resume(file) else { return nil }
    if open.count >= Self.mostOpen { open.removeFirst() }
    let entry = ArrivingFile(partial)
    open.append(entry)
    return entry
  }

  /// What a crash of this machine left of a file may be damaged: it is sent again, but not for ever.
  private mutating func noteFailure(of file: DataFile) throws(ModelRefusal) -> Progress {
    if failures.count >= Self.mostRemembered { failures = [:] }
    failures[file.digest, default: 0] += 1
    guard failures[file.digest, default: 0] < Limits.fetchAttempts else {
      failures[file.digest] = nil
      throw ModelRefusal(lie: "what arrives of a model is not what was announced")
    }
    return .arriving(0, news: false)
  }

  private mutating func publish(
    _ file: DataFile, of subject: ModelSubject, _ purpose: ModelDesk.Purpose
  ) throws(ModelRefusal) -> ModelDesk.KeptFile {
    failures[file.digest] = nil
    let path = cache.path(of: file)
    let published: ModelDesk.KeptFile
    do throws(ModelRefusal) {
      let arrived = ArrivedModel(
        path: path, subject: subject, representation: try representation(of: subject))
      published = try publish(file, arrived, purpose)
    } catch {
      cache.remove(file)
      throw error
    }
    if recent.count >= Self.mostRemembered { recent = [:] }
    recent[file.digest] = published
    return published
  }

  private func publish(
    _ file: DataFile, _ arrived: ArrivedModel, _ purpose: ModelDesk.Purpose
  ) throws(ModelRefusal) -> ModelDesk.KeptFile {
    switch purpose {
    case .model:
      let weights = try arrived.weights()
      do throws(RuntimeError) {
        try kept.publish(arrived.path, of: arrived.subject, weights: weights)
      } catch { throw ModelRefusal(error) }
      return .model(weights)
    case .checkpoint(let other):
      try arrived.checkCheckpoint()
      do throws(RuntimeError) {
        return .checkpoint(
          try kept.publish(
            arrived.path, file, asCheckpointOf: arrived.subject, inPlaceOf: other))
      } catch { throw ModelRefusal(error) }
    case .discarded:
      try arrived.checkCheckpoint()
      cache.remove(file)
      return .nothing
    }
  }

  private mutating func representation(
    of subject: ModelSubject
  ) throws(ModelRefusal) -> RepresentationDigest {
    let name = "\(subject.sweep)/\(subject.variant)"
    if let known = representations[name] { return known }
    let found: RepresentationDigest?
    do throws(StoreError) {
      found = try store.representation(ofVariant: subject.variant, inSweep: subject.sweep)
    } catch {
      throw ModelRefusal(RuntimeError(error))
    }
    guard let found else {
      throw ModelRefusal(
        RuntimeError(
          .environment,
          "how the data of \(subject.sweep) are represented is not on record: submit the specification again"
        ))
    }
    representations[name] = found
    return found
  }
}
