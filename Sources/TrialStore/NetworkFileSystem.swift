import Foundation

/// Tells the file systems that several machines mount from local disks.
///
/// SQLite's write-ahead log keeps its index in memory that processes share by mapping the file
/// `STORE-shm`. Processes on different machines share no memory, so a reader elsewhere would see, or
/// leave, a damaged file (https://www.sqlite.org/wal.html, "WAL does not work over a network
/// filesystem"). SQLite cannot notice that; the type of the file system can.
///
/// A file system that a virtual machine or a container shares with its own host only (9p, virtiofs)
/// counts as local.
enum NetworkFileSystem {
  /// The type of the network file system that `path`, absolute and without links, is on; nil where it
  /// is a local one, or cannot be told.
  static func type(of path: String) -> String? {
    #if canImport(Darwin)
      var status = statfs()
      guard statfs(path, &status) == 0, status.f_flags & UInt32(MNT_LOCAL) == 0 else { return nil }
      return withUnsafeBytes(of: status.f_fstypename) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
    #else
      var status = stat()
      guard stat(path, &status) == 0,
        let table = FileManager.default.contents(atPath: "/proc/self/mountinfo")
      else { return nil }
      // As in glibc's `gnu_dev_major` and `gnu_dev_minor`.
      let device = UInt64(status.st_dev)
      let major = (device >> 8) & 0xFFF | (device >> 32) & 0xFFFF_F000
      let minor = device & 0xFF | (device >> 12) & 0xFFFF_FF00
      let mounts = Mount.all(inTable: String(decoding: table, as: UTF8.self))
      let type = mountType(of: path, device: "\(major):\(minor)", mounts)
      return type.flatMap { types.contains($0) ? $0 : nil }
    #endif
  }

  /// The types, as the table of mounts has them. The last two of the first group are disks that several
  /// machines share; those of the second reach other machines through FUSE.
  static let types: Set<String> = [
    "acfs", "afs", "beegfs", "beegfs_nodev", "ceph", "cifs", "coda", "gpfs", "lustre",
    "ncpfs", "nfs", "nfs4", "orangefs", "panfs", "pvfs2", "smb3", "smbfs", "wekafs", "gfs2",
    "ocfs2",

    "fuse.beegfs", "fuse.ceph", "fuse.ceph-fuse", "fuse.curlftpfs", "fuse.davfs", "fuse.gcsfuse",
    "fuse.glusterfs", "fuse.goofys", "fuse.juicefs", "fuse.lizardfs", "fuse.mfs", "fuse.moosefs",
    "fuse.mount-s3", "fuse.quobyte", "fuse.rclone", "fuse.s3fs", "fuse.s3ql", "fuse.saunafs",
    "fuse.seaweedfs", "fuse.smbnetfs", "fuse.sshfs",
  ]

  /// A line of the table of mounts.
  struct Mount: Hashable {
    /// `major:minor`.
    let device: String
    /// Where it is mounted.
    let point: String
    /// The type of the file system.
    let type: String

    /// Reads a table.
    ///
    /// - Source: proc(5), `/proc/[pid]/mountinfo`: the device is the third field, the mount point the
    ///   fifth, and the type the first one after a hyphen, before which there may be any number of
    ///   optional fields.
    static func all(inTable table: String) -> [Mount] {
      table.split(separator: "\n").compactMap { line in
        let fields = line.split(separator: " ")
        guard fields.count > 6, let hyphen = fields[6...].firstIndex(of: "-"),
          hyphen + 1 < fields.endIndex
        else { return nil }
        return Mount(
          device: String(fields[2]), point: unescaped(fields[4]), type: String(fields[hyphen + 1]))
      }
    }

    /// Spaces, tabs, line breaks and backslashes are written in octal.
    private static func unescaped(_ text: Substring) -> String {
      var result = String(text)
      for (code, character) in [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")] {
        result = result.replacingOccurrences(of: code, with: character)
      }
      return result
    }
  }

  /// The type of the mount that a path is on: the one of its device, or, where a file system gives its
  /// files devices of their own, the innermost one that it is beneath. Of two at one point the later one
  /// hides the other.
  static func mountType(of path: String, device: String, _ mounts: [Mount]) -> String? {
    if let mount = mounts.last(where: { $0.device == device }) { return mount.type }
    let above = mounts.filter { mount in
      mount.point == "/" || path == mount.point || path.hasPrefix(mount.point + "/")
    }
    let depth = above.map(\.point.utf8.count).max()
    return above.last { $0.point.utf8.count == depth }?.type
  }
}
