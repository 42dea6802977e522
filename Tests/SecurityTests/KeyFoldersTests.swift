import Foundation
import Testing

@testable import SweepRuntime

/// `keys new --pair`: all folders of keys at once, also after an interruption.
struct KeyFoldersTests {
  private let directory: TestDirectory
  private let folders: KeyFolders

  init() throws {
    directory = try TestDirectory()
    folders = KeyFolders(directory: directory.path("keys"))
  }

  private var contents: [String: String] {
    get throws {
      var contents: [String: String] = [:]
      for name in try FileManager.default.subpathsOfDirectory(atPath: folders.directory) {
        contents[name] = (try? String(contentsOfFile: path(name), encoding: .utf8)) ?? "/"
      }
      return contents
    }
  }

  private func path(_ name: String) -> String { directory.path("keys/\(name)") }

  private func move(_ name: String, to other: String) {
    #expect(rename(path(name), path(other)) == 0)
  }

  private func expectComplete() throws {
    let coordinator = try CoordinatorKeys(directory: path("coordinator"))
    let list = AllowList(directory: path("coordinator"))
    #expect(list.problems == [])
    #expect(list.entries.count == 2)
    for (name, role) in [("worker", AccessRoles.worker), ("client", .client)] {
      let peer = try PeerKeys(directory: path(name))
      #expect(peer.coordinator == coordinator.own.publicKey)
      #expect(list.roles(of: peer.own.publicKey) == role)
    }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folders.directory).sorted()
        == ["client", "coordinator", "worker"])
  }

  @Test func eachFolderIsComplete() throws {
    let before = umask(0)
    defer { umask(before) }
    #expect(try folders.make() == .made)
    try expectComplete()
    for name in ["", "coordinator", "worker", "client", "coordinator/workers"] {
      var status = stat()
      #expect(stat(path(name), &status) == 0)
      #expect(status.st_mode & 0o777 == 0o700, "\(name)")
    }
    let made = try contents
    #expect(try folders.make() == .found)
    #expect(try contents == made)
  }

  @Test func theAdviceForAMissingKeyHasTheCoordinatorAcceptTheNewOne() throws {
    #expect(try folders.make() == .made)
    #expect(unlink(path("worker/worker.secret")) == 0)
    do throws(RuntimeError) {
      Issue.record("\(try folders.make())")
    } catch {
      #expect(
        error.message.contains("keys allow \(path("worker"))/NAME.public --role worker"),
        "\(error.message)")
    }
  }

  @Test func aFolderThatIsThereMayBeMounted() throws {
    try FileManager.default.createDirectory(
      atPath: path("lost+found"), withIntermediateDirectories: true)
    #expect(try folders.make() == .made)
    #expect(rmdir(path("lost+found")) == 0)
    try expectComplete()
  }

  /// As volumes of containers are, each of which sees its own alone.
  @Test func emptyFoldersAreFilledInPlace() throws {
    for name in ["coordinator", "worker", "client", "client/lost+found"] {
      try FileManager.default.createDirectory(
        atPath: path(name), withIntermediateDirectories: true)
    }
    var before = stat()
    #expect(stat(path("worker"), &before) == 0)
    #expect(try folders.make() == .made)
    var after = stat()
    #expect(stat(path("worker"), &after) == 0)
    #expect(before.st_ino == after.st_ino)
    try expectComplete()
    let made = try contents
    #expect(try folders.make() == .found)
    #expect(try contents == made)
  }

  @Test func partlyFilledFoldersAreRefused() throws {
    for name in ["coordinator", "worker", "client"] {
      try FileManager.default.createDirectory(
        atPath: path(name), withIntermediateDirectories: true)
    }
    try directory.write("half", to: "keys/worker/worker.public")
    let made = try contents
    #expect(refusal() != "none")
    #expect(try contents == made)
  }

  /// A revoked key stays so.
  @Test func whatWasRevokedIsNotLetInAgain() throws {
    _ = try folders.make()
    unlink(path("coordinator/workers/worker.public"))
    #expect(try folders.make() == .found)
    #expect(!FileManager.default.fileExists(atPath: path("coordinator/workers/worker.public")))
  }

  /// Whatever the moment at which a run was killed, the next one completes it.
  @Test(arguments: 0...3) func whatWasInterruptedIsCompleted(moved: Int) throws {
    _ = try folders.make()
    let made = try contents
    #expect(mkdir(path(".pair"), 0o700) == 0)
    for name in ["coordinator", "worker", "client"].dropFirst(moved) {
      move(name, to: ".pair/\(name)")
    }
    #expect(try folders.make() == .completed)
    #expect(try contents == made)
  }

  @Test func keysThatNobodyHasSeenAreMadeAnew() throws {
    try FileManager.default.createDirectory(
      atPath: path(".pair.new/coordinator"), withIntermediateDirectories: true)
    try directory.write("half", to: "keys/.pair.new/coordinator/coordinator.secret")
    #expect(try folders.make() == .made)
    try expectComplete()
  }

  private func refusal() -> String {
    do throws(RuntimeError) {
      _ = try folders.make()
      return "none"
    } catch {
      #expect(error.kind == .input)
      return error.message
    }
  }

  @Test func nothingIsOverwritten() throws {
    _ = try folders.make()
    move("worker", to: "elsewhere")
    let made = try contents
    let message = refusal()
    #expect(message.contains("has coordinator/ and client/ but not worker/"), "\(message)")
    #expect(try contents == made)
    // Nor by what an interrupted run left.
    move("elsewhere", to: "worker")
    #expect(mkdir(path(".pair"), 0o700) == 0)
    #expect(mkdir(path(".pair/worker"), 0o700) == 0)
    #expect(refusal().contains("delete one of the two"))
  }

  @Test func foldersThatDoNotBelongTogetherAreSaid() throws {
    _ = try folders.make()
    let other = KeyFolders(directory: directory.path("other"))
    _ = try other.make()
    unlink(path("client/coordinator.public"))
    try FileManager.default.copyItem(
      atPath: directory.path("other/client/coordinator.public"),
      toPath: path("client/coordinator.public"))
    #expect(refusal().contains("client/coordinator.public is not the key of"))
    unlink(path("client/client.secret"))
    #expect(refusal().contains("has no secret key"))
  }

  /// Kubernetes mounts a Secret as links that lead through one that is exchanged when it changes.
  @Test func linksOfAKubernetesSecretAreFollowed() throws {
    _ = try folders.make()
    let files = FileManager.default
    let mount = directory.path("mount")
    try files.createDirectory(atPath: mount, withIntermediateDirectories: false)
    try files.copyItem(atPath: path("coordinator"), toPath: "\(mount)/..2026_01")
    try files.createSymbolicLink(atPath: "\(mount)/..data", withDestinationPath: "..2026_01")
    for name in ["coordinator.secret", "workers", "clients"] {
      try files.createSymbolicLink(
        atPath: "\(mount)/\(name)", withDestinationPath: "..data/\(name)")
    }
    let keys = try CoordinatorKeys(directory: mount)
    #expect(try keys.own.publicKey == CoordinatorKeys(directory: path("coordinator")).own.publicKey)
    let worker = try PeerKeys(directory: path("worker")).own.publicKey
    #expect(AllowList(directory: mount).roles(of: worker) == .worker)
    // The Secret changes: the worker's key is gone.
    let before = AllowListFingerprint(directory: mount, isThorough: false)
    try files.copyItem(atPath: "\(mount)/..2026_01", toPath: "\(mount)/..2026_02")
    unlink("\(mount)/..2026_02/workers/worker.public")
    try files.createSymbolicLink(atPath: "\(mount)/..data_tmp", withDestinationPath: "..2026_02")
    #expect(rename("\(mount)/..data_tmp", "\(mount)/..data") == 0)
    #expect(AllowListFingerprint(directory: mount, isThorough: false) != before)
    #expect(AllowList(directory: mount).roles(of: worker).isEmpty)
  }
}
