import Foundation
import Synchronization
import Testing

@testable import ZeroMQTransport

/// Real sockets with keys over loopback.
struct GateTests {
  private let silence: Int32
  private let context: ZeroMQContext
  private let server: CurveKeyPair
  private let client: CurveKeyPair

  init() throws {
    var ends: [Int32] = [-1, -1]
    #expect(pipe(&ends) == 0)
    silence = ends[0]
    context = try ZeroMQContext()
    server = try CurveKeyPair.generate()
    client = try CurveKeyPair.generate()
  }

  /// A gate that gives these answers, one after the other, and the last for ever.
  private func gate(_ answers: [AuthenticationRequest.Answer]) throws -> Gate {
    let rest = Mutex(answers)
    let box = Box(rest)
    return try Gate(
      context, interval: .milliseconds(20),
      duties: Gate.Duties(
        admit: { _ in
          box.rest.withLock { $0.count > 1 ? $0.removeFirst() : $0.first ?? .denied }
        }, note: { _ in }, tick: {}, failed: { Issue.record("\($0)") }))
  }

  private final class Box: Sendable {
    let rest: Mutex<[AuthenticationRequest.Answer]>

    init(_ rest: consuming sending Mutex<[AuthenticationRequest.Answer]>) { self.rest = rest }
  }

  private func dealer(_ security: SocketSecurity, to endpoint: String) throws -> DealerSocket {
    let dealer = try DealerSocket(try ZeroMQContext(), security: security)
    try dealer.watchConnections()
    try dealer.connect(endpoint)
    return dealer
  }

  /// Waits for the first event that `isWanted`.
  private func event(_ dealer: DealerSocket, _ isWanted: (ConnectionEvent) -> Bool) throws
    -> ConnectionEvent
  {
    for _ in 0..<6_000 {
      while let event = try dealer.nextConnectionEvent() { if isWanted(event) { return event } }
      usleep(10_000)
    }
    throw CocoaError(.fileReadUnknown)
  }

  private func isVerdict(_ event: ConnectionEvent) -> Bool {
    switch event {
    case .handshakeSucceeded, .denied, .protocolFailed, .handshakeFailed: true
    case .accepted, .acceptFailed, .disconnected, .retrying: false
    }
  }

  private func reception(_ router: RouterSocket) throws -> RouterSocket.Reception {
    for _ in 0..<100 {
      if let reception = try router.receive() { return reception }
      _ = try router.wait(orFor: silence, timeout: .seconds(1))
    }
    throw CocoaError(.fileReadUnknown)
  }

  @Test func allowedKeyComesInAndEveryMessageCarriesIt() throws {
    let gate = try gate([.admitted])
    let router = try RouterSocket(context, security: .curveServer(server), gate: gate)
    let endpoint = try router.bind("tcp://127.0.0.1:*")
    let dealer = try dealer(.curveClient(client, server: server.publicKey), to: endpoint)
    while try !dealer.wait(toSend: true, orFor: silence, timeout: .seconds(1)).sending {}
    for number in 0..<3 as Range<UInt8> {
      #expect(try dealer.send([number]))
      let reception = try reception(router)
      #expect(reception.frame == [number])
      #expect(reception.key == client.publicKey)
      #expect(reception.descriptor >= 0)
      #expect(reception.size == 1)
    }
  }

  @Test func unwantedMessagesAreNotCopied() throws {
    let router = try RouterSocket(context)
    let endpoint = try router.bind("tcp://127.0.0.1:*")
    let dealer = try dealer(.plain, to: endpoint)
    while try !dealer.wait(toSend: true, orFor: silence, timeout: .seconds(1)).sending {}
    #expect(try dealer.send([1, 2, 3]))
    var header: RouterSocket.Reception?
    while header == nil {
      _ = try router.wait(orFor: silence, timeout: .seconds(1))
      header = try router.receive {
        #expect($0.size == 3)
        return false
      }
    }
    #expect(header?.frame == nil)
    #expect(header?.key == nil)
  }

