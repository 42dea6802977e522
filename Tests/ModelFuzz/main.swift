import Checkpoints
import Foundation
import FuzzSupport
import Kernels
import Randomness
import SweepModel
import Training

// Spoils model files in the ways in which readers break, and loads them. What gets past the digests is
// spoilt before they are taken, as somebody who wants to do harm would.
//
//   model-fuzz INPUTS SEED MODEL

let arguments = CommandLine.arguments
guard arguments.count == 4, let inputs = Int(arguments[1]), let seed = UInt64(arguments[2]) else {
  FileHandle.standardError.write(Data("usage: model-fuzz INPUTS SEED MODEL\n".utf8))
  exit(2)
}
let original = [UInt8](try Data(contentsOf: URL(fileURLWithPath: arguments[3])))
let path = NSTemporaryDirectory() + "/model-fuzz-\(getpid()).safetensors"
defer { unlink(path) }
let kernels = try KernelSet.selected
var random = SplitMix64(state: seed)
var (loaded, refused, longest) = (0, 0, 0)
for number in 0..<inputs {
  let bytes =
    switch number % 3 {
    case 0: Mutator.mutated(original, &random)
    case 1: SealedModel.mutated(original, &random)
    default: SealedModel.withOtherValues(original, &random)
    }
  try Data(bytes).write(to: URL(fileURLWithPath: path))
  do throws(CheckpointError) {
    let file = try ModelFile(path: path)
    try file.verify()
    _ = try file.predictor(kernels: kernels)
    _ = try file.contents()
    // The other way in: as what another training begins with.
    _ = try SavedWeights(bytes, name: path).predictor(
      kernels: kernels, threads: 1, registry: .builtIn)
    loaded += 1
  } catch {
    refused += 1
    longest = max(longest, error.description.utf8.count)
    guard !error.description.contains("\n") else {
      print("input \(number) of seed \(seed): a message of several lines: \(error)")
      exit(1)
    }
  }
}
print(
  "\(inputs) inputs of seed \(seed): \(loaded) loaded, \(refused) refused in a line of up to "
    + "\(longest) bytes; \(Usage.mostBytes >> 20) MiB")
