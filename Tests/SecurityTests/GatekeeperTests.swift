import Foundation
import Logging
import Scheduling
import Synchronization
import Testing
import ZeroMQTransport

@testable import SweepRuntime

/// Who is let in, and what happens when that changes.
struct GatekeeperTests {
  private let directory: TestDirectory
  private let revoked = Recorder()

  private final class Recorder: Sendable {
    let keys = Mutex<[PublicKey]>([])
  }

  init() throws { directory = try TestDirectory() }

  private func gatekeeper() -> Gatekeeper {
    var log = Logger(label: "test")
    log.logLevel = .critical
    return Gatekeeper(directory: directory.url.path, log: ThrottledLog(log)) { [revoked] keys in
      revoked.keys.withLock { $0 += keys }
    }
  }

  private func allow(_ name: String, _ role: AccessRoles) throws -> PublicKey {
    let file = try KeyFile.generate(name: name)
    _ = try file.allow(as: role, in: directory.url.path)
    return try #require(PublicKey(bytes: file.publicKey.bytes))
  }

  private func answer(_ gatekeeper: Gatekeeper, _ key: PublicKey) throws
    -> AuthenticationRequest.Answer
  {
    let frames: [[UInt8]] = [
      Array("1.0".utf8), [1], [], Array("127.0.0.1".utf8), [], Array("CURVE".utf8), key.bytes,
    ]
    return gatekeeper.admit(try #require(AuthenticationRequest(frames: frames)))
  }

  @Test func rolesAreThoseOfTheFolders() throws {
    let worker = try allow("alpha", .worker)
    let client = try allow("ann", .client)
    let gatekeeper = gatekeeper()
    #expect(gatekeeper.roles(of: worker) == .worker)
    #expect(gatekeeper.roles(of: client) == .client)
    #expect(gatekeeper.name(of: worker) == "alpha")
    #expect(gatekeeper.roles(of: nil) == [])
    #expect(gatekeeper.roles(of: PublicKey(bytes: Array(repeating: 1, count: 32))) == [])
  }

  @Test func withoutKeysEverybodyWhoConnectsIsBoth() {
    let gatekeeper = Gatekeeper(directory: nil, log: ThrottledLog(Logger(label: "test"))) { _ in }
    #expect(gatekeeper.roles(of: nil) == [.worker, .client])
  }

  /// Without a tick: a connection is decided by the files as they are.
  @Test func newKeysAreSeenWhenTheyKnock() throws {
    let gatekeeper = gatekeeper()
    let key = try allow("alpha", .worker)
    #expect(try answer(gatekeeper, key) == .admitted)
  }

  @Test func deletedKeysAreRevoked() throws {
    let key = try allow("alpha", .worker)
    let other = try allow("beta", .worker)
    let gatekeeper = gatekeeper()
    #expect(try answer(gatekeeper, key) == .admitted)
    unlink(directory.path("workers/alpha.public"))
    gatekeeper.look(isThorough: true)
    #expect(revoked.keys.withLock { $0 } == [key])
    #expect(gatekeeper.roles(of: key) == [])
    #expect(try answer(gatekeeper, key) == .denied)
    #expect(try answer(gatekeeper, other) == .admitted)
    gatekeeper.look(isThorough: true)
    #expect(revoked.keys.withLock { $0.count } == 1)
  }

  @Test func changedAndSpoiltFilesLetNobodyIn() throws {
    let key = try allow("alpha", .worker)
    let gatekeeper = gatekeeper()
    let path = directory.path("workers/alpha.public")
    // The same file, the same length, other contents.
    let other = try KeyFile.generate(name: "alpha")
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.write(contentsOf: Data(other.publicText.utf8))
    try handle.close()
    gatekeeper.look(isThorough: true)
    #expect(gatekeeper.roles(of: key) == [])
    #expect(gatekeeper.roles(of: PublicKey(bytes: other.publicKey.bytes)) == .worker)
    try directory.write("nonsense", to: "workers/alpha.public")
    gatekeeper.look(isThorough: true)
    #expect(gatekeeper.roles(of: PublicKey(bytes: other.publicKey.bytes)) == [])
    #expect(revoked.keys.withLock { $0.count } == 2)
  }

  @Test func aKeyThatIsStillAClientIsToldOfAsRevokedToo() throws {
    let file = try KeyFile.generate(name: "both")
    _ = try file.allow(as: .worker, in: directory.url.path)
    _ = try file.allow(as: .client, in: directory.url.path)
    let key = try #require(PublicKey(bytes: file.publicKey.bytes))
    let gatekeeper = gatekeeper()
    #expect(gatekeeper.roles(of: key) == [.worker, .client])
    unlink(directory.path("workers/both.public"))
    gatekeeper.look(isThorough: true)
    #expect(gatekeeper.roles(of: key) == .client)
    #expect(revoked.keys.withLock { $0 } == [key])
  }

  @Test func withoutTheFoldersNobodyIsLetIn() throws {
    let key = try allow("alpha", .worker)
    let gatekeeper = gatekeeper()
    try FileManager.default.removeItem(atPath: directory.path("workers"))
    #expect(try answer(gatekeeper, key) == .denied)
    #expect(revoked.keys.withLock { $0 } == [key])
  }

  @Test func floodersWaitOutside() throws {
    let key = try allow("alpha", .worker)
    let other = try allow("beta", .worker)
    let gatekeeper = gatekeeper()
    gatekeeper.ban(key)
    #expect(try answer(gatekeeper, key) == .notNow)
    #expect(try answer(gatekeeper, other) == .admitted)
  }

  @Test func allowingNeverReplacesAnotherKey() throws {
    let file = try KeyFile.generate(name: "alpha")
    let path = try file.allow(as: .worker, in: directory.url.path)
    #expect(try file.allow(as: .worker, in: directory.url.path) == path)
    let error = #expect(throws: RuntimeError.self) {
      _ = try KeyFile.generate(name: "alpha").allow(as: .worker, in: directory.url.path)
    }
    #expect(error?.message.contains("another key of that name") == true)
    #expect(try KeyFile.readPublic(path).publicKey == file.publicKey)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: directory.path("workers"))
        == ["alpha.public"])
  }
}
