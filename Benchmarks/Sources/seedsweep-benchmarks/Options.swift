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

  static let benchmarks = ["peak", "products", "elementary", "experiment-1", "experiment-2"]

  static let help = """
    usage: seedsweep-benchmarks [options]
      --only NAMES        some of \(benchmarks.joined(separator: ",")) (all)
      --format text|json  a table for people, or an object on each line (text)
      --seeds N           trials of experiment-1 (100000)
      --repetitions N     of experiment-1 (3)
      --epochs N          of experiment-2, of which N − 2 count (7)
      --cores N           up to how many threads the experiments use (2)
      --data KINDS        some of strokes,dense for experiment-2 (both)
      --data-directory D  what peers/data.py wrote; without it images of no meaning are made
    """

  /// Reads the arguments behind the program's name.
  init(_ arguments: [String]) throws(OptionError) {
    var rest = arguments[...]
    while let name = rest.popFirst() {
      if name == "--help" { throw OptionError(message: Self.help) }
      guard let value = rest.popFirst() else { throw OptionError(message: "\(name) needs a value") }
      try set(name, value)
    }
  }

  private mutating func set(_ name: String, _ value: String) throws(OptionError) {
    let names = value.split(separator: ",").map(String.init)
    switch name {
    case "--only":
      guard names.allSatisfy(Self.benchmarks.contains) else {
        throw OptionError(message: "--only: there are \(Self.benchmarks.joined(separator: ", "))")
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
    case "--cores": cores = try number(name, value, atLeast: 1)
    case "--data":
      data = names.compactMap(ImageData.Kind.init)
      guard data.count == names.count else {
        throw OptionError(message: "--data: there are strokes and dense")
      }
    case "--data-directory": dataDirectory = value
    default: throw OptionError(message: "there is no option \(name); see --help")
    }
  }

  private func number(
    _ name: String, _ value: String, atLeast minimum: Int
  ) throws(OptionError) -> Int {
    guard let number = Int(value), number >= minimum else {
      throw OptionError(message: "\(name) is a whole number from \(minimum) on")
    }
    return number
  }
}

/// What is wrong with the command line.
struct OptionError: Error, CustomStringConvertible {
  let message: String
  var description: String { message }
}
