import Archives

/// Decompresses files of data; what is wrong with them is told as of any file.
enum DataCompression {
  /// The bytes of a file, decompressed where gzip compressed them.
  static func content(of bytes: [UInt8]) throws(FileProblem) -> [UInt8] {
    do { return try Inflation.content(of: bytes) } catch { throw FileProblem(error) }
  }

  /// The archive that `bytes` are.
  static func archive(_ bytes: [UInt8]) throws(FileProblem) -> ZipArchive {
    do { return try ZipArchive(bytes) } catch { throw FileProblem(error) }
  }

  /// The content of a member; nil where there is none.
  static func content(of name: String, in archive: ZipArchive) throws(FileProblem) -> [UInt8]? {
    do { return try archive.content(of: name) } catch { throw FileProblem(error) }
  }
}
