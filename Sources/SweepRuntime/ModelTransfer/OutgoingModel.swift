import Checkpoints
import Datasets
import Foundation
import SweepModel
import Training

/// The file of a model that a worker hands over. It has no name: it goes with this object, however the process
/// ends.
final class OutgoingModel {
  let digest: FileDigest
  let size: Int
  private let descriptor: Int32

  /// Writes the model that a snapshot shows.
  ///
  /// - Throws: ``RuntimeError`` where the disk does not take it.
  init(_ snapshot: borrowing TrainingSnapshot, _ record: ModelRecord) throws(RuntimeError) {
    let directory = ProcessInfo.processInfo.environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 }
    do throws(CheckpointError) {
      descriptor = try ModelFile.writeUnnamed(snapshot, record, in: directory ?? "/tmp")
    } catch {
      throw RuntimeError(error)
    }
    guard let size = FileIdentity(descriptor: descriptor)?.size,
      let digest = FileBytes.digest(of: descriptor)
    else {
      close(descriptor)
      throw RuntimeError(.environment, "cannot read a model's file: \(SystemCall.errorText)")
    }
    self.size = size
    self.digest = digest
  }

  deinit { close(descriptor) }

  /// The bytes of a part; nil where they cannot be read.
  func bytes(_ part: Range<Int>) -> [UInt8]? {
    var isGood = true
    let bytes = [UInt8](unsafeUninitializedCapacity: part.count) { buffer, filled in
      while filled < part.count, isGood {
        let rest = UnsafeMutableRawBufferPointer(
          UnsafeMutableBufferPointer(rebasing: buffer[filled..<part.count]))
        let count = pread(
          descriptor, rest.baseAddress, rest.count, off_t(part.lowerBound + filled))
        if count < 0, errno == EINTR { continue }
        guard count > 0 else {
          isGood = false
          return
        }
        filled += count
      }
    }
    return isGood ? bytes : nil
  }
}
