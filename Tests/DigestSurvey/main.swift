// Trains the same trials in every way that this machine has, and prints a digest for each way.
//
// The tests run it in a debug and in a release build, and with glibc's own choices of instructions
// changed, and compare what it prints. A line is: experiment, kernels, way, digest.

import Crypto
import Kernels
import SweepModel
import Training

/// One way of training all trials of an experiment.
struct Way {
  let name: String
  let lanes: Int
  let threads: Int
}

/// The digest of the digests of all trials' weights and histories, and of their metrics.
func digest(of survey: Survey, _ way: Way, _ kernels: KernelSet) throws -> String {
  let trainer = Trainer(
    plan: try survey.plan(), kernels: kernels, lanes: way.lanes, threads: way.threads)
  var hash = SHA256()
  for first in stride(from: 0, to: survey.trials, by: way.lanes) {
    let indices = (first..<min(first + way.lanes, survey.trials)).map { TrialIndex(UInt64($0)) }
    let trials = indices.map { (index: $0, seed: survey.masterSeed.trialSeed(at: $0)) }
    for result in trainer.train(trials, keepsHistory: false) ?? [] {
      guard let measurements = result.measurements else { continue }
      hash.update(data: measurements.weightsDigest.hex.utf8.map { $0 })
      hash.update(data: measurements.historyDigest.hex.utf8.map { $0 })
      for metric in measurements.metrics {
        withUnsafeBytes(of: metric.bitPattern.littleEndian) { hash.update(bufferPointer: $0) }
      }
    }
  }
  return hash.finalize().map { byte in
    let digits = String(byte, radix: 16)
    return digits.count == 1 ? "0" + digits : digits
  }.joined()
}

for survey in [Survey.sequence, .classifier] {
  for kernels in KernelSet.available {
    for way in survey.ways {
      print(survey.name, kernels, way.name, try digest(of: survey, way, kernels))
    }
  }
}
