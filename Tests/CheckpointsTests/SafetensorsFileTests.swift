import Crypto
import Foundation
import SweepModel
import Testing
import Training

@testable import Checkpoints

/// Tensors of many pieces, and files that earlier versions wrote.
@Suite struct SafetensorsFileTests {
  private let directory = FileManager.default.temporaryDirectory
    .appendingPathComponent("safetensors-\(UUID().uuidString)")
  private var path: String { directory.appendingPathComponent("t.safetensors").path }
  /// Neither a multiple of a piece nor of a page.
  private static let count = 3 * ConcurrentHasher.pieceBytes / 4 + 1001

  private func withDirectory(_ body: () throws -> Void) throws {
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    try body()
  }

  private var values: [Float] {
    var values = (0..<Self.count).map { Float($0 % 4099) - 2000.5 }
    // In the second piece, and not as they are written.
    values[ConcurrentHasher.pieceBytes / 4 + 3] = Float(bitPattern: 0xFFC1_2345)
    values[ConcurrentHasher.pieceBytes / 4 + 4] = Float(bitPattern: 0x7FA0_0001)
    return values
  }

  private var history: [Double] { [1.5, Double(bitPattern: 0xFFF8_0000_0000_0001), -.infinity] }

  /// The bytes of the tensors, by other code: one value after the other.
  private var expectedBytes: [UInt8] {
    var bytes: [UInt8] = []
    for value in values {
      let bits: UInt32 = value.isNaN ? 0x7FC0_0000 : value.bitPattern
      for shift in stride(from: 0, to: 32, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(shift)))
      }
    }
    for value in history {
      let bits: UInt64 = value.isNaN ? 0x7FF8_0000_0000_0000 : value.bitPattern
      for shift in stride(from: 0, to: 64, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
      }
    }
    return bytes
  }

  private func write() throws -> (header: SafetensorsHeader, hash: SHA256.Digest) {
    var header = SafetensorsHeader()
    header.add("large", .binary32, shape: [Self.count])
    header.add("history", .binary64, shape: [3])
    var writer = try SafetensorsWriter(path: path, header: header)
    try writer.write(values)
    try writer.write(history)
    let hash = writer.takeHash().finalize()
    try writer.finish(metadata: header.metadata)
    return (header, hash)
  }

  @Test func theBytesAreThoseOfTheValues() throws {
    try withDirectory {
      let (header, hash) = try write()
      let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
      let expected = expectedBytes
      #expect(bytes == header.encoded + expected)
      #expect(hash == SHA256.hash(data: expected))
    }
  }

  @Test func whatIsReadIsWhatWasWritten() throws {
    try withDirectory {
      let (_, hash) = try write()
      let skipping = try SafetensorsReader(SafetensorsFile(path: path))
      try skipping.skip(to: 2)
      #expect(skipping.takeHash().finalize() == hash)
      let reader = try SafetensorsReader(SafetensorsFile(path: path))
      var read = [Float](repeating: 0, count: Self.count)
      try read.withUnsafeMutableBytes { try reader.readNext(into: $0) }
      #expect(
        read.map(\.bitPattern) == values.map { $0.isNaN ? 0x7FC0_0000 : $0.bitPattern })
      try reader.skip(to: 2)
      #expect(reader.takeHash().finalize() == hash)
    }
  }

  /// Also while it is read, when its size was right at the beginning.
  @Test func aFileThatBecomesShorterIsAnError() throws {
    try withDirectory {
      _ = try write()
      let readers = try (0..<2).map { _ in try SafetensorsReader(SafetensorsFile(path: path)) }
      #expect(truncate(path, off_t(2 * ConcurrentHasher.pieceBytes)) == 0)
      var read = [Float](repeating: 0, count: Self.count)
      #expect(throws: CheckpointError.self) {
        try read.withUnsafeMutableBytes { try readers[0].readNext(into: $0) }
      }
      #expect(throws: CheckpointError.self) { try readers[1].skip(to: 2) }
    }
  }

  /// What is at the path may be replaced at any time, by a training that goes on.
  @Test func aFileThatIsReplacedIsReadToItsEnd() throws {
    let trial = try SavedTrial()
    defer { trial.remove() }
    try trial.saveCheckpoint(afterSteps: 4)
    let file = try ModelFile(path: trial.path)
    let names = try file.tensors().map(\.name)
    try trial.saveCheckpoint(afterSteps: 7)
    try file.verify()
    #expect(try file.tensors().map(\.name) == names)
    #expect(try ModelFile(path: trial.path).record.position.steps == 7)
    _ = try file.start(of: trial.plan)
  }

  /// In a container each process may have the number of one that was killed while it wrote.
  @Test func whatAKilledWriterLeftIsPassedOver() throws {
    try withDirectory {
      let leftovers = (0..<3).map { SafetensorsWriter.temporaryPath(of: path, number: $0) }
      for leftover in leftovers { try Data("left".utf8).write(to: URL(fileURLWithPath: leftover)) }
      _ = try write()
      _ = try SafetensorsFile(path: path)
      for leftover in leftovers {
        #expect(try Data(contentsOf: URL(fileURLWithPath: leftover)) == Data("left".utf8))
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).count == 4)
    }
  }

  /// Golden/before-threads.safetensors was written by the version that hashed and wrote in one thread.
  @Test func anEarlierFileLoadsAndIsWrittenTheSame() throws {
    try withDirectory {
      let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Golden/before-threads.safetensors")
      let file = try ModelFile(path: golden.path)
      try file.verify()
      let tensors = VerifiedTensors(file)
      var kept: [(tensor: StateTensor, values: UnsafeBufferPointer<Float>)] = []
      defer { for (_, values) in kept { values.deallocate() } }
      for (name, shape) in try file.tensors().prefix(while: { $0.name != TensorName.history }) {
        let tensor = StateTensor(name: name, shape: shape)
        let values = UnsafeMutableBufferPointer<Float>.allocate(capacity: tensor.count)
        kept.append((tensor, UnsafeBufferPointer(values)))
        try tensors.read(tensor, into: values)
      }
      let (probe, history) = try tensors.finish()
      var position = file.record.position
      position.history = history
      try ModelFile.write(
        TrainingSnapshot(position: position, tensors: kept, probe: probe), file.record, to: path)
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data(contentsOf: golden))
    }
  }
}
