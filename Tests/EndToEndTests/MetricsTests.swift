import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// The metrics' port: what it shows, and that nothing that is sent to it does harm.
@Suite struct MetricsTests {
  /// What one connection gets for some bytes, until it is closed; nil where it could not be made.
  private func exchange(
    _ request: [UInt8], port: UInt16, host: UInt32 = 0x7F00_0001, isPatient: Bool = true
  ) -> String? {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var limit = timeval(tv_sec: isPatient ? 20 : 1, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = host.bigEndian
    let connected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connected == 0 else { return nil }
    var rest = request[...]
    while !rest.isEmpty {
      let sent = rest.withUnsafeBytes {
        send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard sent > 0 else { break }
      rest = rest.dropFirst(sent)
    }
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      guard count > 0 else { break }
      answer += buffer.prefix(count)
    }
    return String(decoding: answer, as: UTF8.self)
  }

  private func get(_ path: String, port: UInt16, method: String = "GET") -> String {
    exchange(Array("\(method) \(path) HTTP/1.1\r\nHost: x\r\n\r\n".utf8), port: port) ?? ""
  }

  @Test func metricsAreServedAndHostileRequestsDoNoHarm() throws {
    let scratch = try Scratch()
    let (program, endpoint) = try CoordinatorProgram.start(in: scratch, "--metrics-port", "0")
    var line: Substring?
    wait {
      line = program.errors.split(separator: "\n").first { $0.hasPrefix("metrics at ") }
      return line != nil || !program.isRunning
    }
    let address = try #require(line, "\(program.errors)")
    let match = try #require(address.firstMatch(of: #/127\.0\.0\.1:(\d+)/metrics/#))
    let port = try #require(UInt16(match.1))

    let page = get("/metrics", port: port)
    #expect(page.hasPrefix("HTTP/1.1 200 OK\r\n"))
    #expect(page.contains("content-type: text/plain; version=0.0.4"))
    #expect(page.contains("\nseedsweep_coordinator_epoch 1\n"))
    #expect(get("/metrics?x=1", port: port).hasPrefix("HTTP/1.1 200"))
    #expect(get("/healthz", port: port).hasSuffix("\r\n\r\nok\n"))
    #expect(get("/healthz", port: port, method: "HEAD").hasSuffix("\r\n\r\n"))
    for path in ["/", "/metrics/", "/../etc/passwd", "/%00", "*", "//metrics"] {
      #expect(get(path, port: port).hasPrefix("HTTP/1.1 404"), "\(path)")
    }
    for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
      #expect(get("/metrics", port: port, method: method).hasPrefix("HTTP/1.1 405"))
    }

    let long = [UInt8](repeating: UInt8(ascii: "a"), count: 4 << 20)
    let many = (0..<5_000).map { "X-\($0): y\r\n" }.joined()
    let hostile: [[UInt8]] = [
      long, Array("GET /".utf8) + long, Array("GET / HTTP/1.1\r\nX: ".utf8) + long,
      Array("GET / HTTP/1.1\r\n\(many)".utf8), Array("GET / HTTP/9.9\r\n\r\n".utf8),
      (0..<4_096).map { UInt8(truncatingIfNeeded: $0 &* 167) }, Array("\r\n\r\n\r\n".utf8),
      Array("POST /metrics HTTP/1.1\r\nContent-Length: 99999999999999\r\n\r\n".utf8) + long,
      Array("GET /metrics HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\n".utf8),
    ]
    for request in hostile {
      let answer = exchange(request, port: port, isPatient: false) ?? ""
      #expect(!answer.hasPrefix("HTTP/1.1 200") || request.starts(with: Array("GET /metrics".utf8)))
    }
    // Connections that say nothing take no more than their share, and are let go.
    var idle: [Int32] = []
    for _ in 0..<200 {
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = port.bigEndian
      address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
      _ = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
      idle.append(descriptor)
    }
    // The coordinator itself has not noticed.
    let status = try Program.run("status", "--connect", endpoint, in: scratch)
    #expect(status.status == 0, "\(status.errors)")
    for descriptor in idle { close(descriptor) }
    wait { get("/healthz", port: port).hasSuffix("ok\n") || !program.isRunning }
    #expect(program.isRunning)
    program.send(SIGTERM)
    #expect(try program.end().errorLines.count == 3)
  }

  /// The address that is given, and no other, is listened at.
  @Test func metricsAreServedAtTheAddressThatIsGiven() throws {
    let scratch = try Scratch()
    let (program, _) = try CoordinatorProgram.start(
      in: scratch, "--metrics-port", "0", "--metrics-listen", "127.0.0.2")
    var line: Substring?
    wait {
      line = program.errors.split(separator: "\n").first { $0.hasPrefix("metrics at ") }
      return line != nil || !program.isRunning
    }
    let address = try #require(line, "\(program.errors)")
    let match = try #require(address.firstMatch(of: #/127\.0\.0\.2:(\d+)/metrics/#), "\(address)")
    let port = try #require(UInt16(match.1))
    #expect(exchange(Array("GET /healthz HTTP/1.1\r\n\r\n".utf8), port: port) == nil)
    let answer = exchange(
      Array("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n".utf8), port: port, host: 0x7F00_0002)
    #expect(answer?.hasSuffix("ok\n") == true)
  }

  @Test(arguments: [
    ["--metrics-listen", "127.0.0.1"], ["--metrics-port", "0", "--metrics-listen", "localhost"],
    ["--metrics-port", "0", "--metrics-listen", ""],
    // An address that is not this machine's.
    ["--metrics-port", "0", "--metrics-listen", "192.0.2.1"],
  ])
  func anAddressThatCannotBeIsSaidInOneLine(arguments: [String]) throws {
    let scratch = try Scratch()
    let program = try RunningProgram(
      ["coordinator", "--listen", "tcp://127.0.0.1:*"] + arguments, in: scratch)
    let ended = try program.end()
    #expect([2, 3].contains(ended.status) && ended.errorLines.count == 1, "\(ended.errors)")
    #expect(ended.errors.contains("--metrics-"))
  }

  @Test func aPortThatIsTakenIsSaidInOneLine() throws {
    let scratch = try Scratch()
    for port in ["1", "65536", "-1", "x"] where port != "1" || geteuid() != 0 {
      let ended = try Program.run(
        "coordinator", "--listen", "tcp://127.0.0.1:*", "--metrics-port", port, in: scratch)
      #expect([2, 3].contains(ended.status) && ended.errorLines.count == 1, "\(ended.errors)")
    }
  }
}