  @Test func unknownKeyIsTold() throws {
    let gate = try gate([.denied])
    let router = try RouterSocket(context, security: .curveServer(server), gate: gate)
    let endpoint = try router.bind("tcp://127.0.0.1:*")
    let dealer = try dealer(.curveClient(client, server: server.publicKey), to: endpoint)
    #expect(try event(dealer, isVerdict) == .denied(status: 400))
    #expect(try router.receive() == nil)
  }

  @Test func whoIsToComeLaterComesLater() throws {
    let gate = try gate([.notNow, .notNow, .admitted])
    let router = try RouterSocket(context, security: .curveServer(server), gate: gate)
    let endpoint = try router.bind("tcp://127.0.0.1:*")
    let dealer = try dealer(.curveClient(client, server: server.publicKey), to: endpoint)
    #expect(try event(dealer) { $0 == .handshakeSucceeded } == .handshakeSucceeded)
  }

  /// With keys but without anybody who decides about them, nobody gets a message through.
  @Test(arguments: [false, true]) func nobodyComesInWithoutAGate(hadOne: Bool) throws {
    var gate = hadOne ? try gate([.admitted]) : nil
    let router = try RouterSocket(context, security: .curveServer(server), gate: gate)
    let endpoint = try router.bind("tcp://127.0.0.1:*")
    gate = nil
    let dealer = try dealer(.curveClient(client, server: server.publicKey), to: endpoint)
    if case .handshakeSucceeded = try event(dealer, isVerdict) {
      // A library that does not know ZMQ_ZAP_ENFORCE_DOMAIN: the message itself is dropped.
      #expect(try dealer.send([1]))
      _ = try router.wait(orFor: silence, timeout: .seconds(1))
    }
    #expect(try router.receive() == nil)
  }

  @Test func anotherServersKeyIsNotTalkedTo() throws {
    let gate = try gate([.admitted])
    let router = try RouterSocket(context, security: .curveServer(server), gate: gate)
    let endpoint = try router.bind("tcp://127.0.0.1:*")
    let other = try CurveKeyPair.generate().publicKey
    let dealer = try dealer(.curveClient(client, server: other), to: endpoint)
    guard case .handshakeFailed = try event(dealer, isVerdict) else {
      Issue.record("the handshake did not break off")
      return
    }
  }

  @Test(arguments: [false, true]) func keysOnOneSideOnlyAreTold(onTheServer: Bool) throws {
    let gate = try gate([.admitted])
    let router = try RouterSocket(
      context, security: onTheServer ? .curveServer(server) : .plain, gate: gate)
    let endpoint = try router.bind("tcp://127.0.0.1:*")
    let dealer = try dealer(
      onTheServer ? .plain : .curveClient(client, server: server.publicKey), to: endpoint)
    #expect(try event(dealer, \.isOtherMechanism).isOtherMechanism)
  }

  /// libzmq itself gives such a connection up for good.
  @Test func aStreamThatWasDamagedIsReplaced() throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        #expect(bind(listener, $0, size) == 0)
        #expect(listen(listener, 4) == 0)
        #expect(getsockname(listener, $0, &size) == 0)
      }
    }
    defer { close(listener) }
    let dealer = try dealer(
      .plain, to: "tcp://127.0.0.1:\(UInt16(bigEndian: address.sin_port))")
    // ZMTP 3.0: a greeting, READY, and then a length that no message can have.
    let greeting: [UInt8] =
      [0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0x7F, 3, 0] + Array("NULL".utf8)
      + [UInt8](repeating: 0, count: 16 + 32)
    let ready: [UInt8] =
      [5] + Array("READY".utf8) + [11] + Array("Socket-Type".utf8) + [0, 0, 0, 6]
      + Array("ROUTER".utf8)
    let bytes =
      greeting + [4, UInt8(ready.count)] + ready + [2, 0x7F] + [UInt8](repeating: 0xFF, count: 7)
    for _ in 0..<2 {
      var item = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
      while poll(&item, 1, 10) == 0 { while try dealer.nextConnectionEvent() != nil {} }
      let connection = accept(listener, nil, nil)
      #expect(connection >= 0)
      #expect(send(connection, bytes, bytes.count, 0) == bytes.count)
      // Until the other side has seen enough.
      var buffer = [UInt8](repeating: 0, count: 4_096)
      while recv(connection, &buffer, buffer.count, 0) > 0 {}
      close(connection)
    }
  }
}
