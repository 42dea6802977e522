/// What the command line asks for.
struct Options {
  var only: [String] = Options.benchmarks
  var printsJSON = false
  var seeds = 100_000
  var repetitions = 3
  var epochs = 7
  var cores = 2
  var data: [ImageData.Kind] = ImageData.Kind.allCases
  var dataDirectory: String?
  var variant: String?
  /// Whether only the help is asked for.
  var printsHelp = false

  static let benchmarks = [
    "peak", "products", "convolution", "elementary", "experiment-1", "experiment-2", "tagger",
  ]
  /// What runs only where it is named.
  static let others = ["trainer"]

  private static let names = [
    "--only", "--format", "--seeds", "--repetitions", "--epochs", "--cores", "--data",
    "--data-directory", "--variant",
  ]

  static let help = """
    usage: seedsweep-benchmarks [options]
      --only NAMES        some of \(benchmarks.joined(separator: ",")) (all)
      --format text|json  a table for people, or an object on each line (text)
                          or trainer: the trials of any variant, on --cores threads
      --seeds N           trials of experiment-1 and trainer (100000)
      --repetitions N     of experiment-1 and trainer (3)
      --variant FILE      for trainer: what `seedsweep check --format json` printed
      --epochs N          of experiment-2 and tagger, of which N − 2 count (7)
      --cores N           up to how many threads the experiments use (2; up to 1024)
      --data KINDS        some of strokes,dense for experiment-2 (both)
      --data-directory D  what peers/data.py wrote; without it images of no meaning are made
      --help              this text
    exit status: 0 done; 1 a measurement failed; 2 unusable options
    """

  /// Reads the arguments behind the program's name; nothing behind `--help` is read.
  init(_ arguments: [String]) throws(OptionError) {
    var rest = arguments[...]
    while let name = rest.popFirst() {
      if name == "--help" {
        printsHelp = true
        return
      }
      guard Self.names.contains(name) else {
        throw OptionError(message: "there is no such option: \(name); see --help")
      }
      guard let value = rest.popFirst() else { throw OptionError(message: "\(name) needs a value") }
      try set(name, value)
    }
  }

  private mutating func set(_ name: String, _ value: String) throws(OptionError) {
    let names = value.split(separator: ",").map(String.init)
    switch name {
    case "--only":
      let known = Self.benchmarks + Self.others
      guard !names.isEmpty, names.allSatisfy(known.contains) else {
        throw OptionError(message: "--only: there are \(known.joined(separator: ", "))")
      }
      only = names
    case "--format":
      guard ["text", "json"].contains(value) else {
        throw OptionError(message: "--format is text or json")
      }
      printsJSON = value == "json"
    case "--seeds": seeds = try number(name, value, atLeast: 1)
    case "--repetitions": repetitions = try number(name, value, atLeast: 1)
    case "--epochs": epochs = try number(name, value, atLeast: 3)
    case "--cores": cores = try number(name, value, atLeast: 1, atMost: 1024)
    case "--data":
      data = names.compactMap(ImageData.Kind.init)
      guard !names.isEmpty, data.count == names.count else {
        throw OptionError(message: "--data: there are strokes and dense")
      }
    case "--variant": variant = value
    default: dataDirectory = value
    }
  }

  private func number(
    _ name: String, _ value: String, atLeast minimum: Int, atMost maximum: Int = .max
  ) throws(OptionError) -> Int {
    guard let number = Int(value), (minimum...maximum).contains(number) else {
      let end = maximum == .max ? "on" : "to \(maximum)"
      throw OptionError(message: "\(name) is a whole number from \(minimum) \(end), not `\(value)`")
    }
    return number
  }
}

/// What is wrong with the command line, in one line.
struct OptionError: Error, CustomStringConvertible {
  let message: String
  var description: String { message }
}
