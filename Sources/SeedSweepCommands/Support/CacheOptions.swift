import ArgumentParser
import SweepModel
import SweepRuntime

/// Where a worker keeps the data files that it fetched.
struct CacheOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Directory for data files fetched from the coordinator (default: $\(CacheLocation.variable), or "
        + "seedsweep in $XDG_CACHE_HOME or ~/.cache, or else in the temporary directory). Workers of one "
        + "machine share it.", valueName: "directory"))
  var cache: String?

  @Option(
    help: ArgumentHelp(
      "Size limit of that directory, such as 500M or 20G; the files used least recently go first (default: "
        + "\(ByteSize(Limits.cacheBytes))).",
      valueName: "size"), transform: ByteSize.init(parsing:))
  var cacheSize = ByteSize(Limits.cacheBytes)

  func validate() throws {
    if cache == "" { throw ValidationError("--cache needs a directory") }
  }

  /// The place that the options or the environment say.
  func location(_ environment: [String: String]) -> CacheLocation {
    let named = environment[CacheLocation.variable].flatMap { $0.isEmpty ? nil : $0 }
    return CacheLocation(directory: cache ?? named, limit: cacheSize.bytes)
  }
}

/// Where a coordinator keeps the data files that clients send.
struct UploadOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Directory for data files that clients send with `submit` (default: the store's path and `-data`).",
      valueName: "directory"))
  var cache: String?

  @Option(
    help: ArgumentHelp(
      "Size limit of that directory, such as 500M or 20G. Files of unfinished sweeps stay; others go when "
        + "room is needed (default: \(ByteSize(Limits.cacheBytes))).", valueName: "size"),
    transform: ByteSize.init(parsing:))
  var cacheSize = ByteSize(Limits.cacheBytes)

  func validate() throws {
    if cache == "" { throw ValidationError("--cache needs a directory") }
  }

  var location: CacheLocation { CacheLocation(directory: cache, limit: cacheSize.bytes) }
}

/// A number of bytes on a command line: `1500000`, `500M`, `20G`, `20GiB`; K, M, G and T are powers of 1,024.
struct ByteSize: ExpressibleByArgument, CustomStringConvertible {
  let bytes: Int

  private static let units: [Character] = ["K", "M", "G", "T"]

  init(_ bytes: Int) { self.bytes = bytes }

  /// Reads a size, or says how one is written.
  init(parsing argument: String) throws {
    guard let size = ByteSize(argument: argument) else {
      throw ValidationError(
        "not a size: write a number of bytes above 0, or one with K, M, G or T, such as 20G")
    }
    self = size
  }

  init?(argument: String) {
    var text = argument.uppercased()
    for ending in ["IB", "B"] where text.hasSuffix(ending) {
      text.removeLast(ending.count)
      break
    }
    var factor = 1
    if let last = text.last, let power = Self.units.firstIndex(of: last) {
      text.removeLast()
      factor = 1 << (10 * (power + 1))
    }
    guard !text.isEmpty, text.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(text)
    else { return nil }
    let (bytes, overflows) = number.multipliedReportingOverflow(by: factor)
    guard !overflows, bytes > 0 else { return nil }
    self.bytes = bytes
  }

  /// In the largest unit that divides it.
  var description: String {
    var (number, unit) = (bytes, "")
    for next in Self.units where number % 1_024 == 0 && number > 0 {
      (number, unit) = (number / 1_024, String(next))
    }
    return "\(number)\(unit)"
  }
}
