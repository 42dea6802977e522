import Foundation
import SweepModel
import Testing

@testable import SweepRuntime

@Suite struct DataCacheTests {
  private let directory = NSTemporaryDirectory() + "cache-\(UUID().uuidString)"

  /// A directory that goes when the test ends.
  private final class Cleanup {
    let path: String
    init(_ path: String) { self.path = path }
    deinit { try? FileManager.default.removeItem(atPath: path) }
  }
  private let cleanup: Cleanup

  init() { cleanup = Cleanup(directory) }

  private func cache(limit: Int = 1 << 20) -> DataCache {
    DataCache(directory: directory, limit: limit)
  }

  private func file(_ bytes: [UInt8]) -> DataFile {
    DataFile(path: "../../etc/x", size: bytes.count, digest: FileDigest(hashing: bytes))
  }

  /// Puts a file into the cache as if it had arrived.
  @discardableResult
  private func put(_ bytes: [UInt8], into cache: DataCache, as file: DataFile? = nil) throws
    -> Bool
  {
    guard var partial = try cache.resume(file ?? self.file(bytes)) else { return false }
    try bytes.withUnsafeBytes { bytes throws in
      try partial.append(UnsafeRawBufferPointer(rebasing: bytes[partial.position...]))
    }
    return try partial.finish()
  }

  private func content(_ file: DataFile, of cache: DataCache) -> [UInt8]? {
    cache.open(file).flatMap {
      FileBytes.read($0.descriptor, size: file.size, expecting: file.digest)
    }
  }

  private var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: directory).sorted() }
  }

  @Test func aFileThatArrivedIsThereUnderItsDigestAlone() throws {
    let cache = self.cache()
    let bytes: [UInt8] = [1, 2, 3]
    #expect(try put(bytes, into: cache))
    #expect(content(file(bytes), of: cache) == bytes)
    #expect(try names == [file(bytes).digest.hex, "lock"])
    let mode = try FileManager.default.attributesOfItem(
      atPath: cache.path(of: file(bytes)))[.posixPermissions]
    #expect(mode as? Int == 0o444)
    // Another process finds it.
    #expect(content(file(bytes), of: self.cache()) == bytes)
  }

  @Test func whatDoesNotHaveTheDigestIsNotKept() throws {
    let cache = self.cache()
    let wanted = file([1, 2, 3])
    #expect(try !put([1, 2, 4], into: cache, as: wanted))
    #expect(cache.open(wanted) == nil)
    #expect(try names == ["lock"])
  }

  @Test func anUnfinishedFileIsResumedByWhoeverComesNext() throws {
    let bytes = [UInt8](0...99)
    do {
      let first = cache()
      guard var partial = try first.resume(file(bytes)) else {
        Issue.record("it is not there")
        return
      }
      try bytes[..<40].withUnsafeBytes { try partial.append($0) }
      // Nobody else writes it as long as this one lives.
      let other = cache()
      if try other.resume(file(bytes)) != nil { Issue.record("two write one file") }
    }
    let next = cache()
    guard let partial = try next.resume(file(bytes)) else {
      Issue.record("it is not there")
      return
    }
    #expect(partial.position == 40)
    _ = consume partial
    #expect(try put(bytes, into: next))
    #expect(content(file(bytes), of: next) == bytes)
  }

  @Test func aPartialFileWithOtherBytesIsFoundOutAtTheEnd() throws {
    let bytes = [UInt8](0...99)
    let cache = self.cache()
    try cache.makeDirectory()
    try Data([9, 9, 9]).write(
      to: URL(fileURLWithPath: "\(cache.path(of: file(bytes)))-100.partial"))
    #expect(try !put(bytes, into: cache))
    #expect(try put(bytes, into: cache))
  }

  @Test func damageOnTheDiskIsSeen() throws {
    let bytes = [UInt8](0...99)
    let cache = self.cache()
    try put(bytes, into: cache)
    let path = cache.path(of: file(bytes))
    chmod(path, 0o600)
    try Data([UInt8](1...100)).write(to: URL(fileURLWithPath: path))
    #expect(content(file(bytes), of: cache) == nil)
    if let opened = cache.open(file(bytes)) { #expect(!cache.isVerified(opened)) }
    cache.remove(file(bytes))
    #expect(try put(bytes, into: cache))
  }

  @Test func theFilesUsedLeastRecentlyMakeRoom() throws {
    let cache = self.cache(limit: 300)
    let files = (0..<3).map { [UInt8](repeating: $0, count: 100) }
    for (age, bytes) in files.enumerated() {
      try put(bytes, into: cache)
      let time = Date(timeIntervalSinceNow: -1_000 + Double(age))
      try FileManager.default.setAttributes(
        [.modificationDate: time], ofItemAtPath: cache.path(of: file(bytes)))
    }
    // Use makes the oldest the youngest.
    #expect(content(file(files[0]), of: cache) == files[0])
    #expect(try put([UInt8](repeating: 9, count: 150), into: cache))
    #expect(files.map { cache.holds(file($0)) } == [true, false, false])
  }

  @Test func whatIsInUseOrKeptStays() throws {
    let cache = self.cache(limit: 300)
    let (used, kept) = ([UInt8](repeating: 1, count: 100), [UInt8](repeating: 2, count: 100))
    try put(used, into: cache)
    try put(kept, into: cache)
    let opened = cache.open(file(used))
    let large = file([UInt8](repeating: 3, count: 150))
    let error = #expect(throws: RuntimeError.self) {
      _ = try cache.resume(large, keeping: [file(kept).digest])
    }
    #expect(error?.kind == .environment)
    #expect(error?.message.contains("is full") == true)
    #expect(error?.message.contains("--cache-size") == true)
    #expect(cache.holds(file(used)) && cache.holds(file(kept)))
    #expect(try names.count == 3, "nothing is left of what did not fit")
    _ = consume opened
  }

  @Test func aFileThatCanNeverFitIsOneClearReason() throws {
    let cache = self.cache(limit: 99)
    let error = #expect(throws: RuntimeError.self) {
      _ = try cache.resume(file([UInt8](repeating: 0, count: 100)))
    }
    #expect(error?.message.contains("100 bytes, more than the 99") == true)
  }

  @Test func aDirectoryThatCannotBeMadeIsOneClearReason() throws {
    try Data().write(to: URL(fileURLWithPath: directory))
    let error = #expect(throws: RuntimeError.self) { try self.cache().makeDirectory() }
    #expect(error?.message.contains("cannot make the directory") == true)
  }

  @Test func otherFilesInTheDirectoryAreLeftAlone() throws {
    let cache = self.cache(limit: 100)
    try cache.makeDirectory()
    for name in ["README", "x.partial", String(repeating: "a", count: 63), "a-b-c.partial"] {
      try Data(count: 1_000).write(to: URL(fileURLWithPath: "\(directory)/\(name)"))
    }
    #expect(try put([UInt8](repeating: 1, count: 100), into: cache))
    #expect(try names.count == 6)
  }
}
