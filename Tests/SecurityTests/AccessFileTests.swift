import Foundation
import Scheduling
import Testing
import ZeroMQTransport

@testable import SweepRuntime

/// Access files: what is written, what is read, and what is refused.
struct AccessFileTests {
  private let directory: TestDirectory
  private let key: CurvePublicKey

  init() throws {
    directory = try TestDirectory()
    key = try CurveKeyPair.generate().publicKey
  }

  private func file(
    _ address: String = "tcp://node7:43121", epoch: UInt64 = 3, pid: Int32 = 4711,
    withKey: Bool = true
  ) -> AccessFile {
    AccessFile(
      address: address, publicKey: withKey ? key : nil, epoch: CoordinatorEpoch(epoch), pid: pid,
      host: "node7")
  }

  private func objection(_ text: String) -> String {
    do throws(AccessFile.Objection) {
      _ = try AccessFile(parsing: Array(text.utf8))
      return "none"
    } catch {
      return error.description
    }
  }

  @Test(arguments: [true, false]) func whatIsWrittenIsReadAgain(withKey: Bool) throws {
    let path = directory.path("access.json")
    let before = umask(0)
    defer { umask(before) }
    try file(withKey: withKey).write(to: path)
    var status = stat()
    #expect(stat(path, &status) == 0)
    #expect(status.st_mode & 0o777 == 0o600)
    #expect(AccessFile.look(at: path) == .file(file(withKey: withKey)))
    // Over an older one, as after a crash; nothing else is left there.
    let other = file("tcp://[2001:db8::1]:7", epoch: 4, withKey: withKey)
    try other.write(to: path)
    #expect(AccessFile.look(at: path) == .file(other))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: directory.url.path) == ["access.json"])
  }

  @Test func onlyItsOwnFileIsRemoved() throws {
    let path = directory.path("access.json")
    let own = file()
    for other in [file(epoch: 4), file(pid: 4712)] {
      try other.write(to: path)
      own.remove(from: path)
      #expect(AccessFile.look(at: path) == .file(other))
    }
    try directory.write("precious", to: "access.json")
    own.remove(from: path)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "precious")
    // Whatever the address.
    try file("tcp://elsewhere:1").write(to: path)
    own.remove(from: path)
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.url.path) == [])
    own.remove(from: path)
  }

  @Test func whereNoneCanBeWrittenIsSaid() throws {
    try directory.write("", to: "file")
    try FileManager.default.createDirectory(
      atPath: directory.path("folder"), withIntermediateDirectories: false)
    for (path, words) in [
      ("missing/access.json", "create it first"),
      ("file/access.json", "is not a directory"),
      ("folder", "not a regular file"),
    ] {
      let error = #expect(throws: RuntimeError.self) {
        try file().write(to: directory.path(path))
      }
      #expect(error?.kind == .input)
      #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }
  }

  @Test func malformedTextIsRefused() throws {
    let good = file().text
    #expect(objection(good) == "none")
    // A later version may say more.
    #expect(objection(good.replacing("{\n", with: "{\"later\": [1],\n")) == "none")
    for (text, words) in [
      ("", "it is empty"), ("{", "not a JSON object"), ("[1]", "not a JSON object"),
      ("\u{0}\u{0}", "not a JSON object"),
      (String(good.dropLast(good.count / 2)), "not a JSON object"),
      (good.replacing("\"address\"", with: "\"adress\""), "no `address`"),
      (good.replacing("\"tcp://node7:43121\"", with: "7"), "its `address` is not a text"),
      (good.replacing("tcp://node7:43121", with: "http://node7"), "tcp://HOST:PORT"),
      (good.replacing("tcp://node7:43121", with: "tcp://a:1;b:2"), "its host must be"),
      (good.replacing("tcp://node7:43121", with: "tcp://*:1"), "not an address to connect to"),
      (good.replacing("tcp://node7:43121", with: "tcp://node7:*"), "not an address to connect to"),
      (good.replacing("node7:43121", with: String(repeating: "x", count: 2_000)), "bytes"),
      (good.replacing(key.z85, with: "short"), "40 characters"),
      (good.replacing("\"\(key.z85)\"", with: "[]"), "neither a text nor null"),
      (good.replacing(": 3", with: ": -3"), "`epoch`"),
      (good.replacing(": 3", with: ": 3.5"), "`epoch`"),
      (good.replacing("4711", with: "0"), "`pid`"),
      (good.replacing("4711", with: "99999999999"), "`pid`"),
      (good.replacing("\"host\": \"node7\"", with: "\"host\": null"), "`host`"),
      (String(repeating: " ", count: 10_000), "longer than"),
    ] {
      let found = objection(text)
      #expect(found.contains(words), "\(found)")
    }
  }

  @Test func whatIsNoFileIsToldApart() throws {
    func look(_ name: String) -> AccessFile.Finding { AccessFile.look(at: directory.path(name)) }
    func isUnusable(_ finding: AccessFile.Finding) -> Bool {
      if case .unusable = finding { true } else { false }
    }
    #expect(look("missing") == .absent)
    #expect(look("missing/access.json") == .absent)
    #expect(isUnusable(look(".")))
    #expect(mkfifo(directory.path("pipe"), 0o600) == 0)
    #expect(isUnusable(look("pipe")))
    #expect(isUnusable(AccessFile.look(at: "/dev/zero")))
    try directory.write("", to: "empty")
    #expect(isUnusable(look("empty/access.json")))
    guard case .malformed = look("empty") else {
      Issue.record("\(look("empty"))")
      return
    }
  }

  /// A file is advice: the keys decide.
  @Test func anotherKeyIsWaitedFor() throws {
    let path = directory.path("access.json")
    _ = try KeyFolders(directory: directory.path("keys")).make()
    let keys = try PeerKeys(directory: directory.path("keys/worker"))
    func advice(_ keys: PeerKeys?, isInsecureAllowed: Bool = false) -> AccessFileReader.Advice {
      AccessFileReader(path: path, keys: keys, isInsecureAllowed: isInsecureAllowed).read()
    }
    #expect(advice(keys) == .waitForFile)
    func expectWait(_ keys: PeerKeys?, _ words: String) {
      guard case .waitForAnother(let error) = advice(keys) else {
        Issue.record("\(advice(keys))")
        return
      }
      #expect(error.message.contains(words), "\(error.message)")
    }
    try file().write(to: path)
    expectWait(keys, "names another coordinator key than \(keys.directory)/coordinator.public")
    expectWait(nil, "give --keys DIR")
    try file(withKey: false).write(to: path)
    expectWait(keys, "names a coordinator without keys")
    guard case .giveUp(let error) = advice(nil) else {
      Issue.record("\(advice(nil))")
      return
    }
    #expect(error.message.contains("--insecure"))
    #expect(advice(nil, isInsecureAllowed: true) == .connect("tcp://node7:43121"))
    try file("tcp://127.0.0.1:5", withKey: false).write(to: path)
    #expect(advice(nil) == .connect("tcp://127.0.0.1:5"))
    try AccessFile(
      address: "tcp://node7:1", publicKey: keys.coordinator, epoch: CoordinatorEpoch(1), pid: 1,
      host: "node7"
    ).write(to: path)
    #expect(advice(keys) == .connect("tcp://node7:1"))
  }
}
