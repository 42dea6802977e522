import Crypto
import Kernels
import SweepModel

/// The digest of one lane's variables, and a fingerprint of each.
struct LaneWeights {
  let digest: WeightsDigest
  /// The first eight bytes, big-endian, of the SHA-256 of each variable's values.
  let fingerprints: [UInt64]

  /// Values that are brought together before they are hashed.
  private static let chunk = 4096

  init(plan: TrainingPlan, memory: PackMemory, lane: Int) {
    let lanes = memory.layout.lanes
    var whole = SHA256()
    var fingerprints: [UInt64] = []
    for (variable, values) in zip(plan.variables, memory.variables) {
      var own = SHA256()
      for first in stride(from: 0, to: variable.count, by: Self.chunk) {
        let count = min(Self.chunk, variable.count - first)
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: count) { words in
          for element in 0..<count {
            words[element] = values[(first + element) * lanes + lane].canonicalBits.littleEndian
          }
          own.update(bufferPointer: UnsafeRawBufferPointer(words))
          whole.update(bufferPointer: UnsafeRawBufferPointer(words))
        }
      }
      fingerprints.append(own.finalize().prefix(8).reduce(0) { $0 << 8 | UInt64($1) })
    }
    digest = WeightsDigest(finalizing: whole)
    self.fingerprints = fingerprints
  }
}

/// Which NaN an operation gives depends on the CPU, so that one stands for all wherever values are
/// reported or hashed.
extension Double {
  /// The value itself, but 7ff8000000000000 for every NaN.
  var canonical: Double { isNaN ? Double(bitPattern: 0x7FF8_0000_0000_0000) : self }
}

extension Float {
  /// The bits of the value, but 7fc00000 for every NaN.
  var canonicalBits: UInt32 { isNaN ? 0x7FC0_0000 : bitPattern }
}
