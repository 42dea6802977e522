import Datasets
import Scheduling
import SweepModel
import SweepProtocol
import TrialStore

/// Where a coordinator deals with its clients: what they asked, and who does it.
final class ControlOffice {
  /// What was asked.
  var desk = ControlDesk()
  /// Whether results have come since it was last looked which sweeps are done.
  var hasNews = true
  /// Does what takes time.
  let clerk: ControlClerk

  /// Opens the office. Data of submitted sweeps are among `files`.
  init(
    store: TrialStore, files: DataFiles, report: @escaping @Sendable (ControlClerk.Report) -> Void
  ) {
    clerk = ControlClerk(store: store, files: files, report: report)
  }
}
