// Reads spoilt files of Keras, HDF5, zip and JSON, and checks that each is read, or is refused in short
// lines, in little time and memory. A crash ends the program: what it printed last says how to see it again.
//
//   keras-fuzz COUNT SEED [FILE [NUMBER]]     COUNT spoilt files in all, from a seed; or one of them alone

import Foundation
import FuzzSupport
import KerasFormat
import Randomness

/// Characters of a refusal.
let mostCharacters = 1_000
/// Seconds of a processor that one small file may take, without optimization, too.
let mostSeconds = 10.0
/// Bytes that the whole run may use.
let mostBytes = 1 << 30

func fail(_ message: String) -> Never {
  FileHandle.standardError.write(Data("keras-fuzz: \(message)\n".utf8))
  exit(1)
}

/// The file, spoilt anywhere; or within a piece alone, whose length stays, so that what the rest points to
/// is where it was.
func spoilt(_ content: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
  guard Bool.random(using: &random) else { return Mutator.mutated(content, &random) }
  let length = min(content.count, 1 << Int.random(in: 3..<10, using: &random))
  let start = Int.random(in: 0...content.count - length, using: &random)
  let piece = Mutator.mutated(Array(content[start..<start + length]), &random).prefix(length)
  return Array(content[..<start] + piece + content[(start + piece.count)...])
}

let arguments = CommandLine.arguments.dropFirst()
guard arguments.count >= 2, let count = Int(arguments[1]), count > 0,
  let seed = UInt64(arguments[2])
else { fail("usage: keras-fuzz COUNT SEED [FILE [NUMBER]]") }
let targets = try Target.all().filter { arguments.count < 3 || $0.name == arguments[3] }
guard !targets.isEmpty else { fail("there is no such file") }
let only = arguments.count > 3 ? Int(arguments[4]) : nil
let each = (count + targets.count - 1) / targets.count
var reasons: Set<String> = []
var (accepted, refused, slowest) = (0, 0, 0.0)

for target in targets {
  print("\(target.name): \(each) files from seed \(seed)")
  // It must be seen where the program then crashes.
  fflush(nil)
  for number in 0..<each where only == nil || number == only {
    // Each file has a seed of its own, so that one alone can be made again.
    var random = SplitMix64(state: seed &+ UInt64(number) &* 0x1234_5678_9ABC_DEF1)
    var content = spoilt(target.content, &random)
    // Else checksums would refuse nearly all of them.
    if Bool.random(using: &random) { HDF5Seal.mend(&content) }
    let start = Usage.processorSeconds
    var refusals: [String] = []
    Reader.read(content, &refusals)
    for text in refusals {
      let isLine = text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
      guard isLine, text.count <= mostCharacters else {
        fail("\(target.name), file \(number): no short line: \(text.debugDescription)")
      }
      if reasons.count < 10_000 { reasons.insert(text.filter { !$0.isNumber }) }
    }
    if only != nil {
      print("  \(content.count) bytes; refused: \(refusals.joined(separator: "; "))")
    }
    if refusals.isEmpty { accepted += 1 } else { refused += 1 }
    let seconds = Usage.processorSeconds - start
    slowest = max(slowest, seconds)
    if seconds > mostSeconds { fail("\(target.name), file \(number): took \(seconds) s") }
  }
}
let bytes = Usage.mostBytes
guard bytes <= mostBytes else { fail("\(bytes) bytes of memory were used") }
print(
  "\(targets.count) files: \(accepted) spoilt ones read, \(refused) refused, in \(reasons.count) different words"
)
print(
  "\(targets.count * each) files in all; at most \(bytes >> 20) MiB of memory and \(slowest) s for one"
)
