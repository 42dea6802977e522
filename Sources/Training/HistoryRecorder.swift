import Crypto
import SweepModel

/// Collects the history of a pack's trials: values by epoch and column, and their digest.
///
/// Values wait in the arena for a number of epochs before they are hashed, so that a long training
/// whose history is not kept needs no memory for it.
struct HistoryRecorder {
  private let buffer: UnsafeMutablePointer<Double>
  private let capacity: Int
  private let columns: Int
  private let keepsValues: Bool
  /// Epochs in the buffer, the current one not counted.
  private var waiting = 0
  private var lanes: [Lane]

  private struct Lane {
    var hasher = SHA256()
    var values: [Double] = []
    var isFinished = false
  }

  init(memory: PackMemory, columns: Int, keepsValues: Bool) {
    buffer = memory.history
    capacity = memory.layout.historyEpochs
    self.columns = columns
    self.keepsValues = keepsValues
    lanes = Array(repeating: Lane(), count: memory.layout.lanes)
  }

  /// Sets one value of the current epoch.
  mutating func record(_ value: Double, column: Int, lane: Int) {
    buffer[(lane * capacity + waiting) * columns + column] = value.canonical
  }

  /// Closes the current epoch.
  mutating func endEpoch() {
    waiting += 1
    if waiting == capacity {
      for lane in lanes.indices where !lanes[lane].isFinished { flush(lane, rows: waiting) }
      waiting = 0
    }
  }

  /// The values of a lane's epochs that are over, where they are kept.
  func values(lane: Int) -> [Double] {
    precondition(keepsValues, "the values are gone")
    if lanes[lane].isFinished { return lanes[lane].values }
    return lanes[lane].values
      + UnsafeBufferPointer(start: buffer + lane * capacity * columns, count: waiting * columns)
  }

  /// Begins with the values of epochs that another training recorded.
  mutating func resume(_ values: [Double], lane: Int) {
    values.withUnsafeBufferPointer { add($0, lane: lane) }
  }

  /// What was recorded of the current epoch.
  func row(lane: Int) -> HistoryRow {
    HistoryRow(values: buffer + (lane * capacity + waiting) * columns)
  }

  /// The history of a lane, which is recorded no further; `withOpenEpoch` adds the current epoch, which
  /// other lanes have not closed.
  mutating func finish(
    lane: Int, withOpenEpoch: Bool
  ) -> (digest: HistoryDigest, values: [Double]) {
    flush(lane, rows: waiting + (withOpenEpoch ? 1 : 0))
    lanes[lane].isFinished = true
    return (HistoryDigest(finalizing: lanes[lane].hasher), lanes[lane].values)
  }

  private mutating func flush(_ lane: Int, rows: Int) {
    add(
      UnsafeBufferPointer(start: buffer + lane * capacity * columns, count: rows * columns),
      lane: lane)
  }

  private mutating func add(_ values: UnsafeBufferPointer<Double>, lane: Int) {
    if keepsValues { lanes[lane].values.append(contentsOf: values) }
    #if _endian(little)
      lanes[lane].hasher.update(bufferPointer: UnsafeRawBufferPointer(values))
    #else
      for value in values {
        withUnsafeBytes(of: value.bitPattern.littleEndian) {
          lanes[lane].hasher.update(bufferPointer: $0)
        }
      }
    #endif
  }
}
