import Foundation
import Scheduling
import SweepModel

/// Measures a coordinator; used on its thread, and read by others through the board.
final class CoordinatorMonitor {
  /// What is known now.
  var metrics = CoordinatorMetrics()
  private let board: MetricsBoard?
  private let server: MetricsServer?
  private var arrivals: [Coordinator.CommitID: ContinuousClock.Instant] = [:]
  private var nextPublication = ContinuousClock.now

  /// Where metrics are served; nil where they are not.
  var address: MetricsAddress? { server?.address }

  /// Serves metrics at an address; nil for none.
  ///
  /// - Throws: ``RuntimeError`` where the address cannot be had.
  init(_ address: MetricsAddress?) throws(RuntimeError) {
    metrics.startTimeSeconds = Date().timeIntervalSince1970
    guard let address else {
      board = nil
      server = nil
      return
    }
    let board = MetricsBoard()
    self.board = board
    server = try MetricsServer(address, board: board)
  }

  func noteReceived(_ commit: Coordinator.CommitID) {
    if board != nil { arrivals[commit] = .now }
  }

  func noteCommitted(_ commit: Coordinator.CommitID) {
    guard let arrival = arrivals.removeValue(forKey: commit) else { return }
    metrics.commitSeconds.add(arrival.duration(to: .now).seconds)
  }

  /// Publishes what `update` makes of the metrics, once a second and only where somebody may read them.
  func publish(_ update: (inout CoordinatorMetrics) -> Void) {
    guard let board, nextPublication <= .now else { return }
    nextPublication = .now.advanced(by: .seconds(1))
    update(&metrics)
    board.publish(metrics)
  }
}
