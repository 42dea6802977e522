// Reads and writes Keras's files for scripts/keras-models, which compares with Keras itself.
//
//   keras-exchange predict FILE FOLDER [--architecture FILE] [--by-name]
//   keras-exchange convert FILE OUTPUT…
//
// `predict` reads a model, or fills that of an architecture; FOLDER holds `inputs`, samples as binary32 in
// the machine's order, and `shape`, the shape of a sample as JSON. It gets `predictions` and `notes`.
// `convert` reads a model with its variables and writes it anew as each OUTPUT, by its ending: .keras,
// .weights.h5 or .json.

import Foundation
import KerasFormat
import SweepModel
import Training

/// What cannot be done, in one line.
struct Failure: Error, CustomStringConvertible {
  let description: String
}

func predict(_ arguments: ArraySlice<String>) throws {
  var rest = Array(arguments)
  let byName = rest.firstIndex(of: "--by-name").map { rest.remove(at: $0) } != nil
  var architecture: String?
  if let place = rest.firstIndex(of: "--architecture"), place + 1 < rest.count {
    architecture = rest[place + 1]
    rest.removeSubrange(place...place + 1)
  }
  guard rest.count == 2 else { throw Failure(description: "predict takes FILE and FOLDER") }
  let folder = URL(fileURLWithPath: rest[1])
  let shape = try JSONDecoder().decode(
    [Int].self, from: Data(contentsOf: folder.appendingPathComponent("shape")))
  let inputs = try Data(contentsOf: folder.appendingPathComponent("inputs"))
    .withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
  let model: ImportedModel
  if let architecture {
    model = try KerasModelFile.weights(
      path: rest[0], into: try KerasModelFile.read(path: architecture).architecture,
      matching: byName ? .byName : .byOrder, inputShape: shape)
  } else {
    var options = KerasModelFile.Options()
    options.inputShape = shape
    model = try KerasModelFile.read(path: rest[0], options: options)
  }
  let predictions = try TrainingProbe.predictions(
    layers: model.layers, inputShape: shape, values: model.variables.map(\.values), inputs: inputs)
  try predictions.withUnsafeBytes { Data($0) }
    .write(to: folder.appendingPathComponent("predictions"))
  try Data(model.notes.map { $0 + "\n" }.joined().utf8)
    .write(to: folder.appendingPathComponent("notes"))
}

func convert(_ arguments: ArraySlice<String>) throws {
  guard let file = arguments.first else { throw Failure(description: "convert takes FILE") }
  let model = try KerasModelFile.read(path: file)
  for note in model.notes { FileHandle.standardError.write(Data("\(file): \(note)\n".utf8)) }
  guard let exported = ExportedModel(model) else {
    throw Failure(description: "the shape of its samples is open")
  }
  for output in arguments.dropFirst() {
    let bytes: [UInt8]
    if output.hasSuffix(".keras") {
      bytes = try KerasModelFile.archive(of: exported, date: "2026-11-30@00:00:00", name: output)
    } else if output.hasSuffix(".weights.h5") {
      bytes = try KerasModelFile.weights(of: exported, name: output)
    } else {
      bytes = Array(try KerasModelFile.architecture(of: exported, name: output).utf8)
    }
    try ModelFile.write(bytes, to: output)
  }
}

let arguments = CommandLine.arguments.dropFirst()
do {
  switch arguments.first {
  case "predict": try predict(arguments.dropFirst())
  case "convert": try convert(arguments.dropFirst())
  default: throw Failure(description: "usage: keras-exchange predict|convert FILE …")
  }
} catch {
  FileHandle.standardError.write(Data("\(error)\n".utf8))
  exit(2)
}
