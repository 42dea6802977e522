import Foundation
import SweepModel
import SwiftProtobuf

extension DataRequest {
  /// The request as one frame.
  public var encoded: [UInt8] {
    encode(
      Seedsweep_V1_DataRequestEnvelope.with {
        $0.wireProtocol = UInt32(Versions.wireProtocol)
        $0.dataWanted = .with {
          $0.sha256 = Data(file.bytes)
          $0.stream = stream
          $0.offset = UInt64(offset)
          $0.chunks = UInt32(clamping: chunks)
        }
      })
  }

  /// Reads one frame.
  ///
  /// - Throws: `ProtocolError` for anything that is not a request for data of this version.
  public init(encoded bytes: some Collection<UInt8>) throws(ProtocolError) {
    let envelope: Seedsweep_V1_DataRequestEnvelope = try decode(bytes)
    try require(envelope.hasDataWanted, "data_wanted")
    try requireVersion(envelope.wireProtocol)
    let wire = envelope.dataWanted
    try require((1...UInt32(Limits.chunkWindow)).contains(wire.chunks), "chunks")
    self.init(
      file: try require(FileDigest(bytes: wire.sha256), "sha256"), stream: wire.stream,
      offset: try fileOffset(wire.offset), chunks: Int(wire.chunks))
  }
}

extension DataAnswer {
  /// The answer as a frame; the bytes of a chunk follow in another.
  public var encoded: [UInt8] {
    encode(
      Seedsweep_V1_DataAnswerEnvelope.with {
        $0.wireProtocol = UInt32(Versions.wireProtocol)
        switch self {
        case .chunk(let chunk):
          $0.chunk = .with {
            $0.sha256 = Data(chunk.file.bytes)
            $0.stream = chunk.stream
            $0.offset = UInt64(chunk.offset)
          }
        case .unavailable(let file, let stream, let reason):
          $0.unavailable = .with {
            $0.sha256 = Data(file.bytes)
            $0.stream = stream
            $0.reason = reason
          }
        }
      })
  }

  /// Reads the first frame of an answer.
  ///
  /// - Throws: `ProtocolError` for anything that is not an answer to a request for data of this version.
  public init(encoded bytes: some Collection<UInt8>) throws(ProtocolError) {
    let envelope: Seedsweep_V1_DataAnswerEnvelope = try decode(bytes)
    let answer = try require(envelope.answer, "answer")
    try requireVersion(envelope.wireProtocol)
    switch answer {
    case .chunk(let wire):
      self = .chunk(
        DataChunk(
          file: try require(FileDigest(bytes: wire.sha256), "sha256"), stream: wire.stream,
          offset: try fileOffset(wire.offset)))
    case .unavailable(let wire):
      try require(wire.reason.count <= Limits.reasonLength, "reason")
      self = .unavailable(
        try require(FileDigest(bytes: wire.sha256), "sha256"), stream: wire.stream,
        reason: wire.reason.harmless)
    }
  }
}

extension DataFile {
  /// The file as messages carry it.
  var wire: Seedsweep_V1_DataFile {
    .with {
      $0.path = path
      $0.size = UInt64(size)
      $0.sha256 = Data(digest.bytes)
    }
  }

  fileprivate init(_ wire: Seedsweep_V1_DataFile) throws(ProtocolError) {
    try require(wire.path.utf8.count <= Limits.textBytes, "path")
    try require(wire.size <= UInt64(Limits.dataFileBytes), "size")
    // The path is compared, never shown and never opened: it stays as it is.
    self.init(
      path: wire.path, size: Int(wire.size),
      digest: try require(FileDigest(bytes: wire.sha256), "sha256"))
  }
}

extension [DataFile] {
  /// Reads the files of a variant or a submission.
  ///
  /// - Throws: `ProtocolError` where they are too many, or two have one path.
  init(_ wire: [Seedsweep_V1_DataFile]) throws(ProtocolError) {
    try require(wire.count <= Limits.dataFiles, "data_file")
    self.init()
    var paths: Set<String> = []
    for file in wire {
      try require(paths.insert(file.path).inserted, "data_file")
      append(try DataFile(file))
    }
  }
}

/// A place in a file of data.
func fileOffset(_ wire: UInt64) throws(ProtocolError) -> Int {
  try require(wire <= UInt64(Limits.dataFileBytes), "offset")
  return Int(wire)
}

/// Checks the version of a message that belongs to no registration.
func requireVersion(_ version: UInt32) throws(ProtocolError) {
  guard version == UInt32(Versions.wireProtocol) else {
    throw ProtocolError(.wireProtocol(Int(version)))
  }
}
