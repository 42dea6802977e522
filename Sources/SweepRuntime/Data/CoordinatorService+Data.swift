import Scheduling
import SweepModel
import SweepProtocol
import ZeroMQTransport

/// Where a coordinator gives workers the files that their variants' data are read from.
final class DataDesk {
  /// Which files there are.
  let catalog: DataCatalog
  /// Reads them.
  let reader: ChunkReader
  /// Whose turn it is.
  var server = DataServer()

  /// Starts the thread that reads.
  init(_ catalog: DataCatalog, report: @escaping @Sendable (ChunkReader.Report) -> Void) {
    self.catalog = catalog
    reader = ChunkReader(catalog: catalog, report: report)
  }
}

extension CoordinatorService {
  /// Takes in a request for data. Only a registered worker is answered: another one registers first, as the
  /// answer to its next heartbeat tells it, and then asks again.
  func take(_ request: DataRequest, from peer: PeerID) throws(RuntimeError) {
    guard access.roles(of: peer).contains(.worker), machine.isRegistered(peer) else { return }
    monitor.metrics.received += 1
    try perform(
      data.server.receive(
        request, from: peer, size: data.catalog.size(of: request.file), at: clock.now))
  }

  /// Takes what the reader has read.
  func take(_ report: ChunkReader.Report) throws(RuntimeError) {
    switch report {
    case .freed(let peer):
      // Requests are limited by the chunks that they bring.
      access.noteChunk(to: peer)
      try perform(data.server.noteFreed(by: peer, at: clock.now))
    case .failed(let peer, let chunk, let reason):
      data.server.forget(peer)
      try refuse(chunk.file, stream: chunk.stream, reason: reason, to: peer)
    case .read(let peer, let chunk, let buffer):
      let sending: RouterSocket.Sending
      do {
        sending = try access.socket.send(
          DataAnswer.chunk(chunk).encoded, buffer, to: peer.bytes)
      } catch {
        throw RuntimeError(.environment, error.description)
      }
      // What is lost the worker asks for again, under a new connection.
      if sending != .sent { data.server.forget(peer) }
    }
  }

  /// Takes what became of a part of an upload.
  func take(_ report: UploadDesk.Report) throws(RuntimeError) {
    switch report {
    case .kept(let peer, let request, let position, let isNews):
      // The window limits what is asked for: it counts against nobody.
      if isNews { access.noteUpload(from: peer) }
      let answer = ControlAnswer(id: request, outcome: .uploaded(position: position))
      try sendToClient(answer.encoded, to: peer)
    case .refused(let peer, let request, let error):
      log.write("an upload is not kept: \(error)", kind: "not kept")
      let answer = ControlAnswer(id: request, outcome: .refused(ControlRefusal(error)))
      try sendToClient(answer.encoded, to: peer)
    }
  }

  func perform(_ actions: [DataServer.Action]) throws(RuntimeError) {
    for action in actions {
      switch action {
      case .read(let peer, let chunk, let length):
        data.reader.read(chunk, length: length, for: peer)
      case .refuse(let peer, let file, let stream, let reason):
        try refuse(file, stream: stream, reason: reason, to: peer)
      case .disconnect(let peer):
        access.disconnect(
          peer, "it asked for data and has read none of it for \(DataServer.patience.seconds) s")
      }
    }
  }

  private func refuse(
    _ file: FileDigest, stream: UInt64, reason: String, to peer: PeerID
  ) throws(RuntimeError) {
    log.write("a data file is not given: \(reason)", kind: "no data", ["sha256": "\(file)"])
    let answer = DataAnswer.unavailable(
      file, stream: stream, reason: String(reason.prefix(Limits.reasonLength)))
    try sendToClient(answer.encoded, to: peer)
  }
}
