import Foundation

/// Who can read a secret key's file, and who can change it.
///
/// Accepted are files of the user with no rights for anybody else, and files of root that the user can
/// read only as a member of their group: so a Kubernetes Secret is mounted (`defaultMode: 0440`,
/// `fsGroup`). In either case nobody but root and this process's own user or group can read the key.
struct SecretFileRights: Hashable, Sendable {
  let owner: uid_t
  let group: gid_t
  let mode: mode_t

  init(owner: uid_t, group: gid_t, mode: mode_t) {
    self.owner = owner
    self.group = group
    self.mode = mode & 0o777
  }

  /// Those of a file that is open.
  init(_ status: stat) {
    self.init(owner: status.st_uid, group: status.st_gid, mode: status.st_mode)
  }

  /// What is wrong with them for a process of `user` and `groups`, with PATH in place of the file; nil
  /// where the file may be used.
  func objection(user: uid_t = geteuid(), groups: Set<gid_t> = Self.ownGroups) -> String? {
    guard owner == user || owner == 0 else {
      return "belongs to another user, who could change it: use a key of your own"
    }
    guard mode & 0o037 == 0 else {
      return mode & 0o033 == 0
        ? "can be read by other users of this machine: \(advice)"
        : "can be read or changed by other users of this machine: \(advice)"
    }
    guard mode & 0o040 != 0 else { return nil }
    guard owner == 0 else { return "can be read by other users of this machine: \(advice)" }
    guard groups.contains(group) else {
      return "can be read by the group \(group), which this process is not a member of: \(advice)"
    }
    return nil
  }

  private var advice: String {
    // A Secret's files belong to root and cannot be changed where they are mounted.
    owner == 0
      ? "in Kubernetes set defaultMode: 0440 and fsGroup, else chmod 600 PATH" : "chmod 600 PATH"
  }

  /// The effective group of this process and its supplementary ones.
  static var ownGroups: Set<gid_t> {
    var groups: Set<gid_t> = [getegid()]
    let count = getgroups(0, nil)
    guard count > 0 else { return groups }
    var list = [gid_t](repeating: 0, count: Int(count))
    let written = getgroups(count, &list)
    groups.formUnion(list.prefix(max(0, Int(written))))
    return groups
  }
}
