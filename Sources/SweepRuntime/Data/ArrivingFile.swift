import SweepModel

/// A file that arrives in parts and stays open between them: an upload, or a model.
final class ArrivingFile {
  /// What the whole file will be.
  let file: DataFile
  private var partial: PartialFile?

  /// A file of which the parts so far are in `partial`.
  init(_ partial: consuming PartialFile) {
    file = partial.file
    self.partial = consume partial
  }

  /// Up to where it is there.
  var position: Int { partial?.position ?? 0 }

  /// Appends its next bytes.
  func append(_ bytes: [UInt8]) throws(RuntimeError) {
    var result = Result<Void, RuntimeError>.success(())
    bytes.withUnsafeBytes { bytes in
      do throws(RuntimeError) { try partial?.append(bytes) } catch { result = .failure(error) }
    }
    try result.get()
  }

  /// Publishes the whole file; false where it is not what was announced.
  func finish() throws(RuntimeError) -> Bool {
    guard let partial = partial.take() else { return false }
    return try partial.finish()
  }
}
