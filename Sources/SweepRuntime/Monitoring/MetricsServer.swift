import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import SweepModel
import Synchronization

/// Serves metrics over HTTP, on a thread of its own.
///
/// It shares nothing with the coordinator but a ``MetricsBoard``. Whoever connects gets one answer, in
/// bounded time and memory: connections, their time and the sizes of a request's head are limited, and
/// bodies are not read.
final class MetricsServer {
  private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
  /// Where it listens.
  let address: MetricsAddress

  /// Listens at an address; port 0 takes a free one.
  ///
  /// - Throws: ``RuntimeError`` where the address cannot be had.
  init(_ address: MetricsAddress, board: MetricsBoard) throws(RuntimeError) {
    let connections = ConnectionCount()
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 64)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          guard connections.add(until: channel.closeFuture) else { throw TooManyConnections() }
          var limits = NIOHTTPDecoderLimitConfiguration()
          limits.maxHeaderFieldSize = Limits.httpHeaderBytes
          limits.maxHeaderListSize = 4 * Limits.httpHeaderBytes
          limits.maxHeaderFieldCount = 64
          let pipeline = channel.pipeline.syncOperations
          try pipeline.addHandlers([
            HTTPResponseEncoder(),
            ByteToMessageHandler(
              HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: limits)),
            HTTPServerProtocolErrorHandler(),
            MetricsHandler(board: board),
          ])
        }
      }
    do {
      let channel = try bootstrap.bind(host: address.host, port: address.port).wait()
      self.address = address.bound(to: channel.localAddress?.port ?? address.port)
    } catch {
      // Nobody is served: nothing can be lost.
      try? group.syncShutdownGracefully()
      let code = (error as? IOError)?.errnoCode
      let reason = code.map { String(cString: strerror($0)) }
      throw RuntimeError(
        // An address of another machine is no failure of this one.
        code == EADDRNOTAVAIL ? .input : .environment,
        "cannot serve metrics at \(address.text): \(reason ?? "\(error)"): choose another "
          + "--metrics-port (0 takes a free one) or --metrics-listen")
    }
  }

  deinit { try? group.syncShutdownGracefully() }
}

private struct TooManyConnections: Error {}

/// Counts the connections that are open.
private final class ConnectionCount: Sendable {
  private let open = Atomic<Int>(0)

  /// Counts one more until it closes; false where there are as many as may be.
  func add(until closing: EventLoopFuture<Void>) -> Bool {
    let count = open.add(1, ordering: .relaxed).newValue
    closing.whenComplete { [self] _ in open.subtract(1, ordering: .relaxed) }
    return count <= Limits.metricsConnections
  }
}

/// Answers one request and closes.
private final class MetricsHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  /// Time in which a client has to have asked and read the answer.
  private static let patience = TimeAmount.seconds(10)

  private let board: MetricsBoard
  private var hasAnswered = false

  init(board: MetricsBoard) { self.board = board }

  func channelActive(context: ChannelHandlerContext) {
    let channel = context.channel
    channel.eventLoop.scheduleTask(in: Self.patience) { channel.close(promise: nil) }
    context.fireChannelActive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    // A body, or a second request, changes nothing.
    guard case .head(let head) = unwrapInboundIn(data), !hasAnswered else { return }
    hasAnswered = true
    let (status, type, text) = answer(head)
    var headers = HTTPHeaders([
      ("content-type", type), ("content-length", String(text.utf8.count)), ("connection", "close"),
      ("x-content-type-options", "nosniff"),
    ])
    if status == .methodNotAllowed { headers.add(name: "allow", value: "GET, HEAD") }
    let response = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
    context.write(wrapOutboundOut(.head(response)), promise: nil)
    if head.method != .HEAD {
      let body = context.channel.allocator.buffer(string: text)
      context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
    }
    let channel = context.channel
    context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in
      channel.close(promise: nil)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  private func answer(_ head: HTTPRequestHead) -> (HTTPResponseStatus, type: String, text: String) {
    let plain = "text/plain; charset=utf-8"
    guard head.method == .GET || head.method == .HEAD else {
      return (.methodNotAllowed, plain, "only GET and HEAD\n")
    }
    switch head.uri.prefix(while: { $0 != "?" }) {
    case "/metrics": return (.ok, MetricsText.contentType, board.text)
    case "/healthz":
      return board.isHealthy
        ? (.ok, plain, "ok\n") : (.serviceUnavailable, plain, "the coordinator is stuck\n")
    default: return (.notFound, plain, "not found; there are /metrics and /healthz\n")
    }
  }
}
