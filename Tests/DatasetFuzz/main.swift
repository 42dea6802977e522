// Loads spoilt files of every format and checks that each loads, or is refused with one short line, in
// little time and memory. A crash ends the program: what it printed last says how to see it again.
//
//   dataset-fuzz COUNT SEED [FORMAT]     COUNT files of each format, from a seed

import Datasets
import Foundation
import FuzzSupport
import Randomness
import SweepModel

/// Characters of a refusal.
let mostCharacters = 1_000
/// Seconds that one small file may take, also on a busy machine.
let mostSeconds = 10.0
/// Bytes that the whole run may use.
let mostBytes = 1 << 30

func fail(_ message: String) -> Never {
  FileHandle.standardError.write(Data("dataset-fuzz: \(message)\n".utf8))
  exit(1)
}

let arguments = CommandLine.arguments.dropFirst()
guard arguments.count >= 2, let count = Int(arguments[1]), count > 0,
  let seed = UInt64(arguments[2])
else { fail("usage: dataset-fuzz COUNT SEED [FORMAT]") }
let golden = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .appending(path: "DatasetsTests/Golden")
let targets = try Target.all { try Array(Data(contentsOf: golden.appending(path: $0))) }
let chosen = targets.filter { arguments.count < 3 || $0.name == arguments[3] }

for target in chosen {
  print("\(target.name): \(count) files from seed \(seed)")
  // It must be seen where the program then crashes.
  fflush(nil)
  guard let good = target.files[target.spoilt] else { fail("\(target.name) has no file") }
  var loaded = 0
  var reasons: Set<String> = []
  for number in 0..<count {
    // Each file has a seed of its own, so that one alone can be made again.
    var random = SplitMix64(state: seed &+ UInt64(number) &* 0x1234_5678_9ABC_DEF1)
    let files = target.files.merging([target.spoilt: Mutator.mutated(good, &random)]) { $1 }
    let start = DispatchTime.now().uptimeNanoseconds
    do {
      _ = try Dataset.load(target.configuration, from: DataFiles(inMemory: files))
      loaded += 1
    } catch {
      let text = error.description
      let isLine = text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
      guard isLine, text.count <= mostCharacters else {
        fail("\(target.name), file \(number): no short line: \(text.debugDescription)")
      }
      if reasons.count < 10_000 { reasons.insert(text.filter { !$0.isNumber }) }
    }
    let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
    if seconds > mostSeconds { fail("\(target.name), file \(number): took \(seconds) s") }
  }
  print("  \(loaded) loaded, \(count - loaded) refused, in \(reasons.count) different words")
}
let bytes = Usage.mostBytes
guard bytes <= mostBytes else { fail("\(bytes) bytes of memory were used") }
print("\(chosen.count * count) files in all; at most \(bytes >> 20) MiB of memory")
