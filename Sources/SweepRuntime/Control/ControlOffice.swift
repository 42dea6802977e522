import Datasets
import Scheduling
import SweepModel
import SweepProtocol
import Training
import TrialStore

/// Where a coordinator deals with its clients: what they asked, and who does it.
final class ControlOffice {
  /// What was asked.
  var desk = ControlDesk()
  /// Whether results have come since it was last looked which sweeps are done.
  var hasNews = true
  /// Does what takes time.
  let clerk: ControlClerk
  /// Keeps what clients upload.
  let uploads: UploadDesk

  /// Opens the office. Data of submitted sweeps are among `files`, or are uploaded and go where `catalog` says.
  init(
    store: TrialStore, files: DataFiles, catalog: DataCatalog, registry: ComponentRegistry,
    report: @escaping @Sendable (ControlClerk.Report) -> Void,
    reportUpload: @escaping @Sendable (UploadDesk.Report) -> Void
  ) {
    clerk = ControlClerk(
      store: store, files: files, uploads: catalog.uploads, registry: registry, report: report)
    uploads = UploadDesk(cache: catalog.uploads, catalog: catalog, report: reportUpload)
  }

  /// Lets the threads end when they have done what they were given.
  func close() {
    clerk.close()
    uploads.close()
  }
}
