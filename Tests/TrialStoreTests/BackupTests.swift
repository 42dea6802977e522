import Foundation
import Testing
import TrialStore

@Suite("Backups of a store that is being written")
struct BackupTests {
  let scratch: Scratch
  let store: TrialStore

  init() throws {
    scratch = try Scratch()
    store = try TrialStore(path: scratch.path(), access: .readWrite)
  }

  @Test("A backup holds every commit before it, in one file, and none after it")
  func holdsWhatWasCommitted() throws {
    let variant = try store.firstVariant()
    try store.commit((0..<50).map { Sample.completed($0) }, of: variant)
    // These are in the write-ahead log alone: a copy of the file would lack them.
    var files = try scratch.files
    #expect(files.contains("sweep.sqlite-wal"))
    let reader = try TrialStore(path: scratch.path(), access: .readOnly)
    let size = try reader.backup(to: scratch.path("copy.sqlite"))
    #expect(try scratch.bytes("copy.sqlite").count == size)
    try store.commit((50..<60).map { Sample.completed($0) }, of: variant)
    files = try scratch.files
    #expect(!files.contains { $0.hasPrefix("copy.sqlite-") })
    let copy = try TrialStore(path: scratch.path("copy.sqlite"), access: .readOnly)
    #expect(try copy.recordedIndices(variant).count == 50)
    let before = try store.allResults(variant).prefix(50)
    #expect(try copy.allResults(variant) == Array(before))
    #expect(try reader.recordedIndices(variant).count == 60)
  }

  @Test("A backup replaces no file, whatever it is, and leaves none where it fails")
  func replacesNothing() throws {
    try Data("precious".utf8).write(to: URL(fileURLWithPath: scratch.path("taken")))
    let before = try scratch.files
    for (name, code) in [("taken", StoreError.Code.exists), ("none/copy", .missingDirectory)] {
      let error = #expect(throws: StoreError.self) { try store.backup(to: scratch.path(name)) }
      #expect(error?.code == code && error?.kind == .input)
    }
    #expect(throws: StoreError.self) { try store.backup(to: scratch.path()) }
    #expect(try scratch.files == before)
    #expect(try scratch.bytes("taken") == Data("precious".utf8))
  }

  @Test("A store can be written from its backup, and remembers its epoch")
  func restores() throws {
    let epoch = try store.beginEpoch()
    _ = try store.backup(to: scratch.path("copy.sqlite"))
    let restored = try TrialStore(path: scratch.path("copy.sqlite"), access: .readWrite)
    #expect(try restored.beginEpoch() == epoch + 1)
  }
}
