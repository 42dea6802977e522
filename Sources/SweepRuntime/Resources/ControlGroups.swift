/// The cgroup folders that limit a process: its own group and the groups above it, for each mounted
/// hierarchy, cgroup v1 and v2 alike.
///
/// Every ancestor's limit holds, so that all of them are looked at. A container may see its hierarchy from
/// another root: with a cgroup namespace its own group is `/`; without one, as in older Docker, the
/// mount's root is the container's group and `/proc/self/cgroup` names the host's path. Where the group does not lie
/// below the mount's root, what is mounted is the closest that can be seen.
///
/// Source: cgroups(7), proc_pid_mountinfo(5); Linux, Documentation/admin-guide/cgroup-v2.rst.
struct ControlGroups {
  /// One folder of a group.
  struct Folder: Hashable {
    /// Whether it belongs to cgroup v2.
    let isUnified: Bool
    /// Where it is.
    let path: String
    /// The group, as people know it: its path below the mount.
    let group: String
  }

  private let memberships: [Membership]
  private let mounts: [Mount]

  /// A line of `/proc/self/cgroup`: `NUMBER:CONTROLLERS:GROUP`; v2 has number 0 and no controllers.
  private struct Membership {
    let controllers: [Substring]
    let isUnified: Bool
    let group: String

    init?(_ line: Substring) {
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3, fields[2].hasPrefix("/") else { return nil }
      isUnified = fields[0] == "0" && fields[1].isEmpty
      controllers = fields[1].split(separator: ",")
      group = String(fields[2])
    }
  }

  /// A line of `/proc/self/mountinfo` that mounts a hierarchy.
  private struct Mount {
    let root: String
    let point: String
    let isUnified: Bool
    let options: [Substring]

    init?(_ line: Substring) {
      // Optional fields stand before a lone hyphen, as many as there are.
      let fields = line.split(separator: " ")
      guard let hyphen = fields.firstIndex(of: "-"), hyphen >= 6, fields.count > hyphen + 1 else {
        return nil
      }
      switch fields[hyphen + 1] {
      case "cgroup": isUnified = false
      case "cgroup2": isUnified = true
      default: return nil
      }
      root = Self.unescaped(fields[3])
      point = Self.unescaped(fields[4])
      options = fields.count > hyphen + 3 ? fields[hyphen + 3].split(separator: ",") : []
    }

    /// Blanks and backslashes in paths are written as three octal digits.
    private static func unescaped(_ field: Substring) -> String {
      var bytes: [UInt8] = []
      var rest = Array(field.utf8)[...]
      while let byte = rest.popFirst() {
        let digits = rest.prefix(3)
        if byte == UInt8(ascii: "\\"), digits.count == 3,
          let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
        {
          bytes.append(value)
          rest = rest.dropFirst(3)
        } else {
          bytes.append(byte)
        }
      }
      return String(decoding: bytes, as: UTF8.self)
    }
  }

  /// Reads `/proc/self/cgroup` and `/proc/self/mountinfo`; lines that are none of a cgroup are skipped.
  init(membership: String, mounts: String) {
    memberships = membership.split(separator: "\n").compactMap(Membership.init)
    self.mounts = mounts.split(separator: "\n").compactMap(Mount.init)
  }

  /// The folders whose limits hold for a controller, such as `memory`, the process's own first.
  func folders(of controller: String) -> [Folder] {
    var folders: [Folder] = []
    for membership in memberships
    where membership.isUnified || membership.controllers.contains(controller[...]) {
      let candidates = mounts.filter { mount in
        mount.isUnified == membership.isUnified
          && (mount.isUnified || mount.options.contains(controller[...]))
      }
      let reached = candidates.compactMap { mount in
        Self.names(of: membership.group, below: mount.root).map { (mount, $0) }
      }
      // Of a group that lies outside of all mounts, only what is mounted can be read.
      for (mount, names) in reached.isEmpty ? candidates.map({ ($0, []) }) : reached {
        for count in stride(from: names.count, through: 0, by: -1) {
          let group = names.prefix(count).map { "/" + $0 }.joined()
          let point = mount.point == "/" ? "" : mount.point
          let folder = Folder(
            isUnified: mount.isUnified, path: point + group, group: group.isEmpty ? "/" : group)
          if !folders.contains(folder) { folders.append(folder) }
        }
      }
    }
    return folders
  }

  /// The names from a mount's root down to a group; nil where the group lies elsewhere.
  private static func names(of group: String, below root: String) -> [Substring]? {
    let names = group.split(separator: "/")
    let rootNames = root.split(separator: "/")
    // A group outside of the namespace's root is shown with dots.
    guard !names.contains(".."), names.starts(with: rootNames) else { return nil }
    return Array(names.dropFirst(rootNames.count))
  }
}
