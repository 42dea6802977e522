import Foundation
import GRDB
import SweepModel
import Testing
import TrialStore

@Suite("One writer, many readers")
struct ConcurrencyTests {
  let scratch: Scratch
  let store: TrialStore
  let variant: VariantKey

  init() throws {
    scratch = try Scratch()
    store = try TrialStore(path: scratch.path(), access: .readWrite)
    variant = try store.firstVariant()
  }

  @Test("A second writer is refused until the first closes, under any name of the file")
  func secondWriter() throws {
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path("alias"), withDestinationPath: scratch.path())
    for name in ["sweep.sqlite", "alias"] {
      let error = #expect(throws: StoreError.self) {
        try TrialStore(path: scratch.path(name), access: .readWrite)
      }
      #expect(error?.code == .locked && error?.kind == .environment)
      #expect(
        error?.description.hasPrefix("another seedsweep (process \(getpid())) is writing ") == true)
    }
    #expect(try store.commit([Sample.completed(0)], of: variant) == [.inserted])
    try store.close()
    try store.close()
    let second = try TrialStore(path: scratch.path("alias"), access: .readWrite)
    #expect(try second.recordedIndices(variant).count == 1)
  }

  @Test("A closed store throws, and leaves one file")
  func closed() throws {
    try store.commit([Sample.completed(0)], of: variant)
    let reader = try TrialStore(path: scratch.path(), access: .readOnly)
    _ = try reader.sweeps()
    try store.close()
    #expect(throws: StoreError.self) { try store.commit([Sample.completed(1)], of: variant) }
    let error = #expect(throws: StoreError.self) { try store.sweeps() }
    #expect(error?.code == .closed)
    #expect(try reader.allResults(variant).count == 1)
    try reader.close()
    #expect(try scratch.files == ["sweep.sqlite"])
  }

  @Test("Readers see what is committed, and do not hinder the writer")
  func readersMeanwhile() throws {
    let reader = try TrialStore(path: scratch.path(), access: .readOnly)
    try store.commit((0..<1_500).map { Sample.completed($0) }, of: variant)
    var seen = 0
    // The reader is in the middle of its own reading while the writer commits.
    try reader.results(variant, in: TrialRange(0, 10_000), withHistory: true) { result in
      if seen == 0 {
        try store.commit((1_500..<1_800).map { Sample.completed($0) }, of: variant)
      }
      #expect(result.index.rawValue == UInt64(seen))
      seen += 1
    }
    #expect(seen == 1_800)
    // And the one who reads may use the same store.
    try store.results(variant, in: TrialRange(0, 1), withHistory: false) { result in
      let again = try store.result(variant, index: result.index)
      #expect(again == Sample.completed(0))
    }
  }

  #if os(Linux)
    @Test("A reader that closes does not take the writer's locks with it")
    func readersLeaveTheWritersLocks() throws {
      try store.commit([Sample.completed(0)], of: variant)
      for _ in 0..<2 { try TrialStore(path: scratch.path(), access: .readOnly).close() }
      // Without its lock another process would believe itself alone, and delete the log on closing.
      #expect(try scratch.hasSQLiteLock())
      try store.commit([Sample.completed(1)], of: variant)
      #expect(try store.recordedIndices(variant).count == 2)
    }
  #endif

  @Test("A transaction that is not committed is not seen, and leaves nothing when its process dies")
  func uncommitted() throws {
    try store.commit([Sample.completed(0)], of: variant)
    try store.close()
    // Another program of this process writes half of a transaction, as a coordinator in the middle
    // of a commit would have done.
    let queue = try DatabaseQueue(path: scratch.path())
    try queue.writeWithoutTransaction { database in
      try database.execute(sql: "BEGIN IMMEDIATE; DELETE FROM history; DELETE FROM trial;")
      let reader = try TrialStore(path: scratch.path(), access: .readOnly)
      #expect(try reader.allResults(variant) == [Sample.completed(0)])
      for suffix in ["", "-wal"] {
        try scratch.bytes("sweep.sqlite\(suffix)").write(
          to: URL(fileURLWithPath: scratch.path("copy.sqlite\(suffix)")))
      }
      try database.execute(sql: "ROLLBACK")
    }
    try queue.close()
    let copy = try TrialStore(path: scratch.path("copy.sqlite"), access: .readWrite)
    #expect(try copy.allResults(variant) == [Sample.completed(0)])
  }

  @Test(
    "A copy of file and log, taken while the store is open, has every committed result",
    arguments: [false, true])
  func copyInFlight(checkpointCutShort: Bool) throws {
    // So many that the file grows, and the log has its first page.
    for index in UInt64(0)..<200 { try store.commit([Sample.completed(index)], of: variant) }
    #expect(try scratch.bytes("sweep.sqlite-wal").count > 0)
    var file = try scratch.bytes()
    if checkpointCutShort {
      // As when the disk was full: the first page tells of pages (their number stands at byte 28 of
      // SQLite's file format) that are in the log only.
      file.replaceSubrange(28..<32, with: [0, 0, 1, 0])
    }
    try file.write(to: URL(fileURLWithPath: scratch.path("copy.sqlite")))
    try scratch.bytes("sweep.sqlite-wal").write(
      to: URL(fileURLWithPath: scratch.path("copy.sqlite-wal")))
    for access in [TrialStore.Access.readOnly, .readWrite] {
      let copy = try TrialStore(path: scratch.path("copy.sqlite"), access: access)
      #expect(try copy.allResults(variant) == (0..<200).map { Sample.completed($0) })
      try copy.close()
    }
  }
}

#if os(Linux)
  extension Scratch {
    /// Whether this process has SQLite's lock of those who have a database open.
    func hasSQLiteLock(_ name: String = "sweep.sqlite") throws -> Bool {
      let descriptor = open(path(name), O_RDONLY)
      defer { close(descriptor) }
      // The shared range of SQLite's file format: 510 bytes from the second after its pending byte.
      var lock = flock(
        l_type: Int16(F_WRLCK), l_whence: Int16(SEEK_SET), l_start: 0x4000_0002, l_len: 510,
        l_pid: 0)
      // F_OFD_GETLK, which Swift does not import: a lock of the open file, not of the process, would
      // meet the process's own. It is only asked for.
      let getOpenFileLock: Int32 = 36
      let status = fcntl(descriptor, getOpenFileLock, &lock)
      try #require(status == 0)
      return lock.l_type == Int16(F_RDLCK)
    }
  }
#endif
