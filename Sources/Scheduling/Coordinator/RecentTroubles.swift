import SweepModel

/// The workers that were refused or lost lately, by machine: as many as there is room for, for people.
struct RecentTroubles: Sendable {
  /// What happened on one machine.
  struct Trouble: Hashable, Sendable {
    /// The machine's name, without the process's number.
    let machine: String
    /// The kind: troubles of one kind on one machine are one.
    let kind: String
    /// What happened last.
    var text: String
    /// How often it happened.
    var count: Int
    /// When it happened first, and last.
    let since: Instant
    var latest: Instant
  }

  /// How long something is told that has not happened again.
  static let memory = Duration.seconds(120)

  /// The latest last.
  private var troubles: [Trouble] = []

  /// Notes that something happened to a worker, whose `host` is its machine's name and process's number.
  mutating func note(_ kind: String, _ text: String, on host: String, at now: Instant) {
    forgetOld(at: now)
    let machine = Self.machine(ofHost: host)
    var trouble = Trouble(
      machine: machine, kind: kind, text: text, count: 0, since: now, latest: now)
    if let place = troubles.firstIndex(where: { $0.machine == machine && $0.kind == kind }) {
      trouble = troubles.remove(at: place)
    }
    trouble.text = text
    trouble.count += 1
    trouble.latest = now
    troubles.append(trouble)
    if troubles.count > Limits.recentTroubles { troubles.removeFirst() }
  }

  /// A worker of that machine is welcome again.
  mutating func forget(host: String) {
    guard !troubles.isEmpty else { return }
    let machine = Self.machine(ofHost: host)
    troubles.removeAll { $0.machine == machine }
  }

  /// What happened lately, the latest first.
  func recent(at now: Instant) -> [Trouble] {
    troubles.filter { $0.latest.advanced(by: Self.memory) >= now }.reversed()
  }

  private mutating func forgetOld(at now: Instant) {
    troubles.removeAll { $0.latest.advanced(by: Self.memory) < now }
  }

  private static func machine(ofHost host: String) -> String {
    guard let colon = host.lastIndex(of: ":"),
      host[host.index(after: colon)...].allSatisfy(\.isNumber)
    else { return host }
    return String(host[..<colon])
  }
}
