import Foundation
import Testing

@testable import TrialStore

@Suite("Network file systems are told from local disks")
struct NetworkFileSystemTests {
  /// In the form of proc(5): one mount with two optional fields, one whose point has a space, one whose
  /// point has a hyphen, one over another, and a line that was cut short.
  private static let table = """
    20 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw
    36 20 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
    40 20 0:51 / /home/a\\040b rw,nosuid shared:7 master:2 - fuse.sshfs host:/x rw,user_id=0
    41 20 0:52 / /a-b rw - tmpfs - rw
    42 20 0:53 / /scratch rw - nfs4 server:/scratch rw
    43 42 0:54 / /scratch rw - xfs /dev/sdb rw
    44 20 0:55
    """
  private static let mounts = NetworkFileSystem.Mount.all(inTable: table)

  @Test(arguments: [
    ("98:0", "ext3"), ("0:51", "fuse.sshfs"), ("0:52", "tmpfs"), ("0:53", "nfs4"),
  ])
  func mountIsFoundByItsDevice(device: String, type: String) {
    #expect(NetworkFileSystem.mountType(of: "/x", device: device, Self.mounts) == type)
  }

  /// As in a Btrfs subvolume, whose files have a device that is mounted nowhere.
  @Test(arguments: [
    ("/home/a b", "fuse.sshfs"), ("/home/a b/runs", "fuse.sshfs"), ("/home/a bc", "ext4"),
    ("/a-b/c", "tmpfs"), ("/scratch/x", "xfs"), ("/", "ext4"),
  ])
  func mountIsFoundByItsPath(path: String, type: String) {
    #expect(NetworkFileSystem.mountType(of: path, device: "0:99", Self.mounts) == type)
  }

  @Test func emptyTableSaysNothing() {
    #expect(NetworkFileSystem.mountType(of: "/", device: "0:1", []) == nil)
    #expect(NetworkFileSystem.Mount.all(inTable: "").isEmpty)
  }

  @Test(arguments: [
    "nfs", "nfs4", "cifs", "smb3", "lustre", "gpfs", "beegfs", "ceph", "fuse.sshfs",
  ])
  func network(type: String) { #expect(NetworkFileSystem.types.contains(type)) }

  @Test(arguments: [
    "ext4", "xfs", "btrfs", "zfs", "tmpfs", "overlay", "9p", "virtiofs", "fuseblk",
    "fuse.fuse-overlayfs",
  ])
  func local(type: String) { #expect(!NetworkFileSystem.types.contains(type)) }

  @Test func temporaryDirectoryOfThisMachineIsLocal() {
    #expect(NetworkFileSystem.type(of: FileManager.default.temporaryDirectory.path) == nil)
  }

  @Test func reasonIsOneLineThatSaysWhatToDo() {
    let error = StoreError.onNetwork("/home/a/x.sqlite", "nfs")
    #expect(error.kind == .input)
    #expect(!error.description.contains("\n"))
    #expect(error.description.contains("/home/a/x.sqlite"))
    #expect(error.description.contains("(nfs)"))
    #expect(error.description.contains("use a --store on a local disk"))
  }
}
