/// Numbers of cores as the kernel lists them: `0-3,8,10-11` (cpuset(7), "List Format").
struct CoreList: Hashable {
  private let ranges: [ClosedRange<Int>]

  /// The number of cores.
  var count: Int { ranges.reduce(0) { $0 + $1.count } }

  /// Reads a list; nil for anything else.
  init?(_ text: Substring) {
    var ranges: [ClosedRange<Int>] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1],
        0 <= first, first <= last, last < Self.mostCores
      else { return nil }
      ranges.append(first...last)
    }
    self.ranges = ranges
  }

  /// More than any kernel is built for.
  private static let mostCores = 1 << 20

  /// The cores on which this process may run and which are online; nil where the system does not say.
  static func affine(files: SystemFiles) -> CoreList? {
    let field = "Cpus_allowed_list:"
    guard let status = files.text("/proc/self/status"),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix(field) }),
      let allowed = CoreList(line.dropFirst(field.count).trimmed)
    else { return nil }
    // The mask may name cores that are switched off.
    guard let text = files.text("/sys/devices/system/cpu/online"),
      let online = CoreList(Substring(text).trimmed)
    else { return allowed }
    return allowed.intersection(online)
  }

  private init(ranges: [ClosedRange<Int>]) { self.ranges = ranges }

  private func intersection(_ other: CoreList) -> CoreList {
    CoreList(
      ranges: ranges.flatMap { range in
        other.ranges.filter { $0.overlaps(range) }.map { $0.clamped(to: range) }
      })
  }
}

extension Substring {
  /// Without the blanks at its ends.
  fileprivate var trimmed: Substring {
    let start = drop(while: \.isWhitespace)
    let end = start.lastIndex { !$0.isWhitespace }
    return end.map { start[...$0] } ?? ""
  }
}
