import Foundation
import SweepRuntime
import Testing
import ZeroMQTransport

/// Key files: what is written, and what is refused.
struct KeyFileTests {
  private let directory: TestDirectory

  init() throws { directory = try TestDirectory() }

  private func rights(_ path: String) -> mode_t {
    var status = stat()
    #expect(stat(path, &status) == 0)
    return status.st_mode & 0o777
  }

  private func refusal(_ path: String, isSecret: Bool = true) -> String {
    do throws(RuntimeError) {
      _ = try isSecret ? KeyFile.readSecret(path) : KeyFile.readPublic(path)
      return "none"
    } catch {
      #expect(error.kind == .input)
      return error.message
    }
  }

  @Test func whatIsWrittenIsReadAgain() throws {
    let file = try KeyFile.generate(name: "alpha")
    // Whoever is careless about new files is not about secrets.
    let before = umask(0)
    defer { umask(before) }
    let paths = try file.write(into: directory.path("new/keys"))
    #expect(rights(paths.secret) == 0o600)
    #expect(rights(paths.public) == 0o644)
    #expect(rights(directory.path("new/keys")) == 0o700)
    let secret = try KeyFile.readSecret(paths.secret)
    #expect(secret.publicKey == file.publicKey)
    #expect(secret.pair?.secretKey.z85ForItsFile == file.pair?.secretKey.z85ForItsFile)
    let open = try KeyFile.readPublic(paths.public)
    #expect(open.publicKey == file.publicKey)
    #expect(open.name == "alpha")
    #expect(open.pair == nil)
    let text = try String(contentsOfFile: paths.public, encoding: .utf8)
    #expect(!text.contains(try #require(file.pair?.secretKey.z85ForItsFile)))
  }

