// Trains a model from values that another program chose, and writes what came out: scripts/keras-parity
// compares it with what Keras makes of the same.
//
//   training-probe FOLDER…
//
// Each folder holds `specification.json` (a specification, which is YAML as well; its dataset is not
// read), `data.json` (`samples`, `inputs` and `targets`: the shapes of a sample), and as binary32 in
// the machine's order `inputs`, `targets` and `variables`, these in model order. It gets `predictions`
// (of the first values, all samples), `gradients` (of the last step) and `trained` (variables), and as
// binary64 `history` and `metrics`.

import Datasets
import Foundation
import Kernels
import SweepModel
import SweepSpecification
import Training

guard CommandLine.arguments.count > 1 else {
  FileHandle.standardError.write(Data("usage: training-probe FOLDER…\n".utf8))
  exit(2)
}
for folder in CommandLine.arguments.dropFirst() {
  do {
    try Case(folder: URL(fileURLWithPath: folder)).run()
  } catch {
    FileHandle.standardError.write(Data("\(folder): \(error)\n".utf8))
    exit(2)
  }
}
