import Foundation
import Testing
import ZeroMQTransport

/// Real sockets over loopback.
struct SocketTests {
  /// A descriptor that never becomes readable.
  private let silence: Int32

  init() {
    var ends: [Int32] = [-1, -1]
    #expect(pipe(&ends) == 0)
    silence = ends[0]
  }

  private func receive(_ router: RouterSocket) throws -> RouterSocket.Reception {
    for _ in 0..<100 {
      if let reception = try router.receive() { return reception }
      _ = try router.wait(orFor: silence, timeout: .seconds(1))
    }
    throw CocoaError(.fileReadUnknown)
  }

  private func receive(_ dealer: DealerSocket) throws -> [UInt8] {
    for _ in 0..<100 {
      if let frame = try dealer.receive() { return frame }
      _ = try dealer.wait(orFor: silence, timeout: .seconds(1))
    }
    throw CocoaError(.fileReadUnknown)
  }

  private func connected() throws -> (RouterSocket, DealerSocket) {
    let context = try ZeroMQContext()
    let router = try RouterSocket(context)
    let dealer = try DealerSocket(context)
    try dealer.connect(try router.bind("tcp://127.0.0.1:*"))
    while try !dealer.wait(toSend: true, orFor: silence, timeout: .seconds(1)).sending {}
    return (router, dealer)
  }

  @Test func framesGoBothWays() throws {
    let (router, dealer) = try connected()
    #expect(try dealer.send([1, 2, 3]))
    let reception = try receive(router)
    #expect(reception.frame == [1, 2, 3])
    #expect(try router.send([4], to: reception.routingID) == .sent)
    #expect(try receive(dealer) == [4])
  }

  @Test func largeFramesArriveWhole() throws {
    let (router, dealer) = try connected()
    let frame = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    #expect(try dealer.send(frame))
    #expect(try receive(router).frame == frame)
  }

  @Test func unknownPeersAreUnreachableInsteadOfSilent() throws {
    let router = try RouterSocket(try ZeroMQContext())
    _ = try router.bind("tcp://127.0.0.1:*")
    #expect(try router.send([1], to: [9, 9, 9, 9, 9]) == .unreachable)
  }

  @Test func addressInUseIsSaid() throws {
    let router = try RouterSocket(try ZeroMQContext())
    let endpoint = try router.bind("tcp://127.0.0.1:*")
    let other = try RouterSocket(try ZeroMQContext())
    let error = #expect(throws: ZeroMQError.self) { _ = try other.bind(endpoint) }
    #expect(error?.isAddressInUse == true)
    #expect(error?.description.contains(endpoint) == true)
  }

  @Test(arguments: ["tcp://", "nonsense", "tcp://999.1.1.1:*"])
  func badAddressesAreSaid(endpoint: String) throws {
    let router = try RouterSocket(try ZeroMQContext())
    let error = #expect(throws: ZeroMQError.self) { _ = try router.bind(endpoint) }
    #expect(error?.isBadAddress == true, "\(endpoint): \(String(describing: error))")
  }

  @Test func nothingIsSentWithoutAConnection() throws {
    let dealer = try DealerSocket(try ZeroMQContext())
    try dealer.connect("tcp://127.0.0.1:1")
    #expect(try dealer.send([1]) == false)
  }

  @Test func waitingEndsWhenTheDescriptorSpeaks() throws {
    let router = try RouterSocket(try ZeroMQContext())
    var ends: [Int32] = [-1, -1]
    #expect(pipe(&ends) == 0)
    _ = write(ends[1], "x", 1)
    let ready = try router.wait(orFor: ends[0], timeout: .seconds(600))
    #expect(ready.descriptor)
    #expect(!ready.message)
  }
}
