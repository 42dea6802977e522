// Gives spoilt messages and pure noise to everything that reads what strangers send, and checks that
// each is refused, or read as something that is the same when it is written and read again, in little
// time and memory. A crash ends the program: what it printed last says how to see it again.
//
//   wire-fuzz COUNT SEED [SUBJECT]     COUNT spoilt inputs and a quarter as much noise for each subject

import Foundation
import FuzzSupport
import Randomness

/// Seconds that one small input may take, also on a busy machine.
let mostSeconds = 10.0
/// Bytes that the whole run may use.
let mostBytes = 256 << 20
/// Bytes of noise.
let mostNoise = 512

func fail(_ message: String) -> Never {
  FileHandle.standardError.write(Data("wire-fuzz: \(message)\n".utf8))
  exit(1)
}

let arguments = CommandLine.arguments.dropFirst()
guard arguments.count >= 2, let count = Int(arguments[1]), count > 0,
  let seed = UInt64(arguments[2])
else { fail("usage: wire-fuzz COUNT SEED [SUBJECT]") }
let subjects = try Subject.all().filter { arguments.count < 3 || $0.name == arguments[3] }

/// Reads one input; whether it was taken for good.
func tryInput(_ subject: Subject, _ number: Int, _ bytes: [UInt8]) -> Bool {
  let start = DispatchTime.now().uptimeNanoseconds
  let isGood: Bool
  do { isGood = try subject.read(bytes) } catch {
    let hex = bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    fail("\(subject.name), input \(number): \(error): \(hex)")
  }
  let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
  if seconds > mostSeconds { fail("\(subject.name), input \(number): took \(seconds) s") }
  return isGood
}

var inputs = 0
for subject in subjects {
  let noises = count / 4
  print("\(subject.name): \(count) spoilt, \(noises) of noise, from seed \(seed)")
  // It must be seen where the program then crashes.
  fflush(nil)
  for good in subject.seeds where !tryInput(subject, -1, good) {
    fail("\(subject.name): a good input is refused")
  }
  var read = (spoilt: 0, noise: 0)
  for number in 0..<count + noises {
    // Each input has a seed of its own, so that one alone can be made again.
    var random = SplitMix64(state: seed &+ UInt64(number) &* 0x1234_5678_9ABC_DEF1)
    if number < count {
      let good = subject.seeds[number % subject.seeds.count]
      if tryInput(subject, number, Mutator.mutated(good, &random)) { read.spoilt += 1 }
    } else {
      let length = Int.random(in: 0...mostNoise, using: &random)
      let noise = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
      if tryInput(subject, number, noise) { read.noise += 1 }
    }
  }
  inputs += count + noises
  print("  read \(read.spoilt) of the spoilt and \(read.noise) of the noise; refused the others")
}
let strangers = try Strangers(seed: seed)
print("\(try strangers.knock()) connections of strangers; the coordinator's socket still serves")
let bytes = Usage.mostBytes
guard bytes <= mostBytes else { fail("\(bytes) bytes of memory were used") }
print("\(inputs) inputs in all; at most \(bytes >> 20) MiB of memory")
