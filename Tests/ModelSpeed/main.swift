import Checkpoints
import Foundation
import Kernels
import SweepModel
import Training

// Saves and loads a model in this process, each beside `cp` of the same file on the same disk, in turns, so that
// whatever else the machine does falls on both alike. Prints the milliseconds of each; Benchmarks/measure-model-files
// runs it.
//
//   model-speed MODEL DIRECTORY REPEATS

/// Milliseconds that `body` takes.
func milliseconds(_ body: () throws -> Void) rethrows -> Double {
  let start = ContinuousClock.now
  try body()
  return (ContinuousClock.now - start) / .milliseconds(1)
}

/// Runs a program to its end, in milliseconds.
func run(_ program: String, _ arguments: String...) -> Double {
  milliseconds {
    var process = pid_t()
    var pointers = ([program] + arguments).map { strdup($0) } + [nil]
    defer { pointers.forEach { free($0) } }
    var status: Int32 = 0
    guard posix_spawnp(&process, program, nil, nil, &pointers, environ) == 0,
      waitpid(process, &status, 0) == process, status == 0
    else { fatalError("\(program) failed") }
  }
}

/// The tensors of a model's file as a trainer has them in its memory.
struct TrainedState {
  let record: ModelRecord
  let snapshot: TrainingSnapshot

  init(of file: ModelFile) throws {
    var record = file.record
    // The values here are others than those that it measured.
    record.result = nil
    self.record = record
    var position = record.position
    var tensors: [(tensor: StateTensor, values: UnsafeBufferPointer<Float>)] = []
    for (name, shape) in try file.tensors() {
      let tensor = StateTensor(name: name, shape: shape)
      if name == "@history" { position.history = Array(repeating: 0.5, count: tensor.count) }
      guard !name.hasPrefix("@history"), !name.hasPrefix("@probe") else { continue }
      let values = UnsafeMutableBufferPointer<Float>.allocate(capacity: tensor.count)
      for place in values.indices { values[place] = Float(place % 1013) / 1013 }
      tensors.append((tensor, UnsafeBufferPointer(values)))
    }
    let width = record.representation.inputShape.reduce(1, *)
    snapshot = TrainingSnapshot(
      position: position, tensors: tensors,
      probe: Probe(inputs: Array(repeating: 1, count: width), outputs: [1]))
  }
}

let arguments = CommandLine.arguments
guard arguments.count == 4, let repeats = Int(arguments[3]), repeats > 0 else {
  FileHandle.standardError.write(Data("usage: model-speed MODEL DIRECTORY REPEATS\n".utf8))
  exit(2)
}
let (model, directory) = (arguments[1], arguments[2])
let state = try TrainedState(of: ModelFile(path: model))
let kernels = try KernelSet.selected
let (copy, saved) = ("\(directory)/copy", "\(directory)/saved.safetensors")
let cases: [(name: String, run: () throws -> Double)] = [
  ("cp", { run("cp", model, copy) }),
  (
    "cp and flush",
    { run("sh", "-c", "cp '\(model)' '\(copy)' && sync '\(copy)' '\(directory)'") }
  ),
  ("save", { try milliseconds { try ModelFile.write(state.snapshot, state.record, to: saved) } }),
  ("verify", { try milliseconds { try ModelFile(path: model).verify() } }),
  (
    "load", { try milliseconds { _ = try ModelFile(path: model).predictor(kernels: kernels) } }
  ),
]
var times = cases.map { _ in [Double]() }
for _ in 0..<repeats {
  for (number, one) in cases.enumerated() {
    times[number].append(try one.run())
    unlink(copy)
    unlink(saved)
  }
}

for (number, one) in cases.enumerated() {
  let texts = times[number].map { String(format: "%.2f", $0) }
  print(one.name, texts.joined(separator: " "), separator: ": ")
}
