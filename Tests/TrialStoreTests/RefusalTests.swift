import Foundation
import SweepModel
import Testing
import TrialStore

@Suite("Files that are refused stay as they were")
struct RefusalTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Makes a store with one result in it, closed.
  private func makeStore() throws {
    let store = try TrialStore(path: scratch.path(), access: .readWrite)
    try store.commit([Sample.completed(0)], of: store.firstVariant())
    try store.close()
  }

  /// Opens the file, expects the error, and expects the directory to be as it was.
  @discardableResult
  private func expectRefusal(
    _ code: StoreError.Code, _ kind: StoreError.Kind, _ access: TrialStore.Access,
    name: String = "sweep.sqlite", sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> String {
    func contents() throws -> [String: Data] {
      var contents: [String: Data] = [:]
      for file in try scratch.files { contents[file] = (try? scratch.bytes(file)) ?? Data() }
      return contents
    }
    let before = try contents()
    let error = #expect(throws: StoreError.self, sourceLocation: sourceLocation) {
      try TrialStore(path: scratch.path(name), access: access)
    }
    #expect(error?.code == code, sourceLocation: sourceLocation)
    #expect(error?.kind == kind, sourceLocation: sourceLocation)
    let after = try contents()
    #expect(after == before, sourceLocation: sourceLocation)
    let description = error?.description ?? ""
    #expect(!description.contains("\n"), sourceLocation: sourceLocation)
    #expect(description.contains(scratch.path(name)), sourceLocation: sourceLocation)
    return description
  }

  static let bothAccesses: [TrialStore.Access] = [.readWrite, .readOnly]

  @Test(arguments: bothAccesses)
  func notADatabase(access: TrialStore.Access) throws {
    for text in ["name: sequence\n", String(repeating: "not a database at all\n", count: 500)] {
      try Data(text.utf8).write(to: URL(fileURLWithPath: scratch.path()))
      try expectRefusal(.notADatabase, .input, access)
    }
  }

  @Test(arguments: bothAccesses)
  func databasesOfOthers(access: TrialStore.Access) throws {
    try scratch.execute("CREATE TABLE mine (value INTEGER); INSERT INTO mine VALUES (1);")
    try expectRefusal(.notAStore, .input, access)
    try scratch.execute("PRAGMA journal_mode = WAL; INSERT INTO mine VALUES (2);")
    try expectRefusal(.notAStore, .input, access)
    try scratch.execute("PRAGMA application_id = 42; PRAGMA user_version = 1;")
    try expectRefusal(.notAStore, .input, access)
  }

  @Test(arguments: bothAccesses)
  func newerFormat(access: TrialStore.Access) throws {
    try makeStore()
    try scratch.execute("PRAGMA user_version = 7")
    let message = try expectRefusal(.otherFormat, .input, access)
    #expect(message.contains("a newer seedsweep (format 7, this one knows up to 4)"))
  }

  @Test("Another contract's results can be read, but none added")
  func anotherContract() throws {
    try makeStore()
    try scratch.execute("UPDATE store SET contract_version = \(Versions.contract + 1)")
    let message = try expectRefusal(.otherContract, .input, .readWrite)
    #expect(
      message.contains(
        "made under numeric contract \(Versions.contract + 1), this is \(Versions.contract)"))
    let reader = try TrialStore(path: scratch.path(), access: .readOnly)
    #expect(reader.contractVersion == Versions.contract + 1)
    #expect(try reader.sweeps().count == 1)
  }

  @Test(arguments: bothAccesses)
  func whatIsNoFile(access: TrialStore.Access) throws {
    let manager = FileManager.default
    try manager.createDirectory(atPath: scratch.path("folder"), withIntermediateDirectories: false)
    try expectRefusal(.notAFile, .input, access, name: "folder")
    try expectRefusal(.notAFile, .input, access, name: "folder/")
    try expectRefusal(.missingDirectory, .input, access, name: "nowhere/sweep.sqlite")
    try manager.createSymbolicLink(
      atPath: scratch.path("dangling"), withDestinationPath: scratch.path("gone"))
    try expectRefusal(.notAFile, .input, access, name: "dangling")
    mkfifo(scratch.path("pipe"), 0o600)
    let error = #expect(throws: StoreError.self) {
      try TrialStore(path: scratch.path("pipe"), access: access)
    }
    #expect(error?.code == .notAFile)
    #expect(throws: StoreError.self) { try TrialStore(path: "", access: access) }
    try makeStore()
    try expectRefusal(.missingDirectory, .input, access, name: "sweep.sqlite/inside")
  }

  @Test func nothingToRead() throws {
    try expectRefusal(.missing, .input, .readOnly)
    try Data().write(to: URL(fileURLWithPath: scratch.path()))
    try expectRefusal(.empty, .input, .readOnly)
    // An empty file is where a coordinator that was killed at once left it: good to be written.
    try makeStore()
    #expect(try scratch.files == ["sweep.sqlite"])
  }

  @Test("A file beside the store that is not our lock is neither overwritten nor deleted")
  func foreignLock() throws {
    try Data("my notes\n".utf8).write(to: URL(fileURLWithPath: scratch.path("sweep.sqlite-lock")))
    try expectRefusal(.notAStore, .input, .readWrite)
  }

  @Test(arguments: bothAccesses)
  func damagedPages(access: TrialStore.Access) throws {
    try makeStore()
    var bytes = try scratch.bytes()
    bytes.replaceSubrange(100..<4_096, with: repeatElement(0xA5, count: 3_996))
    try bytes.write(to: URL(fileURLWithPath: scratch.path()))
    try expectRefusal(.damaged, .environment, access)
  }

  @Test("Values that we never write throw, whatever they are")
  func hostileValues() throws {
    try makeStore()
    let statements = [
      "UPDATE trial SET status = 'excellent'", "UPDATE trial SET trial_index = -1",
      "UPDATE trial SET metrics = x'010203'", "UPDATE trial SET weights_sha256 = x'00'",
      "UPDATE trial SET status = 'failed'", "UPDATE trial SET status = 'diverged'",
      "UPDATE trial SET weights_sha256 = NULL", "UPDATE history SET history = x'01'",
      "UPDATE variant SET json = '{}'", "UPDATE variant SET digest = x''",
      "UPDATE sweep SET trials = -5", "DROP TABLE trial",
    ]
    let good = try scratch.bytes()
    for statement in statements {
      try good.write(to: URL(fileURLWithPath: scratch.path()))
      try scratch.execute("PRAGMA foreign_keys = OFF; \(statement)")
      let error = #expect(throws: StoreError.self, "\(statement)") {
        let store = try TrialStore(path: scratch.path(), access: .readOnly)
        let sweep = try #require(try store.sweeps().first)
        let variant = try #require(sweep.variants.first)
        _ = try store.recordedIndices(variant.key)
        _ = try store.allResults(variant.key)
      }
      #expect(error?.code == .damaged, "\(statement)")
    }
  }

  @Test("Permissions are named", .enabled(if: geteuid() != 0, "root may write everywhere"))
  func permissions() throws {
    try makeStore()
    chmod(scratch.path(), 0o444)
    try expectRefusal(.permissionDenied, .environment, .readWrite)
    chmod(scratch.path(), 0o000)
    try expectRefusal(.permissionDenied, .environment, .readOnly)
    chmod(scratch.path(), 0o644)
    chmod(scratch.directory.path, 0o555)
    try expectRefusal(.permissionDenied, .environment, .readWrite)
    try expectRefusal(.permissionDenied, .environment, .readWrite, name: "new.sqlite")
    // Reading needs no more than that.
    let reader = try TrialStore(path: scratch.path(), access: .readOnly)
    #expect(try reader.sweeps().count == 1)
    chmod(scratch.directory.path, 0o755)
  }
}
