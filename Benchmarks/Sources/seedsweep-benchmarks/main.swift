import Foundation

do {
  let options = try Options(Array(CommandLine.arguments.dropFirst()))
  if options.printsHelp {
    print(Options.help)
    exit(0)
  }
  if options.only.contains("experiment-2"), let directory = options.dataDirectory {
    // Before the first measurement, for experiment 2 is the last.
    try ImageData.checkFiles(of: options.data, in: directory)
  }
  for benchmark in options.only {
    if !options.printsJSON { print(benchmark) }
    let measurements =
      switch benchmark {
      case "peak": measurePeaks()
      case "products": measureProducts()
      case "convolution": measureConvolutions()
      case "elementary": measureElementary()
      case "experiment-1": try Experiment1.measure(options)
      case "trainer": try BareTrainer.measure(options)
      case "tagger": try Tagger.measure(options)
      default: try Experiment2.measure(options)
      }
    for measurement in measurements {
      print(options.printsJSON ? measurement.json.canonicalText : "  " + measurement.text)
    }
  }
} catch let error as OptionError {
  FileHandle.standardError.write(Data("seedsweep-benchmarks: \(error)\n".utf8))
  exit(2)
} catch {
  FileHandle.standardError.write(Data("seedsweep-benchmarks: \(error)\n".utf8))
  exit(1)
}