  @Test(arguments: ["alpha.secret", "alpha.public"])
  func nothingIsOverwritten(existing: String) throws {
    try directory.write("precious", to: existing)
    let error = #expect(throws: RuntimeError.self) {
      _ = try KeyFile.generate(name: "alpha").write(into: directory.url.path)
    }
    #expect(error?.message.contains("never overwritten") == true)
    #expect(try String(contentsOfFile: directory.path(existing), encoding: .utf8) == "precious")
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.url.path) == [existing])
  }

  @Test func notEvenByALink() throws {
    try FileManager.default.createSymbolicLink(
      atPath: directory.path("alpha.secret"), withDestinationPath: directory.path("elsewhere"))
    #expect(throws: RuntimeError.self) {
      _ = try KeyFile.generate(name: "alpha").write(into: directory.url.path)
    }
    #expect(!FileManager.default.fileExists(atPath: directory.path("elsewhere")))
  }

  @Test(arguments: [0o604, 0o660, 0o666, 0o610, 0o642, 0o620] as [mode_t])
  func secretsThatOthersCanReadAreRefused(mode: mode_t) throws {
    let paths = try KeyFile.generate(name: "alpha").write(into: directory.url.path)
    #expect(chmod(paths.secret, mode) == 0)
    #expect(refusal(paths.secret).hasSuffix("chmod 600 \(paths.secret)"))
    #expect(chmod(paths.secret, 0o400) == 0)
    #expect(refusal(paths.secret) == "none")
  }

  @Test(.enabled(if: geteuid() == 0, "only root can give files away"))
  func secretsOfOthersAreRefused() throws {
    let paths = try KeyFile.generate(name: "alpha").write(into: directory.url.path)
    #expect(chown(paths.secret, 12_345, 12_345) == 0)
    #expect(refusal(paths.secret).contains("belongs to another user"))
  }

  @Test func whatIsNoFileIsRefused() throws {
    #expect(refusal(directory.url.path).contains("not a file at all"))
    #expect(refusal("/dev/zero").contains("not a file at all"))
    #expect(mkfifo(directory.path("pipe"), 0o600) == 0)
    #expect(refusal(directory.path("pipe")).contains("not a file at all"))
    #expect(refusal(directory.path("missing")).contains("No such file"))
    try directory.write(String(repeating: "# padding\n", count: 100_000), to: "huge")
    #expect(chmod(directory.path("huge"), 0o600) == 0)
    #expect(refusal(directory.path("huge")).contains("longer than"))
  }

  @Test func spoiltFilesAreRefusedWithoutQuotingThem() throws {
    let file = try KeyFile.generate(name: "alpha")
    let good = try #require(file.secretText)
    let secret = try #require(file.pair?.secretKey.z85ForItsFile)
    let other = try KeyFile.generate(name: "beta")
    let spoilt: [(String, String)] = [
      ("", "no line `name"), ("key", "line 1 is not"),
      (good.replacingOccurrences(of: "name: alpha", with: "name: ../alpha"), "its name must"),
      (good.replacingOccurrences(of: "name: alpha\n", with: ""), "no line `name"),
      (good + "name: beta\n", "a second time"), (good + "colour: red\n", "unknown name"),
      (good.replacingOccurrences(of: secret, with: String(secret.dropLast())), "40 characters"),
      (good.replacingOccurrences(of: secret, with: secret + " "), "40 characters"),
      (
        good.replacingOccurrences(of: file.publicKey.z85, with: other.publicKey.z85),
        "not the one of its secret key"
      ),
      (file.publicText, "no line `secret-key"),
    ]
    for (text, words) in spoilt {
      try directory.write(text, to: "spoilt")
      #expect(chmod(directory.path("spoilt"), 0o600) == 0)
      let message = refusal(directory.path("spoilt"))
      #expect(message.contains(words), "\(message)")
      #expect(!message.contains(secret.prefix(20)), "\(message)")
    }
    try directory.write(good, to: "secret")
    #expect(refusal(directory.path("secret"), isSecret: false).contains("belongs the public one"))
  }

  @Test func linesMayEndAsInWindows() throws {
    let file = try KeyFile.generate(name: "alpha")
    let text = file.publicText.replacingOccurrences(of: "\n", with: "\r\n")
    #expect(try KeyFile(parsing: Array(text.utf8)).publicKey == file.publicKey)
  }

  @Test func namesAreFileNames() {
    for name in ["a", "gpu-7.example_org", String(repeating: "x", count: 64)] {
      #expect(KeyFile.isName(name))
    }
    for name in [
      "", ".", "..", ".a", "-a", "a/b", "a b", "ä", "a\0", String(repeating: "x", count: 65),
    ] {
      #expect(!KeyFile.isName(name), "\(name)")
    }
  }

  @Test func directoriesOfKeysSayWhatIsMissing() throws {
    func message(_ body: () throws(RuntimeError) -> Void) -> String {
      do throws(RuntimeError) {
        try body()
        return "none"
      } catch {
        return error.message
      }
    }
    let keys = directory.path("keys")
    func peer() -> String {
      message { () throws(RuntimeError) in _ = try PeerKeys(directory: keys) }
    }
    func coordinator() -> String {
      message { () throws(RuntimeError) in _ = try CoordinatorKeys(directory: keys) }
    }
    #expect(peer().contains("seedsweep keys new NAME --out \(keys)"))
    let own = try KeyFile.generate(name: "coordinator")
    _ = try own.write(into: keys)
    #expect(coordinator() == "none")
    // The coordinator's own secret is nobody else's.
    #expect(peer().contains("has no secret key"))
    _ = try KeyFile.generate(name: "alpha").write(into: keys)
    #expect(peer() == "none")
    #expect(try PeerKeys(directory: keys).own.name == "alpha")
    #expect(try PeerKeys(directory: keys).coordinator == own.publicKey)
    unlink("\(keys)/coordinator.public")
    #expect(peer().contains("coordinator.public is missing"))
    unlink("\(keys)/coordinator.secret")
    #expect(coordinator().contains("seedsweep keys new coordinator --out \(keys)"))
    _ = try KeyFile.generate(name: "beta").write(into: keys)
    #expect(peer().contains("2 secret keys (alpha.secret, beta.secret)"))
  }
}

/// A directory for one test.
final class TestDirectory {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent(
      "seedsweep-keys-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  func write(_ text: String, to name: String) throws {
    try text.write(toFile: path(name), atomically: false, encoding: .utf8)
  }
}
