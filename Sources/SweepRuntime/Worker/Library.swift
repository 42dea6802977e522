import Datasets
import Foundation
import Scheduling
import SweepModel
import Training

/// The plans of the variants that a worker trains, compiled on a thread of its own.
///
/// Data are loaded once: all plans of variants with the same data, and all slots that train them, share
/// one copy.
final class Library: Sendable {
  /// What the thread is to do.
  enum Order: Sendable {
    /// Compile a variant's canonical JSON, with data from these files, as far as the coordinator knows them.
    case compile(VariantDigest, canonicalJSON: [UInt8], files: [DataFile])
    /// Let go of all data but these.
    case keep(Set<DataDigest>)
  }

  private let queue = WorkQueue<Order>()

  /// Starts the thread, which takes files of data from `stock`, and components from `registry`. `report`
  /// is called on it.
  init(
    stock: DataStock, registry: ComponentRegistry = .builtIn,
    report: @escaping @Sendable (VariantDigest, Result<TrainingPlan, VariantRejection>) -> Void
  ) {
    let queue = queue
    startThread(named: "library") {
      var shelf = DataShelf()
      while let order = queue.takeFirst() {
        switch order {
        case .compile(let digest, let text, let files):
          report(
            digest,
            Result { () throws(VariantRejection) in
              try Self.compile(text, &shelf, files, stock, registry)
            })
        case .keep(let digests): shelf.keep(digests)
        }
      }
    }
  }

  func add(_ order: Order) { queue.add(order) }

  func close() { queue.close() }

  private static func compile(
    _ canonicalJSON: [UInt8], _ shelf: inout DataShelf, _ files: [DataFile], _ stock: DataStock,
    _ registry: ComponentRegistry
  ) throws(VariantRejection) -> TrainingPlan {
    do {
      let variant = try ResolvedVariant(canonicalJSON: canonicalJSON)
      // Before data are loaded or fetched in vain.
      if let missing = MissingComponent(
        of: variant.components, among: Set(registry.identities))
      {
        throw VariantRejection(.componentMissing, missing.description)
      }
      let loader = VariantLoader(files: stock.files(files), registry: registry)
      let request = VariantLoader.DataRequest(variant.data, variant.sources)
      let data = try shelf.load(request, by: loader, known: files)
      guard data.digest == variant.dataDigest else {
        // The files may be replaced before it is asked again.
        shelf.forget(request)
        throw VariantRejection(.dataDiffer, Self.difference(data.digest, variant))
      }
      return try loader.plan(of: variant, data)
    } catch let error as VariantRejection {
      throw error
    } catch let error as VariantError {
      switch error.cause {
      case .files: throw VariantRejection(.dataMissing, error.description)
      case .difference: throw VariantRejection(.dataDiffer, error.description)
      case .variant: throw VariantRejection(.unusable, error.description)
      }
    } catch {
      throw VariantRejection(.unusable, "\(error)")
    }
  }

  /// How the data here differ from those that the coordinator has.
  private static func difference(_ found: DataDigest, _ variant: ResolvedVariant) -> String {
    let files = variant.data.arguments.filter { $0.key.hasSuffix("path") }
      .sorted { $0.key < $1.key }
      .compactMap { if case .text(let path) = $0.value { path } else { nil } }
    let names = files.isEmpty ? "" : " (\(files.joined(separator: ", ")))"
    return "local data\(names) differ from the coordinator's: data_sha256 "
      + "\(found.hex.prefix(shownDigits)) here, \(variant.dataDigest.hex.prefix(shownDigits)) there"
  }

  /// Enough of a digest to tell it from others.
  private static let shownDigits = 12
}

/// The data of a worker's variants, each loaded once.
struct DataShelf {
  private struct Key: Hashable {
    let request: VariantLoader.DataRequest
    /// The content of the files, as far as it is known beforehand.
    let files: [DataFile]
  }

  private var loaded: [Key: TrainingData] = [:]

  /// The data of a request, which are loaded unless they are there.
  ///
  /// - Parameter known: What the files hold, as far as that is known.
  mutating func load(
    _ request: VariantLoader.DataRequest, by loader: VariantLoader, known: [DataFile] = []
  ) throws(VariantError) -> TrainingData {
    let key = Key(request: request, files: known)
    if let data = loaded[key] { return data }
    let data = try loader.data(request)
    // Two requests may name the same data.
    let shared = loaded.values.first { $0.digest == data.digest } ?? data
    loaded[key] = shared
    return shared
  }

  /// The data that are there.
  var digests: Set<DataDigest> { Set(loaded.values.map(\.digest)) }

  /// Lets go of the data of a request: the next call loads them anew.
  mutating func forget(_ request: VariantLoader.DataRequest) {
    loaded = loaded.filter { $0.key.request != request }
  }

  /// Lets go of all data but those with these digests.
  mutating func keep(_ digests: Set<DataDigest>) {
    loaded = loaded.filter { digests.contains($0.value.digest) }
  }
}
